import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import oauth2 from '@fastify/oauth2';
import Fastify from 'fastify';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CERTIFICATE, KEY, METHOD, PORT } = process.env;

const app = Fastify();

function withSecret() {
  // snippet: secret
  return {
    name: 'countersign',
    credentials: { client: { id: CLIENT_ID, secret: CLIENT_SECRET } },
    discovery: { issuer: ISSUER },
    scope: ['openid', 'profile', 'email'],
    startRedirectPath: '/login',
    callbackUri: `http://localhost:${PORT}/callback`,
  };
  // end of snippet
}

function withCertificate() {
  // snippet: mutual-tls
  const agent = new Agent({ cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) });
  return {
    name: 'countersign',
    credentials: { client: { id: CLIENT_ID, secret: '' }, http: { agent } },
    discovery: { issuer: ISSUER },
    scope: ['openid', 'profile', 'email'],
    startRedirectPath: '/login',
    callbackUri: `http://localhost:${PORT}/callback`,
  };
  // end of snippet
}

app.register(oauth2, METHOD === 'client_secret_basic' ? withSecret() : withCertificate());
app.get('/callback', async (request) => {
  const { token } = await app.countersign.getAccessTokenFromAuthorizationCodeFlow(request);
  const { access_token, id_token } = token;
  if (METHOD === 'client_secret_basic') {
    return { person: await app.countersign.userinfo(access_token), access_token };
  }
  // It came from the token endpoint itself.
  const person = JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url').toString());
  return { person, access_token };
});
await app.listen({ port: Number(PORT) });
console.log('listening');
