import { readFileSync } from 'node:fs';
import express from 'express';
import * as oauth from 'oauth4webapi';
import { Agent, fetch } from 'undici';

const { ISSUER, CLIENT_ID, CERTIFICATE, KEY, FLOW, PORT } = process.env;

// snippet: mutual-tls
const dispatcher = new Agent({ connect: { cert: readFileSync(CERTIFICATE), key: readFileSync(KEY) } });
const options = { [oauth.customFetch]: (url, init) => fetch(url, { ...init, dispatcher }) };
const client = { client_id: CLIENT_ID, use_mtls_endpoint_aliases: true };
const clientAuthentication = oauth.TlsClientAuth();
// end of snippet

const issuer = new URL(ISSUER);
const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));

if (FLOW === 'client_credentials') {
  const answer = await oauth.clientCredentialsGrantRequest(server, client, clientAuthentication, {}, options);
  console.log(JSON.stringify(await oauth.processClientCredentialsResponse(server, client, answer)));
} else {
  const redirect_uri = `http://localhost:${PORT}/callback`;
  const waiting = new Map();
  express()
    .get('/login', async (_, response) => {
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      waiting.set(state, verifier);
      const url = new URL(server.authorization_endpoint);
      url.search = new URLSearchParams({
        client_id: CLIENT_ID,
        redirect_uri,
        response_type: 'code',
        scope: 'openid profile email',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      });
      response.redirect(url.href);
    })
    .get('/callback', async (request, response) => {
      const { state } = request.query;
      const here = new URL(request.originalUrl, redirect_uri);
      const answer = await oauth.authorizationCodeGrantRequest(
        server,
        client,
        clientAuthentication,
        oauth.validateAuthResponse(server, client, here, state),
        redirect_uri,
        waiting.get(state),
        options,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
        requireIdToken: true,
      });
      const { sub } = oauth.getValidatedIdTokenClaims(tokens);
      const { access_token } = tokens;
      const userInfo = await oauth.userInfoRequest(server, client, access_token, options);
      const person = await oauth.processUserInfoResponse(server, client, sub, userInfo);
      response.json({ person, access_token });
    })
    .listen(PORT, () => console.log('listening'));
}
