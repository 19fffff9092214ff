import { readFileSync } from 'node:fs';
import { ExpressAuth, getSession } from '@auth/express';
import express from 'express';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, KEY, METHOD, PORT } = process.env;

function withSecret() {
  // snippet: secret
  return {
    id: 'countersign',
    name: 'Countersign',
    type: 'oidc',
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    idToken: false, // the person's claims are UserInfo's to tell
  };
  // end of snippet
}

async function withPrivateKey() {
  // snippet: private-key
  const der = Buffer.from(readFileSync(KEY, 'latin1').replaceAll(/-----.*-----/g, ''), 'base64');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return {
    id: 'countersign',
    name: 'Countersign',
    type: 'oidc',
    issuer: ISSUER,
    clientId: CLIENT_ID,
    client: { token_endpoint_auth_method: 'private_key_jwt' },
    token: {
      clientPrivateKey: await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']),
    },
  };
  // end of snippet
}

const provider = METHOD === 'private_key_jwt' ? await withPrivateKey() : withSecret();
const config = {
  providers: [provider],
  secret: 'a long, randomly generated text that is kept in the environment',
  trustHost: true,
};

express()
  .use('/auth', ExpressAuth(config))
  .get('/', async (request, response) => {
    const session = await getSession(request, config);
    response.json({ person: session?.user });
  })
  .listen(PORT, () => console.log('listening'));
