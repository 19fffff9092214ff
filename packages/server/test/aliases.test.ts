import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { exportJWK, SignJWT } from 'jose';
import * as openid from 'openid-client';
import { type OpenHome, openHome } from '../src/server/open-home.ts';
import { actorsOf, SCOPES } from './authorization-server.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { call, claimsOf, post } from './token-client.ts';

/** Another server's addresses below an origin, as its clients have them in their configuration. */
const keycloak = (realm: string) => ({
  authorization_endpoint: `${realm}/protocol/openid-connect/auth`,
  token_endpoint: `${realm}/protocol/openid-connect/token`,
  userinfo_endpoint: `${realm}/protocol/openid-connect/userinfo`,
  jwks_uri: `${realm}/protocol/openid-connect/certs`,
  introspection_endpoint: `${realm}/protocol/openid-connect/token/introspect`,
  revocation_endpoint: `${realm}/protocol/openid-connect/revoke`,
  pushed_authorization_request_endpoint: `${realm}/protocol/openid-connect/ext/par/request`,
  device_authorization_endpoint: `${realm}/protocol/openid-connect/auth/device`,
  backchannel_authentication_endpoint: `${realm}/protocol/openid-connect/ext/ciba/auth`,
});
const wso2 = (base: string) => ({
  authorization_endpoint: `${base}/oauth2/authorize`,
  token_endpoint: `${base}/oauth2/token`,
  userinfo_endpoint: `${base}/oauth2/userinfo`,
  jwks_uri: `${base}/oauth2/jwks`,
  introspection_endpoint: `${base}/oauth2/introspect`,
  revocation_endpoint: `${base}/oauth2/revoke`,
  pushed_authorization_request_endpoint: `${base}/oauth2/par`,
  device_authorization_endpoint: `${base}/oauth2/device_authorize`,
});
type Addresses = Readonly<Record<string, string>>;

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const JWK = { ...(await exportJWK(publicKey)), kid: 'of-the-other-server', alg: 'ES256', use: 'sig' };

/** A server that took the place of another one, whose issuer it kept. */
function movedFrom(issuerPath: string, aliases: Readonly<Record<string, boolean | readonly string[]>>) {
  let home: TestHome;
  let server: RunningCountersign;
  let opened: OpenHome;
  const origin = () => home.issuer;
  const issuer = () => `${origin()}${issuerPath}`;
  before(async () => {
    home = await createTestHome({ aliases });
    await home.editDeployment((text) => text.replace(/^\[server\]$/m, `[server]\nbase_url = "${issuer()}"`));
    server = await home.start();
    opened = await openHome(home.home, { quiet: true });
  });
  after(async () => {
    await opened?.close();
    await server?.stop();
    await home?.remove();
  });
  const configured = (
    addresses: Addresses,
    client_id: string,
    auth: openid.ClientAuth,
    fetch: openid.CustomFetch,
  ) => {
    const config = new openid.Configuration({ issuer: issuer(), ...addresses }, client_id, {}, auth);
    config[openid.customFetch] = fetch;
    return config;
  };

  /** Everything that a client does who knows these addresses alone, with its own certificate. */
  const codeFlow = async (addresses: Addresses) => {
    const actors = actorsOf(opened);
    const browser = await actors.browser();
    const { client_id, redirect_uri, identity, ...client } = await actors.register({
      scope: SCOPES.join(' '),
      grant_types: ['authorization_code', 'refresh_token'],
    });
    await actors.consent(browser, { client_id, redirect_uri, identity, ...client }, SCOPES);
    const config = configured(addresses, client_id, openid.TlsClientAuth(), mutualTlsFetch(identity));
    openid.enableNonRepudiationChecks(config);
    const pkceCodeVerifier = openid.randomPKCECodeVerifier();
    const url = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri,
      scope: SCOPES.join(' '),
      code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    assert.ok(url.href.startsWith(String(addresses.authorization_endpoint)));
    const { location } = (await browser.get(url.href)).headers;
    const tokens = await openid.authorizationCodeGrant(config, new URL(String(location)), {
      pkceCodeVerifier,
      idTokenExpected: true,
    });
    assert.equal(tokens.claims()?.iss, issuer());
    const person = await openid.fetchUserInfo(config, tokens.access_token, browser.user.sub);
    assert.equal(person.email, 'ada@example.com');
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    assert.equal((await openid.tokenIntrospection(config, next.access_token)).active, true);
    await openid.tokenRevocation(config, next.access_token);
    assert.equal((await openid.tokenIntrospection(config, next.access_token)).active, false);
  };

  /** An assertion and a DPoP proof are for the URLs that the client knows. */
  const signed = async (addresses: Addresses) => {
    const { token_endpoint = '', introspection_endpoint = '' } = addresses;
    const { client_id } = await actorsOf(opened).register({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [JWK] },
      grant_types: ['client_credentials'],
    });
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ]);
    const audience = (aud: string) =>
      openid.PrivateKeyJwt(key, {
        [openid.modifyAssertion](_header, payload) {
          payload.aud = aud;
        },
      });
    const fetch = mutualTlsFetch(undefined);
    const config = configured(addresses, client_id, audience(token_endpoint), fetch);
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair());
    const tokens = await openid.clientCredentialsGrant(config, {}, { DPoP });
    assert.ok(claimsOf(tokens.access_token).cnf);
    assert.equal((await openid.tokenIntrospection(config, tokens.access_token)).active, true);
    const atIntrospection = configured(addresses, client_id, audience(introspection_endpoint), fetch);
    assert.equal((await openid.tokenIntrospection(atIntrospection, tokens.access_token)).active, true);
    const elsewhere = configured(addresses, client_id, audience(`${token_endpoint}/elsewhere`), fetch);
    await assert.rejects(openid.clientCredentialsGrant(elsewhere, {}), /server responded with a challenge/);
  };

  return { origin, issuer, codeFlow, signed, register: () => actorsOf(opened).register(), home: () => home };
}

