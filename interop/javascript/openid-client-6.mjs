import { readFileSync } from 'node:fs';
import express from 'express';
import * as client from 'openid-client';
import { Agent, fetch } from 'undici';

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CERTIFICATE, KEY, METHOD, FLOW, PORT } = process.env;

function withSecret() {
  // snippet: secret
  return client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET);
  // end of snippet
}

function publicClient() {
  return client.discovery(new URL(ISSUER), CLIENT_ID, undefined, client.None());
}

async function withPrivateKey() {
  // snippet: private-key
  const der = Buffer.from(readFileSync(KEY, 'latin1').replaceAll(/-----.*-----/g, ''), 'base64');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  return client.discovery(new URL(ISSUER), CLIENT_ID, undefined, client.PrivateKeyJwt(key));
  // end of snippet
}

function withCertificate() {
  // snippet: mutual-tls
  const dispatcher = new Agent({ connect: { cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) } });
  const metadata = { use_mtls_endpoint_aliases: true };
  return client.discovery(new URL(ISSUER), CLIENT_ID, metadata, client.TlsClientAuth(), {
    [client.customFetch]: (url, options) => fetch(url, { ...options, dispatcher }),
  });
  // end of snippet
}

const configurations = {
  client_secret_basic: withSecret,
  private_key_jwt: withPrivateKey,
  tls_client_auth: withCertificate,
  self_signed_tls_client_auth: withCertificate,
  none: publicClient,
};
const config = await configurations[METHOD]();

if (FLOW === 'client_credentials') {
  console.log(JSON.stringify(await client.clientCredentialsGrant(config)));
} else {
  const waiting = new Map();
  express()
    .get('/login', async (_, response) => {
      const code_verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      waiting.set(state, code_verifier);
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: `http://localhost:${PORT}/callback`,
        scope: 'openid profile email',
        code_challenge: await client.calculatePKCECodeChallenge(code_verifier),
        code_challenge_method: 'S256',
        state,
      });
      response.redirect(url.href);
    })
    .get('/callback', async (request, response) => {
      const { state } = request.query;
      const tokens = await client.authorizationCodeGrant(
        config,
        new URL(request.originalUrl, `http://localhost:${PORT}`),
        { pkceCodeVerifier: waiting.get(state), expectedState: state, idTokenExpected: true },
      );
      const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
      response.json({ person, access_token: tokens.access_token });
    })
    .listen(PORT, () => console.log('listening'));
}
