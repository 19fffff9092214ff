import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { startChromium, whyNoChromium } from './chromium.ts';
import { serveHttp } from './https-on-loopback.ts';

const PASSWORD = 'correct horse battery staple';
const require = createRequire(import.meta.url);
const LIBRARY = readFileSync(
  join(dirname(require.resolve('oidc-client-ts/package.json')), 'dist/browser/oidc-client-ts.min.js'),
);

/** What oidc-client-ts knows of the person. */
const SignedIn = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  profile: z.object({ sub: z.string(), email: z.string().optional() }),
});
/** What a script sees of an answer, or that it may see nothing. */
const Seen = z.union([
  z.object({
    status: z.number(),
    body: z.record(z.string(), z.unknown()),
    challenge: z.string().nullable(),
    event_id: z.string().nullable(),
  }),
  z.object({ failed: z.string() }),
]);

describe('an application in the browser', { skip: whyNoChromium(), timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    server = await startAuthorizationServer();
    browser = await startChromium();
    context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' });
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A site with a page that has oidc-client-ts and nothing else. */
  const site = async (t: TestContext) => {
    const { origin } = await serveHttp(t, (request, response) => {
      const isLibrary = request.url === '/oidc-client-ts.js';
      response.setHeader('content-type', isLibrary ? 'text/javascript' : 'text/html');
      response.end(
        isLibrary ? LIBRARY : '<!doctype html><title>App</title><script src="/oidc-client-ts.js"></script>',
      );
    });
    return origin;
  };
  const applicationAt = (origin: string) =>
    server.register({
      client_name: 'Browser application',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile email offline_access',
      redirect_uris: [`${origin}/callback`],
    });

  /** Makes the page's `manager` with the settings an application has anyhow. */
  const useManager = (page: Page, client_id: string, more = '') =>
    page.evaluate(`globalThis.manager = new oidc.UserManager({
      authority: ${JSON.stringify(server.issuer)}, client_id: ${JSON.stringify(client_id)},
      redirect_uri: location.origin + '/callback',
      scope: 'openid profile email offline_access', loadUserInfo: true, ${more}
    }); undefined`);

  /** Sends the browser away, lets the person sign in and allow, and comes back. */
  const signIn = async (page: Page, origin: string, username: string) => {
    await page.evaluate('void manager.signinRedirect()');
    await page.waitForURL(`${server.issuer}/**`);
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${origin}/callback**`);
  };
  const userOf = async (page: Page, call: string) =>
    SignedIn.parse(await page.evaluate(`${call}.then((user) => JSON.parse(JSON.stringify(user)))`));
  const fetched = async (page: Page, path: string, options: object) =>
    Seen.parse(
      await page.evaluate(`fetch(${JSON.stringify(server.issuer + path)}, ${JSON.stringify(options)}).then(
        async (answer) => ({
          status: answer.status, body: await answer.json(),
          challenge: answer.headers.get('www-authenticate'), event_id: answer.headers.get('countersign-event-id'),
        }),
        (error) => ({ failed: error.message }))`),
    );
  const bearer = (access_token: string) => ({ headers: { authorization: `Bearer ${access_token}` } });

  test('signs in, has claims, refreshes and revokes with oidc-client-ts, on an origin of its own', async (t) => {
    const origin = await site(t);
    const { client_id } = await applicationAt(origin);
    const { user } = await server.browser();
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await useManager(page, client_id);
    await signIn(page, origin, user.username);

    await useManager(page, client_id);
    const signedIn = await userOf(page, 'manager.signinRedirectCallback()');
    assert.equal(signedIn.profile.sub, user.sub);
    assert.equal(signedIn.profile.email, 'ada@example.com', 'UserInfo was read');

    const refreshed = await userOf(page, 'manager.signinSilent()');
    assert.notEqual(refreshed.access_token, signedIn.access_token);
    assert.equal(refreshed.profile.sub, user.sub);
    const known = await fetched(page, '/oauth2/userinfo', bearer(refreshed.access_token));
    assert.ok('status' in known);
    assert.deepEqual([known.status, known.body.sub], [200, user.sub]);

    await page.evaluate('manager.revokeTokens(["access_token", "refresh_token"])');
    const refused = await fetched(page, '/oauth2/userinfo', bearer(refreshed.access_token));
    assert.ok('status' in refused);
    assert.deepEqual([refused.status, refused.body.error], [401, 'invalid_token']);
    assert.match(refused.challenge ?? '', /^Bearer .*error="invalid_token"/);
    assert.match(refused.event_id ?? '', /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshed.refresh_token,
      client_id,
    });
    const again = await fetched(page, '/oauth2/token', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    assert.ok('status' in again);
    assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant']);
    await page.close();
  });

  test('binds its tokens to a key of the browser with DPoP', async (t) => {
    const origin = await site(t);
    const { client_id } = await applicationAt(origin);
    const { user } = await server.browser();
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' })).newPage();
    const dpop = `loadUserInfo: false, dpop: { bind_authorization_code: true, store: new oidc.IndexedDbDPoPStore() }`;
    await page.goto(`${origin}/`);
    await useManager(page, client_id, dpop);
    await signIn(page, origin, user.username);
    await useManager(page, client_id, dpop);
    const signedIn = await userOf(page, 'manager.signinRedirectCallback()');
    const [, payload = ''] = signedIn.access_token.split('.');
    const { cnf }: Record<string, unknown> = JSON.parse(Buffer.from(payload, 'base64url').toString());
    assert.match(JSON.stringify(cnf), /^\{"jkt":"[A-Za-z0-9_-]{43}"\}$/);
    const url = `${server.issuer}/oauth2/userinfo`;
    const claims = await page.evaluate(`(async () => {
      const user = await manager.getUser();
      const ask = async (nonce) => fetch('${url}', { headers: {
        authorization: 'DPoP ' + user.access_token,
        dpop: await manager.dpopProof('${url}', user, 'GET', nonce),
      } });
      let answer = await ask();
      if (answer.status === 401) answer = await ask(answer.headers.get('dpop-nonce'));
      return answer.json();
    })()`);
    assert.equal(z.looseObject({ sub: z.string() }).parse(claims).sub, user.sub);
    assert.ok((await userOf(page, 'manager.signinSilent()')).access_token);
    await page.close();
  });

  test('reads why it is refused, whatever header its library sends along', async (t) => {
    const origin = await site(t);
    const { client_id } = await applicationAt(origin);
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-requested-with': 'XMLHttpRequest',
    };
    for (const [path, form] of [
      ['/oauth2/token', 'grant_type=authorization_code&code=x&code_verifier=x'],
      ['/oauth2/par', 'response_type=token'],
      ['/oauth2/device_authorize', 'scope=openid'],
      ['/oauth2/revoke', ''],
    ] as const) {
      const body = `${form}&client_id=${client_id}`;
      const seen = await fetched(page, path, { method: 'POST', headers, body });
      assert.ok('status' in seen, `${path} ${JSON.stringify(seen)}`);
      assert.ok(seen.status >= 400 && typeof seen.body.error === 'string' && seen.event_id !== null, path);
    }
    await page.close();
  });

  test('on an origin that no client has reads nothing, and no page reads anything with credentials', async (t) => {
    const origin = await site(t);
    const evil = await site(t);
    const { client_id } = await applicationAt(origin);
    const requests: readonly (readonly [string, object])[] = [
      ['/oauth2/userinfo', bearer('x')],
      [
        '/oauth2/token',
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: `grant_type=refresh_token&refresh_token=x&client_id=${client_id}`,
        },
      ],
    ];
    const page = await context.newPage();
    await page.goto(`${evil}/`);
    for (const [path, options] of requests) {
      assert.ok('failed' in (await fetched(page, path, options)), path);
    }
    const keys = await fetched(page, '/oauth2/jwks', {});
    assert.ok('status' in keys && Array.isArray(keys.body.keys));
    assert.ok('status' in (await fetched(page, '/.well-known/openid-configuration', {})));
    await page.goto(`${origin}/`);
    for (const [path, options] of requests) {
      assert.ok('failed' in (await fetched(page, path, { ...options, credentials: 'include' })), path);
    }
    assert.ok('status' in (await fetched(page, '/oauth2/token', requests[1]?.[1] ?? {})));
    await page.close();
  });
});