describe('clients of Keycloak, as they are', { timeout: 240_000 }, () => {
  const moved = movedFrom('/realms/harbour', { keycloak_realms: ['harbour'] });
  const realm = () => `${moved.origin()}/realms/harbour`;

  test('find the server where they look for it, with the issuer they know', async () => {
    for (const path of [
      '/realms/harbour/.well-known/openid-configuration',
      '/auth/realms/harbour/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/realms/harbour',
      '/realms/harbour/.well-known/oauth-authorization-server',
    ]) {
      const answer = await call(`${moved.origin()}${path}`);
      assert.deepEqual([answer.status, answer.json().issuer], [200, moved.issuer()], path);
    }
    const discovered = await openid.discovery(new URL(moved.issuer()), 'any', {}, openid.None(), {
      [openid.customFetch]: mutualTlsFetch(undefined),
    });
    assert.equal(discovered.serverMetadata().issuer, moved.issuer());
  });

  test('pushed request, code, UserInfo, refresh, introspection and revocation work at the addresses they have', async () => {
    await moved.codeFlow(keycloak(realm()));
    await moved.codeFlow(keycloak(`${moved.origin()}/auth/realms/harbour`));
  });

  test('what they sign for those addresses is taken, and what is for others is not', () =>
    moved.signed(keycloak(realm())));

  test('devices, sign-out, registration and preflights are there, other realms are not', async () => {
    const device = await post(keycloak(realm()).device_authorization_endpoint, { client_id: 'nobody' });
    assert.deepEqual([device.status, device.json().error], [401, 'invalid_client']);
    const signOut = await call(`${realm()}/protocol/openid-connect/logout`);
    assert.match(String(signOut.headers.location), new RegExp(`^${moved.issuer()}/oidc/logout/`));
    const page = await call(`${realm()}/device?user_code=x`);
    assert.match(String(page.headers.location), new RegExp(`^${moved.issuer()}/oauth2/sign-in`));
    const registering = await call(`${realm()}/clients-registrations/openid-connect/nobody`);
    assert.notEqual(registering.status, 404);
    const origins = await call(keycloak(realm()).jwks_uri, { headers: { origin: 'https://app.example' } });
    assert.equal(origins.headers['access-control-allow-origin'], '*');
    for (const path of ['/realms/other/protocol/openid-connect/token', '/realms/harbour/protocol/saml']) {
      assert.equal((await call(`${moved.origin()}${path}`)).status, 404, path);
    }
  });

  test('the keys of the other server are published beside the own ones once the file says so, and count here for nothing', async () => {
    const kids = async (): Promise<readonly string[]> => {
      const { keys } = (await call(keycloak(realm()).jwks_uri)).json();
      assert.ok(Array.isArray(keys));
      return keys.map(({ kid }) => kid);
    };
    const own = await kids();
    const jwks = JSON.stringify({ keys: [JWK] });
    await moved
      .home()
      .editDeployment((text) => text.replace(/^\[aliases\]$/m, `[aliases]\njwks = '${jwks}'`));
    const both = await eventually(kids, (found) => found.length > own.length);
    assert.deepEqual(both, [...own, JWK.kid]);

    // Before and after, what these keys signed is no token here.
    const { client_id, tls } = await moved.register();
    const forged = await new SignJWT({ client_id, sub: 'somebody', scope: 'openid', jti: 'x' })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: JWK.kid })
      .setIssuer(moved.issuer())
      .setAudience(moved.issuer())
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(privateKey);
    const { userinfo_endpoint, introspection_endpoint } = keycloak(realm());
    const shown = await call(userinfo_endpoint, { headers: { authorization: `Bearer ${forged}` } });
    assert.deepEqual([shown.status, shown.json().error], [401, 'invalid_token']);
    const inactive = await post(introspection_endpoint, { token: forged, client_id }, tls);
    assert.deepEqual(inactive.json(), { active: false });
  });
});

