import { fileURLToPath } from 'node:url';
import express from 'express';

const { ISSUER, CLIENT_ID, PORT } = process.env;

express()
  .use('/oidc-client-ts.js', express.static(fileURLToPath(import.meta.resolve('oidc-client-ts/umd'))))
  .get('/settings.json', (_, response) => response.json({ issuer: ISSUER, client_id: CLIENT_ID }))
  .use(express.static(`${import.meta.dirname}/browser`))
  .listen(PORT, () => console.log('listening'));
