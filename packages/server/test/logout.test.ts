import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import { systemClock } from '../src/clock.ts';
import { keyRingStore } from '../src/registration/key-rotation.ts';
import { issueIdToken } from '../src/token/id-token.ts';
import { openKeyRing } from '../src/token/key-ring.ts';
import type { User } from '../src/user/user.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
  type TestClient,
} from './authorization-server.ts';
import { eventually } from './eventually.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser } from './http-browser.ts';
import { type SelfSigned, selfSigned, serveHttps } from './https-on-loopback.ts';
import { post } from './token-client.ts';
import { UNCHANGED } from './unchanged-registry.ts';

const PASSWORD = 'correct horse battery staple';
const SESSION = '__Host-countersign-session';
const RETURN = 'https://client.example/goodbye';

describe('signing out', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;

  let folder: string;
  let certificate: SelfSigned;

  before(async () => {
    certificate = await selfSigned('client');
    folder = await mkdtemp(join(tmpdir(), 'countersign-logout-'));
    const file = join(folder, 'clients.pem');
    await writeFile(file, certificate.pem);
    server = await startAuthorizationServer({
      outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: file },
    });
    issuer = server.issuer;
  });
  after(async () => {
    await server?.close();
    await rm(folder, { recursive: true });
  });

  const register = (more = {}) =>
    server.register({ client_name: 'Orchard', post_logout_redirect_uris: [RETURN], ...more });

  const locationOf = (page: HtmlPage) => String(page.headers.location);

  /** Signs in through the client and redeems the code. */
  const arrive = async (client: TestClient, user: User, browser: HttpBrowser = createHttpBrowser()) => {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: client.redirect_uri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    let page = await browser.follow(await browser.get(`${issuer}/oauth2/authorize?${query}`), issuer);
    if (page.url.includes('/sign-in')) {
      page = await browser.follow(
        await browser.submit(page, { username: user.username, password: PASSWORD }),
        issuer,
      );
    }
    if (page.url.includes('/consent')) {
      page = await browser.follow(await browser.submit(page, {}, { button: 'Allow' }), issuer);
    }
    const code = new URL(locationOf(page)).searchParams.get('code') ?? '';
    const answer = await post(
      `${issuer}/oauth2/token`,
      {
        grant_type: 'authorization_code',
        client_id: client.client_id,
        redirect_uri: client.redirect_uri,
        code,
        code_verifier: verifier,
      },
      client.tls,
    );
    assert.equal(answer.status, 200, answer.text);
    return { browser, id_token: String(answer.json().id_token) };
  };

  const logoutUrl = (parameters: Readonly<Record<string, string>>) =>
    `${issuer}/oidc/logout?${new URLSearchParams(parameters)}`;

  const isSignedIn = async (browser: HttpBrowser) => (await browser.get(`${issuer}/account`)).status === 200;
  const person = async () => (await server.browser()).user;

  test('with an ID token of the person it is done at once, and the browser goes back with the state', async () => {
    const client = await register();
    const { browser, id_token } = await arrive(client, await person());
    assert(await isSignedIn(browser));
    const answer = await browser.get(
      logoutUrl({ id_token_hint: id_token, post_logout_redirect_uri: RETURN, state: 'a b&c' }),
    );
    assert.equal(locationOf(answer), `${RETURN}?state=a%20b%26c`);
    assert.equal(browser.cookies.has(SESSION), false);
    assert.equal(await isSignedIn(browser), false);
  });

  test('an ID token that has expired will do', async () => {
    const client = await register();
    const user = await person();
    const { browser } = await arrive(client, user);
    const { configuration, storage, events } = server.opened;
    const keyRing = await openKeyRing(
      keyRingStore(storage, events),
      'ES256',
      configuration.atStart.encryption.key,
      UNCHANGED,
      systemClock,
    );
    const old = issueIdToken(
      { client_id: client.client_id, sub: user.sub, grant_id: 'grant', jti: 'j', claims: {} },
      issuer,
      { access_token: 'token' },
      60,
      'ES256',
      await keyRing.signer('JWT'),
      Date.now() - 86_400_000,
    );
    await browser.get(logoutUrl({ id_token_hint: old }));
    assert.equal(await isSignedIn(browser), false);
  });

  test('without an ID token the person is asked, and may stay', async () => {
    const client = await register();
    const { browser } = await arrive(client, await person());
    const page = await browser.get(
      logoutUrl({ client_id: client.client_id, post_logout_redirect_uri: RETURN, state: 's' }),
    );
    assert.equal(page.status, 200);
    assert.match(page.text, /<strong>Orchard<\/strong> asks to sign you out/);
    assert.match(
      String(page.headers['content-security-policy']),
      /form-action 'self' https:\/\/client\.example;/,
    );
    assert(await isSignedIn(browser));
    const done = await browser.submit(page);
    assert.equal(locationOf(done), `${RETURN}?state=s`);
    assert.equal(await isSignedIn(browser), false);
  });

  test("another person's ID token signs nobody out by itself", async () => {
    const client = await register();
    const attacker = await arrive(client, await person());
    const victim = await arrive(client, await person());
    const page = await victim.browser.get(logoutUrl({ id_token_hint: attacker.id_token }));
    assert.match(page.text, /Sign out\?/);
    assert(await isSignedIn(victim.browser));
  });

  test('a form from elsewhere signs nobody out', async () => {
    const client = await register();
    const { browser } = await arrive(client, await person());
    const page = await browser.get(`${issuer}/oidc/logout`);
    for (const [fields, headers] of [
      [{ form_token: undefined }, {}],
      [{ form_token: 'A'.repeat(43) }, {}],
      [{}, { 'sec-fetch-site': 'cross-site' }],
    ] as const) {
      assert.equal((await browser.submit(page, fields, { headers })).status, 403);
      assert(await isSignedIn(browser));
    }
  });

  test('only what is registered for the client is gone to, character by character', async () => {
    const client = await register();
    const stranger = await register({ post_logout_redirect_uris: ['https://evil.example/'] });
    const { browser, id_token } = await arrive(client, await person());
    const requests: readonly Readonly<Record<string, string>>[] = [
      { id_token_hint: id_token, post_logout_redirect_uri: `${RETURN}/` },
      { id_token_hint: id_token, post_logout_redirect_uri: `${RETURN}?x=1` },
      { id_token_hint: id_token, post_logout_redirect_uri: 'https://evil.example/' },
      { post_logout_redirect_uri: RETURN },
      { client_id: 'nobody', post_logout_redirect_uri: RETURN },
      {
        id_token_hint: id_token,
        client_id: stranger.client_id,
        post_logout_redirect_uri: 'https://evil.example/',
      },
      { id_token_hint: `${id_token.slice(0, -4)}AAAA`, post_logout_redirect_uri: RETURN },
      { id_token_hint: 'nonsense' },
    ];
    for (const request of requests) {
      const answer = await browser.get(logoutUrl(request));
      assert.equal(answer.status, 400, JSON.stringify(request));
      assert.equal(answer.headers.location, undefined);
      assert(await isSignedIn(browser));
    }
    // The confirmation looks again: its hidden fields are only words of the browser.
    const page = await browser.get(
      logoutUrl({ client_id: client.client_id, post_logout_redirect_uri: RETURN }),
    );
    const forged = await browser.submit(page, { post_logout_redirect_uri: 'https://evil.example/' });
    assert.equal(forged.status, 400);
  });

  test('a client that was disabled is gone back to no more', async () => {
    const client = await register();
    const { browser, id_token } = await arrive(client, await person());
    const stored = await server.opened.storage.clients.find(client.client_id);
    assert(stored);
    await server.opened.storage.clients.update({ ...stored, enabled: false, revision: stored.revision + 1 });
    const request = logoutUrl({ id_token_hint: id_token, post_logout_redirect_uri: RETURN });
    assert.equal((await browser.get(request)).status, 400);
  });

  test('a form on the site of the application leads through a redirect, so that cookies come along', async () => {
    const answer = await post(`${issuer}/oidc/logout`, { client_id: 'x', state: 'y', unknown: 'z' });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.location, `${issuer}/oidc/logout?client_id=x&state=y`);
  });

  test('attack 6: signed out already, the word of an address alone leads nobody to another site', async () => {
    const client = await register();
    const stranger = createHttpBrowser();
    const request = { client_id: client.client_id, post_logout_redirect_uri: RETURN, state: 's' };
    const page = await stranger.get(logoutUrl(request));
    assert.equal(page.status, 200);
    assert.equal(page.headers.location, undefined);
    assert.match(
      page.text,
      /go on to <strong>Orchard<\/strong> at <a href="https:\/\/client\.example\/goodbye\?state=s"/,
    );
    assert.doesNotMatch(page.text, /http-equiv="refresh"/);
    const posted = await post(`${issuer}/oidc/logout`, request);
    assert.equal((await stranger.get(String(posted.headers.location))).headers.location, undefined);
    for (const headers of [{}, { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }]) {
      const confirmed = await post(`${issuer}/oidc/logout/confirm`, request, { headers });
      assert.equal(confirmed.headers.location, undefined);
      assert.doesNotMatch(confirmed.text, /http-equiv="refresh"/);
    }
    // An ID token of another client is not the client's word.
    const { id_token } = await arrive(await register(), await person());
    const foreign = await stranger.get(logoutUrl({ ...request, id_token_hint: id_token }));
    assert.equal(foreign.status, 400);
    assert.equal(foreign.headers.location, undefined);
  });

  test('who is signed out already goes back all the same', async () => {
    const client = await register();
    const { id_token } = await arrive(client, await person());
    const stranger = createHttpBrowser();
    const request = { id_token_hint: id_token, post_logout_redirect_uri: RETURN };
    assert.equal(locationOf(await stranger.get(logoutUrl(request))), RETURN);
    assert.equal(locationOf(await stranger.get(`${issuer}/oidc/logout`)), `${issuer}/oidc/logout/done`);
  });

  /** A client's own server, which collects logout tokens. */
  const listening = async (t: TestContext) => {
    const received: string[] = [];
    const { origin } = await serveHttps(t, certificate, (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push(new URLSearchParams(body).get('logout_token') ?? '');
        response.end();
      });
    });
    return { uri: `${origin}/backchannel`, received };
  };

  test('every client of the session is told by a logout token', async (t) => {
    const one = await listening(t);
    const client = await register({ backchannel_logout_uri: one.uri });
    const silent = await register();
    const user = await person();
    const { browser, id_token } = await arrive(client, user);
    const other = await arrive(silent, user, browser);
    assert.doesNotMatch(JSON.stringify(claims(other.id_token)), /"sid"/, 'it is told nothing');
    const sid = z.object({ sid: z.string() }).parse(claims(id_token)).sid;
    await browser.submit(await browser.get(`${issuer}/oidc/logout`));
    const tokens = await eventually(
      async () => one.received,
      ({ length }) => length > 0,
    );
    const jwks = (await createHttpBrowser().get(`${issuer}/oauth2/jwks`)).json();
    const keys = createLocalJWKSet(
      z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }).parse(jwks),
    );
    const { payload } = await jwtVerify(tokens[0] ?? '', keys, {
      issuer,
      audience: client.client_id,
      typ: 'logout+jwt',
    });
    assert.equal(payload.sub, user.sub);
    assert.equal(payload.sid, sid);
    assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
    assert.equal(payload.nonce, undefined);
    assert(payload.jti);
    assert((payload.exp ?? 0) - (payload.iat ?? 0) <= 120);
  });

  test('a session that another person’s sign-in, a new password or its owner elsewhere ends is told of too', async (t) => {
    const one = await listening(t);
    const client = await register({ backchannel_logout_uri: one.uri });
    const told = (count: number) =>
      eventually(
        async () => one.received,
        ({ length }) => length === count,
      );
    const user = await person();
    const { browser } = await arrive(client, user);
    const stranger = await person();
    await browser.submit(await browser.get(`${issuer}/oauth2/sign-in`), {
      username: stranger.username,
      password: PASSWORD,
    });
    await told(1);
    const elsewhere = await arrive(client, user);
    const { browser: here } = await arrive(client, user);
    await here.submit(await here.get(`${issuer}/account/password`), {
      current_password: PASSWORD,
      new_password: 'a lighthouse full of plums',
      repeated_password: 'a lighthouse full of plums',
    });
    await told(2);
    assert.equal(await isSignedIn(elsewhere.browser), false);
    assert.equal(await isSignedIn(here), true);
  });
});

const claims = (jwt: string): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