describe('clients of WSO2 Identity Server, as they are', { timeout: 240_000 }, () => {
  const moved = movedFrom('/oauth2/token', { wso2: true, wso2_tenants: ['carbon.super'] });

  test('find the server where they look for it, with the issuer they know', async () => {
    for (const path of [
      '/oauth2/token/.well-known/openid-configuration',
      '/oauth2/oidcdiscovery/.well-known/openid-configuration',
      '/t/carbon.super/oauth2/token/.well-known/openid-configuration',
      '/t/carbon.super/oauth2/oidcdiscovery/.well-known/openid-configuration',
    ]) {
      const answer = await call(`${moved.origin()}${path}`);
      assert.deepEqual([answer.status, answer.json().issuer], [200, moved.issuer()], path);
    }
    assert.equal((await call(`${moved.origin()}/t/other/oauth2/jwks`)).status, 404);
  });

  test('pushed request, code, UserInfo, refresh, introspection and revocation work at the addresses they have', async () => {
    await moved.codeFlow(wso2(moved.origin()));
    await moved.codeFlow(wso2(`${moved.origin()}/t/carbon.super`));
  });

  test('what they sign for those addresses is taken, and what is for others is not', async () => {
    await moved.signed(wso2(moved.origin()));
    await moved.signed(wso2(`${moved.origin()}/t/carbon.super`));
  });
});

test('what [aliases] cannot take stops the start with the key', async (t) => {
  const home = await createTestHome({});
  t.after(home.remove);
  const secret = JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), kid: 'x' }] });
  const original = await home.editDeployment((text) => text);
  for (const [line, message] of [
    [
      'keycloak_realms = ["a/b"]',
      /aliases\.keycloak_realms.* must be a list of names of realms, without slashes/,
    ],
    [`jwks = '${secret}'`, /aliases\.jwks must be a JWK Set of public keys, each with kid/],
    ['jwks = "{}"', /aliases\.jwks must be/],
  ] as const) {
    await home.editDeployment(() => `${original}\n[aliases]\n${line}\n`);
    const { code, stderr } = await home.command('client', 'list');
    assert.match(stderr, message);
    assert.equal(code, 1);
    assert.doesNotMatch(stderr, /"d":/, 'no private key is shown');
  }
});
