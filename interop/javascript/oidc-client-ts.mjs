import { join } from 'node:path';
import express from 'express';

const { ISSUER, CLIENT_ID, PORT } = process.env;

const OF_BROWSERS = 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js';

express()
  .use('/oidc-client-ts.js', express.static(join(import.meta.dirname, OF_BROWSERS)))
  .get('/settings.json', (_, response) => response.json({ issuer: ISSUER, client_id: CLIENT_ID }))
  .use(express.static(`${import.meta.dirname}/browser`))
  .listen(PORT, () => console.log('listening'));
