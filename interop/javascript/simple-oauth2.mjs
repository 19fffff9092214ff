import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { ClientCredentials } from 'simple-oauth2';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CERTIFICATE, KEY, METHOD } = process.env;

function withSecret() {
  // snippet: secret
  return new ClientCredentials({
    client: { id: CLIENT_ID, secret: CLIENT_SECRET },
    auth: { tokenHost: ISSUER, tokenPath: '/oauth2/token' },
  });
  // end of snippet
}

function withCertificate() {
  // snippet: mutual-tls
  return new ClientCredentials({
    client: { id: CLIENT_ID, secret: '' },
    auth: { tokenHost: ISSUER, tokenPath: '/oauth2/token' },
    http: { agent: new Agent({ cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) }) },
  });
  // end of snippet
}

const client = METHOD === 'client_secret_basic' ? withSecret() : withCertificate();
const { token } = await client.getToken({});
console.log(JSON.stringify(token));
