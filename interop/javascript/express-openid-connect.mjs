import { readFileSync } from 'node:fs';
import express from 'express';
import openid from 'express-openid-connect';
import { Agent, fetch } from 'undici';

const { auth, requiresAuth } = openid;

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CERTIFICATE, KEY, METHOD, PORT } = process.env;
const SESSION_SECRET = 'a long, randomly generated text that is kept in the environment';

function withSecret() {
  // snippet: secret
  return auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${PORT}`,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: SESSION_SECRET,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
  });
  // end of snippet
}

function withCertificate() {
  // snippet: mutual-tls
  const dispatcher = new Agent({ connect: { cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) } });
  return auth({
    issuerBaseURL: ISSUER,
    baseURL: `http://localhost:${PORT}`,
    clientID: CLIENT_ID,
    secret: SESSION_SECRET,
    authorizationParams: { response_type: 'code', scope: 'openid profile email' },
    useMtls: true,
    customFetch: (url, options) => fetch(url, { ...options, dispatcher }),
  });
  // end of snippet
}

express()
  .use(METHOD === 'client_secret_basic' ? withSecret() : withCertificate())
  .get('/', requiresAuth(), async ({ oidc }, response) => {
    response.json({ person: await oidc.fetchUserInfo(), access_token: oidc.accessToken.access_token });
  })
  .listen(PORT, () => console.log('listening'));
