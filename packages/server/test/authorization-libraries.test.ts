import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import {
  type AuthorizationServer,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';

/** Client libraries as they are, with nothing but a `fetch` that presents the client's certificate. */
describe('client libraries, unmodified, over mutual TLS', () => {
  let server: AuthorizationServer;
  let browser: TestBrowser;
  let selfSigned: TestClient;
  let ofAuthority: TestClient;

  /** Sends the browser to the authorization endpoint. @returns the URL it comes back to the client with */
  const visit = async (url: URL): Promise<URL> => {
    const { location } = (await browser.get(url.href)).headers;
    assert.ok(typeof location === 'string');
    return new URL(location);
  };

  before(async () => {
    server = await startAuthorizationServer();
    browser = await server.browser();
    selfSigned = await server.register();
    const authority = await createIdentity('CN=Authority', { usage: 'ca' });
    const identity = await createIdentity('CN=library,O=Example', { issuer: authority });
    const registered = await server.register({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=library,O=Example',
      trust_anchors: [authority.pem],
      userinfo_signed_response_alg: 'ES256',
      require_pushed_authorization_requests: true,
    });
    ofAuthority = { ...registered, identity, tls: { certificate: identity } };
    for (const client of [selfSigned, ofAuthority]) await server.consent(browser, client, SCOPES);
  });
  after(() => server?.close());

  test('openid-client: code, PKCE, PAR, refresh, introspection, UserInfo, revocation', async () => {
    for (const pushed of [false, true]) {
      const { client_id, redirect_uri, identity } = pushed ? ofAuthority : selfSigned;
      const fetch = mutualTlsFetch(identity);
      const metadata = pushed ? { userinfo_signed_response_alg: 'ES256' } : {};
      const config = await openid.discovery(
        new URL(server.issuer),
        client_id,
        metadata,
        openid.TlsClientAuth(),
        { [openid.customFetch]: fetch },
      );
      openid.enableNonRepudiationChecks(config);
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const expectedState = openid.randomState();
      const expectedNonce = openid.randomNonce();
      const parameters = {
        redirect_uri,
        scope: SCOPES.join(' '),
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        max_age: '3600',
      };
      const url = pushed
        ? await openid.buildAuthorizationUrlWithPAR(config, parameters)
        : openid.buildAuthorizationUrl(config, parameters);
      const callback = await visit(url);
      const tokens = await openid.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier,
        expectedState,
        expectedNonce,
        idTokenExpected: true,
        maxAge: 3600,
      });
      const sub = tokens.claims()?.sub ?? '';
      assert.equal(sub, browser.user.sub);
      const person = await openid.fetchUserInfo(config, tokens.access_token, sub);
      assert.equal(person.email, 'ada@example.com');
      const shown = await openid.tokenIntrospection(config, tokens.access_token);
      assert.equal(shown.active, true);
      assert.deepEqual(shown.cnf, { 'x5t#S256': identity.thumbprint });
      const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.equal(next.claims()?.sub, sub);
      await openid.tokenRevocation(config, next.refresh_token ?? '');
      assert.equal((await openid.tokenIntrospection(config, next.access_token)).active, false);
      await assert.rejects(
        openid.fetchUserInfo(config, next.access_token, sub),
        (error: unknown) =>
          error instanceof openid.WWWAuthenticateChallengeError &&
          error.cause[0]?.parameters.error === 'invalid_token',
      );
      await assert.rejects(
        openid.refreshTokenGrant(config, next.refresh_token ?? ''),
        (error: unknown) => error instanceof openid.ResponseBodyError && error.error === 'invalid_grant',
      );
    }
  });

  test('oauth4webapi: code, PKCE, PAR, refresh, signed introspection, UserInfo, revocation', async () => {
    const { client_id, redirect_uri, identity } = selfSigned;
    const fetch = mutualTlsFetch(identity);
    const options = { [oauth.customFetch]: fetch };
    const issuer = new URL(server.issuer);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
    const client: oauth.Client = { client_id, introspection_signed_response_alg: 'RS256' };
    const authentication = oauth.TlsClientAuth();
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const nonce = oauth.generateRandomNonce();
    const pushed = await oauth.processPushedAuthorizationResponse(
      as,
      client,
      await oauth.pushedAuthorizationRequest(
        as,
        client,
        authentication,
        {
          response_type: 'code',
          redirect_uri,
          scope: SCOPES.join(' '),
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
        },
        options,
      ),
    );
    const url = new URL(as.authorization_endpoint ?? '');
    url.search = new URLSearchParams({ client_id, request_uri: pushed.request_uri }).toString();
    const callback = await visit(url);
    assert.throws(
      () => oauth.validateAuthResponse({ ...as, issuer: 'https://other.example' }, client, callback, state),
      /issuer|iss/,
      'an answer that seems to come from another server is a mix-up',
    );
    const parameters = oauth.validateAuthResponse(as, client, callback, state);
    const tokens = await oauth.processAuthorizationCodeResponse(
      as,
      client,
      await oauth.authorizationCodeGrantRequest(
        as,
        client,
        authentication,
        parameters,
        redirect_uri,
        verifier,
        options,
      ),
      { expectedNonce: nonce, requireIdToken: true },
    );
    const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';
    const person = await oauth.processUserInfoResponse(
      as,
      client,
      sub,
      await oauth.userInfoRequest(as, client, tokens.access_token, options),
    );
    assert.equal(person.name, 'Ada Lovelace');
    const introspected = async (token: string) =>
      oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, authentication, token, {
          ...options,
          requestJwtResponse: true,
        }),
      );
    assert.equal((await introspected(tokens.access_token)).active, true);
    const next = await oauth.processRefreshTokenResponse(
      as,
      client,
      await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token ?? '', options),
    );
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, authentication, next.refresh_token ?? '', options),
    );
    assert.equal((await introspected(next.access_token)).active, false);
  });

  for (const method of ['client_secret_basic', 'client_secret_post']) {
    test(`openid-client with a secret alone, registered as ${method}: code, refresh, introspection, revocation`, async () => {
      const client = await server.register({ token_endpoint_auth_method: method });
      await server.consent(browser, client, SCOPES);
      const config = await openid.discovery(
        new URL(server.issuer),
        client.client_id,
        client.client_secret,
        undefined,
        { [openid.customFetch]: mutualTlsFetch(undefined) },
      );
      const pkceCodeVerifier = openid.randomPKCECodeVerifier();
      const url = await openid.buildAuthorizationUrlWithPAR(config, {
        redirect_uri: client.redirect_uri,
        scope: SCOPES.join(' '),
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      });
      const tokens = await openid.authorizationCodeGrant(config, await visit(url), {
        pkceCodeVerifier,
        idTokenExpected: true,
      });
      const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.equal((await openid.tokenIntrospection(config, next.access_token)).active, true);
      await openid.tokenRevocation(config, next.access_token);
      assert.equal((await openid.tokenIntrospection(config, next.access_token)).active, false);
    });

    test(`oauth4webapi with the secret in either place, registered as ${method}`, async () => {
      const registered = await server.register({
        token_endpoint_auth_method: method,
        grant_types: ['client_credentials'],
        redirect_uris: [],
      });
      const options = { [oauth.customFetch]: mutualTlsFetch(undefined) };
      const issuer = new URL(server.issuer);
      const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options));
      const client: oauth.Client = { client_id: registered.client_id };
      for (const place of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
        const authentication = place(registered.client_secret ?? '');
        const form = new URLSearchParams();
        const answer = await oauth.clientCredentialsGrantRequest(as, client, authentication, form, options);
        const { access_token } = await oauth.processClientCredentialsResponse(as, client, answer);
        const revoked = await oauth.revocationRequest(as, client, authentication, access_token, options);
        await oauth.processRevocationResponse(revoked);
      }
    });
  }

  test('a resource server that introspects refuses a token with another certificate or none', async () => {
    const { client_id, identity, redirect_uri } = selfSigned;
    const fetch = mutualTlsFetch(identity);
    const config = await openid.discovery(new URL(server.issuer), client_id, {}, openid.TlsClientAuth(), {
      [openid.customFetch]: fetch,
    });
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: 'openid',
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    const { access_token } = await openid.authorizationCodeGrant(config, await visit(url), {
      pkceCodeVerifier,
      idTokenExpected: true,
    });
    const api = await server.register({ grant_types: ['client_credentials'] });
    const apiFetch = mutualTlsFetch(api.identity);
    const apiConfig = await openid.discovery(
      new URL(server.issuer),
      api.client_id,
      {},
      openid.TlsClientAuth(),
      { [openid.customFetch]: apiFetch },
    );
    /** What a resource server does on a request of a client with this certificate (RFC 8705 §3.2). */
    const lets = async (thumbprint: string | undefined) => {
      const { active, cnf } = await openid.tokenIntrospection(apiConfig, access_token);
      return active && cnf?.['x5t#S256'] === thumbprint;
    };
    assert.equal(await lets(identity.thumbprint), true);
    assert.equal(await lets(api.identity.thumbprint), false);
    assert.equal(await lets(undefined), false);
  });
});
