import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import express from 'express';
import { custom, generators, Issuer } from 'openid-client-5';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CERTIFICATE, KEY, METHOD, FLOW, PORT } = process.env;

const issuer = await Issuer.discover(ISSUER);

function withSecret() {
  // snippet: secret
  return new issuer.Client({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET });
  // end of snippet
}

function withPrivateKey() {
  const jwk = { ...createPrivateKey(readFileSync(KEY)).export({ format: 'jwk' }), alg: 'RS256' };
  return new issuer.Client(
    {
      client_id: CLIENT_ID,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'RS256',
    },
    { keys: [jwk] },
  );
}

function withCertificate() {
  // snippet: mutual-tls
  const client = new issuer.Client({
    client_id: CLIENT_ID,
    token_endpoint_auth_method: METHOD, // tls_client_auth or self_signed_tls_client_auth
    tls_client_certificate_bound_access_tokens: true,
  });
  client[custom.http_options] = () => ({ cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) });
  return client;
  // end of snippet
}

const configurations = {
  client_secret_basic: withSecret,
  private_key_jwt: withPrivateKey,
  tls_client_auth: withCertificate,
  self_signed_tls_client_auth: withCertificate,
};
const client = configurations[METHOD]();

if (FLOW === 'client_credentials') {
  console.log(JSON.stringify(await client.grant({ grant_type: 'client_credentials' })));
} else {
  const redirect_uri = `http://localhost:${PORT}/callback`;
  const waiting = new Map();
  express()
    .get('/login', (_, response) => {
      const state = generators.state();
      const nonce = generators.nonce();
      const code_verifier = generators.codeVerifier();
      waiting.set(state, { nonce, code_verifier });
      const code_challenge = generators.codeChallenge(code_verifier);
      const scope = 'openid profile email';
      response.redirect(
        client.authorizationUrl({
          redirect_uri,
          scope,
          state,
          nonce,
          code_challenge,
          code_challenge_method: 'S256',
        }),
      );
    })
    .get('/callback', async (request, response) => {
      const parameters = client.callbackParams(request);
      const checks = { response_type: 'code', state: parameters.state, ...waiting.get(parameters.state) };
      const tokens = await client.callback(redirect_uri, parameters, checks);
      response.json({ person: await client.userinfo(tokens), access_token: tokens.access_token });
    })
    .listen(PORT, () => console.log('listening'));
}
