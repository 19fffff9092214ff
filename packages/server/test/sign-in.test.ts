import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { hashPassword } from '../src/user/password.ts';
import type { User } from '../src/user/user.ts';
import {
  ACR_MULTI_FACTOR,
  ACR_PHISHING_RESISTANT,
} from '../src/user-authentication/authentication-context.ts';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import {
  type AuthorizationServer,
  startAuthorizationServer,
  type TestClient,
} from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import { freePort } from './free-port.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser, unescaped } from './http-browser.ts';

const PASSWORD = 'correct horse battery staple';
const SESSION = '__Host-countersign-session';

describe('people sign in', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;

  before(async () => {
    server = await startAuthorizationServer({
      sign_in: { client_certificate: true },
      account_lock: { max_failed_attempts: 5 },
    });
    issuer = server.issuer;
  });
  after(() => server?.close());

  const person = async (changes: Partial<User> = {}): Promise<User> => {
    const user: User = {
      sub: randomUUID(),
      username: `person-${randomBytes(6).toString('hex')}`,
      password_hash: await hashPassword(PASSWORD),
      roles: [],
      claims: { name: 'Ada Lovelace' },
      enabled: true,
      created_at: Date.now(),
      revision: 1,
      ...changes,
    };
    await server.opened.storage.users.insert(user);
    return user;
  };

  const authorizationUrl = (client: TestClient, more: Readonly<Record<string, string>> = {}) =>
    `${issuer}/oauth2/authorize?${new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: client.redirect_uri,
      response_type: 'code',
      scope: 'openid',
      state: 'xyz',
      ...more,
    })}`;

  const locationOf = (page: HtmlPage) => new URL(String(page.headers.location), page.url);

  const signIn = async (browser: HttpBrowser, username: string, password = PASSWORD): Promise<HtmlPage> =>
    browser.submit(await browser.get(`${issuer}/oauth2/sign-in`), { username, password });

  const signedIn = async (user: User): Promise<HttpBrowser> => {
    const browser = createHttpBrowser();
    assert.equal((await signIn(browser, user.username)).status, 303);
    return browser;
  };

  const sessionsOf = async ({ sub }: User) =>
    (await server.opened.storage.sessions.list({ sub }, { limit: 50 }, Date.now())).items;

  /** Opens the authorization request and signs in; ends at the consent page or with the client. */
  const authorize = async (browser: HttpBrowser, client: TestClient, user: User, more = {}) => {
    const page = await browser.follow(await browser.get(authorizationUrl(client, more)), issuer);
    return browser.follow(
      await browser.submit(page, { username: user.username, password: PASSWORD }),
      issuer,
    );
  };

  /** The form of the account page that has this button. */
  const press = async (browser: HttpBrowser, text: string, fields = {}): Promise<HtmlPage> => {
    const page = await browser.get(`${issuer}/account`);
    const form = page.forms.findIndex(({ buttons }) => buttons.some((button) => button.text === text));
    return browser.submit(page, fields, { form, button: text });
  };

  describe('for an application', () => {
    test('by username, password and consent, without JavaScript', async () => {
      const client = await server.register({ client_name: 'Orchard & Sons' });
      const user = await person();
      const browser = createHttpBrowser();
      const page = await browser.follow(
        await browser.get(authorizationUrl(client, { login_hint: user.username })),
        issuer,
      );
      assert.match(page.text, /Orchard &amp; Sons/);
      assert.equal(page.forms[0]?.fields.username, user.username);
      const consent = await browser.follow(await browser.submit(page, { password: PASSWORD }), issuer);
      assert.match(consent.text, /know who you are/);
      assert.match(consent.text, new RegExp(user.username));
      const answer = await browser.follow(await browser.submit(consent, {}, { button: 'Allow' }), issuer);
      const callback = locationOf(answer);
      assert.equal(`${callback.origin}${callback.pathname}`, client.redirect_uri);
      assert.equal(callback.searchParams.get('state'), 'xyz');
      assert(callback.searchParams.get('code'));
      const [session] = await sessionsOf(user);
      assert.deepEqual(session?.amr, ['pwd']);
      assert.deepEqual(session?.client_ids, [client.client_id]);
    });

    test('for a browser a form ends at a page that goes on by itself, and so does not depend on form-action', async () => {
      const client = await server.register();
      const user = await person();
      const browser = createHttpBrowser();
      const page = await browser.follow(await browser.get(authorizationUrl(client)), issuer);
      const answer = await browser.submit(
        page,
        { username: user.username, password: PASSWORD },
        { headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' } },
      );
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.location, undefined);
      const url = /<meta http-equiv="refresh" content="0;url=([^"]+)">/.exec(answer.text)?.[1] ?? '';
      assert(url.startsWith(`${issuer}/oauth2/authorize/continue?request=`));
      assert.match(answer.text, new RegExp(`<a href="${url.replace('?', '\\?')}">Continue</a>`));
      assert.match((await browser.follow(await browser.get(url), issuer)).url, /\/oauth2\/consent/);
    });

    test('a remembered consent is asked for once, until it is revoked or more is asked', async () => {
      const client = await server.register({ scope: 'openid email orders' });
      const user = await person();
      const browser = createHttpBrowser();
      const consent = await authorize(browser, client, user, { scope: 'openid email' });
      await browser.follow(await browser.submit(consent, {}, { button: 'Allow' }), issuer);
      const again = async (scope: string) =>
        browser.follow(await browser.get(authorizationUrl(client, { scope })), issuer);
      assert(locationOf(await again('openid email')).searchParams.get('code'));
      assert.match((await again('openid email orders')).url, /\/oauth2\/consent/);

      const revoked = await browser.follow(await press(browser, 'Revoke'), issuer);
      assert.match(revoked.text, /no access any more/);
      assert.doesNotMatch((await browser.get(`${issuer}/account`)).text, /no access any more/);
      assert.match((await again('openid email')).url, /\/oauth2\/consent/);
    });

    test('what is not remembered counts for this once', async () => {
      const client = await server.register();
      const user = await person();
      const browser = createHttpBrowser();
      const consent = await authorize(browser, client, user);
      const answer = await browser.submit(consent, { remember: undefined }, { button: 'Allow' });
      assert(locationOf(await browser.follow(answer, issuer)).searchParams.get('code'));
      assert.equal(await server.opened.storage.consents.find(user.sub, client.client_id), undefined);
    });

    test('the person can deny, and can cancel before signing in; the application learns access_denied', async () => {
      const client = await server.register();
      const user = await person();
      const browser = createHttpBrowser();
      const consent = await authorize(browser, client, user);
      const denied = await browser.follow(await browser.submit(consent, {}, { button: 'Deny' }), issuer);
      assert.equal(locationOf(denied).searchParams.get('error'), 'access_denied');
      assert.equal(await server.opened.storage.consents.find(user.sub, client.client_id), undefined);

      const other = createHttpBrowser();
      const page = await other.follow(await other.get(authorizationUrl(client)), issuer);
      const cancelled = await other.follow(await other.submit(page, {}, { button: 'Cancel' }), issuer);
      assert.equal(locationOf(cancelled).searchParams.get('error'), 'access_denied');
      assert.equal(other.cookies.has(SESSION), false);
    });

    test('a consent form without a clear yes is a no', async () => {
      const client = await server.register();
      const user = await person();
      const browser = createHttpBrowser();
      const consent = await authorize(browser, client, user);
      const answer = await browser.follow(await browser.submit(consent, { decision: 'perhaps' }), issuer);
      assert.equal(locationOf(answer).searchParams.get('error'), 'access_denied');
    });

    test("a request of another browser is nobody's business", async () => {
      const client = await server.register();
      const begun = await createHttpBrowser().get(authorizationUrl(client));
      const url = locationOf(begun).href;
      const user = await person();
      const victim = await signedIn(user);
      for (const page of [url, url.replace('/sign-in', '/consent')]) {
        const answer = await victim.get(page);
        assert.equal(answer.status, 400, page);
        assert.match(answer.text, /This sign-in is over/);
        assert.match(String(answer.headers['countersign-event-id']), /^[0-9A-Z-]{12}$/);
      }
    });

    test('consent without a session leads to the sign-in', async () => {
      const client = await server.register();
      const browser = createHttpBrowser();
      const url = locationOf(await browser.get(authorizationUrl(client)));
      const answer = await browser.get(url.href.replace('/sign-in', '/consent'));
      assert.equal(answer.status, 303);
      assert.equal(locationOf(answer).href, url.href);
    });
  });

  describe('without falling for', () => {
    test('open redirects: a page leads to this server or to what an application registered', async () => {
      const user = await person();
      const queries = [
        '?return=https://evil.example',
        '?redirect_uri=https://evil.example&next=//evil.example',
        '?post_logout_redirect_uri=https://evil.example',
      ];
      for (const query of queries) {
        const browser = createHttpBrowser();
        const page = await browser.get(`${issuer}/oauth2/sign-in${query}`);
        const answer = await browser.submit(page, { username: user.username, password: PASSWORD });
        assert.equal(answer.headers.location, `${issuer}/account`, query);
      }
      for (const request of [
        'https://evil.example',
        '//evil.example',
        '%0d%0aLocation:%20https://evil.example',
      ]) {
        const answer = await createHttpBrowser().get(`${issuer}/oauth2/sign-in?request=${request}`);
        assert.equal(answer.status, 400, request);
        assert.equal(answer.headers.location, undefined);
      }
    });

    test('clickjacking, sniffing, caching: every page says what may be done with it', async () => {
      const client = await server.register({ logo_uri: 'https://logo.example/logo.png' });
      const user = await person();
      const browser = createHttpBrowser();
      const consent = await authorize(browser, client, user);
      const pages = [
        consent,
        await createHttpBrowser().get(`${issuer}/oauth2/sign-in`),
        await browser.get(`${issuer}/account`),
        await browser.get(`${issuer}/account/password`),
        await browser.get(`${issuer}/account/authenticator`),
        await browser.get(`${issuer}/oidc/logout`),
        await browser.get(`${issuer}/oidc/logout/done`),
        await browser.get(`${issuer}/oauth2/sign-in?request=over`),
        await browser.get(`${issuer}/oauth2/authorize`),
      ];
      for (const { headers, url } of pages) {
        assert.equal(headers['x-frame-options'], 'DENY', url);
        assert.equal(headers['referrer-policy'], 'no-referrer', url);
        assert.equal(headers['x-content-type-options'], 'nosniff', url);
        assert.equal(headers['cache-control'], 'no-store', url);
        const policy = String(headers['content-security-policy']);
        assert.match(policy, /^default-src 'none'; style-src 'self'; /, url);
        assert.match(policy, /frame-ancestors 'none'/, url);
        assert.match(policy, /base-uri 'none'/, url);
        assert.doesNotMatch(policy, /unsafe|\*|script-src/, url);
      }
      const policy = String(consent.headers['content-security-policy']);
      assert.match(policy, /img-src 'self' https:\/\/logo\.example;/);
      assert.match(policy, /form-action 'self' https:\/\/client\.example;/);
    });

    test('session fixation: signing in makes a new cookie, whatever there was before', async () => {
      const user = await person();
      const browser = createHttpBrowser();
      const planted = 'A'.repeat(43);
      browser.cookies.set(SESSION, planted);
      await signIn(browser, user.username);
      const first = browser.cookies.get(SESSION);
      assert(first && first !== planted);
      await signIn(browser, user.username);
      const second = browser.cookies.get(SESSION);
      assert.notEqual(second, first);
      const thief = createHttpBrowser();
      for (const [value, status] of [
        [planted, 303],
        [first, 303],
        [second, 200],
      ] as const) {
        thief.cookies.set(SESSION, value ?? '');
        assert.equal((await thief.get(`${issuer}/account`)).status, status);
      }
    });

    test('sign-in forgery: a form from elsewhere signs nobody in', async () => {
      const user = await person();
      const fields = { username: user.username, password: PASSWORD };
      const victim = createHttpBrowser();
      const page = await victim.get(`${issuer}/oauth2/sign-in`);
      const attacker = createHttpBrowser();
      const attackers = (await attacker.get(`${issuer}/oauth2/sign-in`)).forms[0]?.fields.form_token;
      const attempts: readonly [string, () => Promise<HtmlPage>][] = [
        ['no token', () => victim.submit(page, { ...fields, form_token: undefined })],
        ['an invented token', () => victim.submit(page, { ...fields, form_token: 'A'.repeat(43) })],
        ["the attacker's token", () => victim.submit(page, { ...fields, form_token: attackers })],
        [
          'the right token from another site',
          () => victim.submit(page, fields, { headers: { 'sec-fetch-site': 'cross-site' } }),
        ],
        ['no cookie', () => createHttpBrowser().submit(page, fields)],
      ];
      for (const [name, attempt] of attempts) {
        const answer = await attempt();
        assert.equal(answer.status, 403, name);
        assert.match(answer.text, /out of date/, name);
        assert.equal(victim.cookies.has(SESSION), false, name);
      }
      assert.deepEqual(await sessionsOf(user), []);
      const own = await victim.submit(page, fields, { headers: { 'sec-fetch-site': 'same-origin' } });
      assert.equal(own.status, 303);
    });

    test('a token for one request is none for another', async () => {
      const client = await server.register();
      const browser = createHttpBrowser();
      const user = await person();
      const one = await browser.follow(await browser.get(authorizationUrl(client)), issuer);
      const two = await browser.follow(await browser.get(authorizationUrl(client)), issuer);
      const form_token = one.forms[0]?.fields.form_token;
      const answer = await browser.submit(two, { username: user.username, password: PASSWORD, form_token });
      assert.equal(answer.status, 403);
    });

    test('consent forgery: only the session that saw the page can agree', async () => {
      const client = await server.register();
      const user = await person();
      const browser = createHttpBrowser();
      const consent = await authorize(browser, client, user);
      const { form_token: _token, ...withoutToken } = consent.forms[0]?.fields ?? {};
      assert.deepEqual(withoutToken, { remember: 'yes' });
      const account = await browser.get(`${issuer}/account`);
      const attempts: readonly [string, Readonly<Record<string, string | undefined>>, object][] = [
        ['no token', { form_token: undefined }, {}],
        ["another page's token", { form_token: account.forms[0]?.fields.form_token }, {}],
        ['another site', {}, { headers: { 'sec-fetch-site': 'cross-site' } }],
      ];
      for (const [name, fields, options] of attempts) {
        const answer = await browser.submit(consent, { decision: 'allow', ...fields }, options);
        assert.equal(answer.status, 403, name);
        assert.equal(answer.headers.location, undefined, name);
      }
      // Signed in as somebody else in between, the old page is void.
      await signIn(browser, (await person()).username);
      assert.equal((await browser.submit(consent, { decision: 'allow' })).status, 403);
      assert.equal(await server.opened.storage.consents.find(user.sub, client.client_id), undefined);
    });

    test('enumeration: unknown, disabled and wrong look the same', async () => {
      const user = await person();
      const disabled = await person({ enabled: false });
      const attempts = [
        { username: `nobody-${randomUUID()}`, password: PASSWORD },
        { username: user.username, password: 'wrong' },
        { username: disabled.username, password: PASSWORD },
        { username: disabled.username, password: 'wrong' },
      ];
      const answers = await Promise.all(
        attempts.map(async (fields) => {
          const browser = createHttpBrowser();
          const page = await browser.get(`${issuer}/oauth2/sign-in`);
          const { status, text, headers } = await browser.submit(page, fields);
          const { date: _date, 'set-cookie': cookie, 'content-length': _length, ...rest } = headers;
          // As random for one as for the other.
          const event_id = rest['countersign-event-id'];
          assert.match(String(event_id), /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
          return {
            status,
            cookie,
            headers: { ...rest, 'countersign-event-id': 'ID' },
            text: text
              .replaceAll(fields.username, 'NAME')
              .replaceAll(/name="form_token" value="[^"]+"/g, 'TOKEN'),
          };
        }),
      );
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
      assert.match(answers[0]?.text ?? '', /The username or password is wrong/);
    });

    test('guessing: after five failures the right password does not help, and unknown names lock alike', async () => {
      const user = await person();
      for (const username of [user.username, `nobody-${randomUUID()}`]) {
        const browser = createHttpBrowser();
        for (let attempt = 0; attempt < 5; attempt++) {
          assert.equal((await signIn(browser, username, `guess ${attempt}`)).status, 403);
        }
        const locked = await signIn(browser, username);
        assert.equal(locked.status, 429, username);
        assert.match(locked.text, /Too many failed attempts/);
        assert.equal(browser.cookies.has(SESSION), false);
      }
      await server.opened.storage.commit(server.opened.guard.unlocking(user.username));
      assert.equal((await signIn(createHttpBrowser(), user.username)).status, 303);
    });

    test('scripts in names: what clients and people call themselves stays text', async () => {
      const nasty = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{7*7}}`;
      const client = await server.register({ client_name: nasty });
      const stored = await server.opened.storage.clients.find(client.client_id);
      assert(stored);
      // As if an older version had let it in: the page must not rely on registration.
      await server.opened.storage.clients.update({
        ...stored,
        revision: stored.revision + 1,
        metadata: {
          ...stored.metadata,
          logo_uri: 'javascript:alert(3)',
          policy_uri: 'javascript:alert(4)',
          tos_uri: 'data:text/html,<script>alert(5)</script>',
          client_uri: `https://client.example/"onmouseover="alert(6)`,
        },
      });
      const user = await person({ username: `${nasty}-${randomUUID()}`, claims: { name: nasty } });
      const browser = createHttpBrowser();
      const signInPage = await browser.follow(
        await browser.get(authorizationUrl(client, { login_hint: nasty })),
        issuer,
      );
      const failed = await browser.submit(signInPage, { username: nasty, password: nasty });
      const consent = await browser.follow(
        await browser.submit(failed, { username: user.username, password: PASSWORD }),
        issuer,
      );
      await browser.submit(consent, {}, { button: 'Allow' });
      const account = await browser.get(`${issuer}/account`);
      const signOut = await browser.get(`${issuer}/oidc/logout?client_id=${client.client_id}`);
      for (const { text, url } of [signInPage, failed, consent, account, signOut]) {
        assert.doesNotMatch(text, /<script|<img|javascript:|data:|onmouseover="/, url);
        assert(unescaped(text).includes(nasty), url);
      }
    });
  });

  describe('with a second factor', () => {
    const codeOf = (secret: string, offset: number) => totpCode(secret, totpStep(Date.now()) + offset);

    /** A person with an authenticator app, as they set it up. */
    const protectedPerson = async () => {
      const user = await person();
      const browser = await signedIn(user);
      const page = await browser.get(`${issuer}/account/authenticator`);
      const secret = (/class="secret">([A-Z2-7 ]+)</.exec(page.text)?.[1] ?? '').replaceAll(' ', '');
      const done = await browser.follow(await browser.submit(page, { code: codeOf(secret, -1) }), issuer);
      const codes = Array.from(done.text.matchAll(/<li>([0-9a-z-]{14})<\/li>/g), ([, code = '']) => code);
      assert.equal(codes.length, 10);
      return { user, browser, secret, codes };
    };

    test('the password alone opens nothing; the code does, once, and the session says so', async () => {
      const { user, secret } = await protectedPerson();
      const before = (await sessionsOf(user)).length;
      const client = await server.register();
      const browser = createHttpBrowser();
      const page = await authorize(browser, client, user);
      assert.match(page.url, /\/oauth2\/sign-in\/second-factor\?request=/);
      assert.equal(browser.cookies.has(SESSION), false);
      assert.equal((await sessionsOf(user)).length, before);
      const wrong = await browser.submit(page, { code: '000000' });
      assert.equal(wrong.status, 403);
      assert.match(wrong.text, /The code is wrong/);
      const code = codeOf(secret, 0);
      const consent = await browser.follow(await browser.submit(wrong, { code }), issuer);
      assert.match(consent.url, /\/oauth2\/consent/);
      const [session] = await sessionsOf(user);
      assert.deepEqual(session?.amr, ['pwd', 'otp', 'mfa']);
      assert.equal(session?.acr, ACR_MULTI_FACTOR);

      const other = createHttpBrowser();
      const replay = await authorize(other, client, user);
      assert.equal((await other.submit(replay, { code })).status, 403);
    });

    test('a recovery code opens once', async () => {
      const { user, codes } = await protectedPerson();
      for (const status of [303, 403]) {
        const browser = createHttpBrowser();
        const page = await browser.follow(await signIn(browser, user.username), issuer);
        assert.equal((await browser.submit(page, { code: codes[3] })).status, status);
      }
    });

    test('guessing codes is guessing', async () => {
      const { user, secret } = await protectedPerson();
      const browser = createHttpBrowser();
      let page = await browser.follow(await signIn(browser, user.username), issuer);
      for (let attempt = 0; attempt < 5; attempt++) page = await browser.submit(page, { code: '000000' });
      const locked = await browser.submit(page, { code: codeOf(secret, 1) });
      assert.equal(locked.status, 429);
      assert.equal((await signIn(createHttpBrowser(), user.username)).status, 429);
    });

    test('the page of the second factor is of no use in another browser, or for another purpose', async () => {
      const { user, secret } = await protectedPerson();
      const browser = createHttpBrowser();
      const page = await browser.follow(await signIn(browser, user.username), issuer);
      const stranger = createHttpBrowser();
      const without = await stranger.submit(page, { code: codeOf(secret, 0) });
      assert.equal(locationOf(without).href, `${issuer}/oauth2/sign-in?over=1`);
      assert.match((await stranger.follow(without, issuer)).text, /took too long/);

      const client = await server.register();
      const request = locationOf(await browser.get(authorizationUrl(client))).search;
      const elsewhere = await browser.get(`${issuer}/oauth2/sign-in/second-factor${request}`);
      assert.equal(elsewhere.status, 303);
      const forged = await browser.submit(page, { code: codeOf(secret, 0), form_token: 'A'.repeat(43) });
      assert.equal(forged.status, 403);
    });

    test('removing it is for its owner, who signed in lately', async () => {
      const { user, browser } = await protectedPerson();
      const stranger = await signedIn(await person());
      const page = await stranger.get(`${issuer}/account/password`);
      const token = page.forms[0]?.fields.form_token;
      const theft = await stranger.submit(
        { ...page, forms: [{ action: '/account/factors/remove', fields: {}, buttons: [] }] },
        { form_token: token, kind: 'totp', id: user.sub },
      );
      assert.equal(theft.status, 303);
      assert.equal((await server.opened.storage.credentials.list(user.sub)).length, 11);

      const [session] = await sessionsOf(user);
      assert(session);
      const age = (auth_time: number) =>
        server.opened.storage.sessions.change(session.session_id, (current) => ({ ...current, auth_time }));
      await age(session.auth_time - 3600);
      assert.equal((await press(browser, 'Remove')).headers.location, `${issuer}/oauth2/sign-in`);
      assert.match((await browser.get(`${issuer}/oauth2/sign-in`)).text, /Please sign in again/);
      assert.equal((await browser.get(`${issuer}/account/passkey`)).status, 303);
      assert.equal((await server.opened.storage.credentials.list(user.sub)).length, 11);
      await age(session.auth_time);
      assert.equal((await press(browser, 'Remove')).headers.location, `${issuer}/account`);
      assert.deepEqual(await server.opened.storage.credentials.list(user.sub), []);
    });

    test('new recovery codes void the old ones', async () => {
      const { user, browser, codes } = await protectedPerson();
      const page = await browser.follow(await press(browser, 'Make new recovery codes'), issuer);
      assert.match(page.text, /Your recovery codes/);
      const other = createHttpBrowser();
      const factor = await other.follow(await signIn(other, user.username), issuer);
      assert.equal((await other.submit(factor, { code: codes[0] })).status, 403);
    });

    test('a forged passkey answer is refused', async () => {
      const user = await person();
      await server.opened.storage.credentials.insert({
        kind: 'passkey',
        credential_id: randomBytes(16).toString('base64url'),
        sub: user.sub,
        created_at: Date.now(),
        public_key: 'pQ',
        counter: 0,
        transports: [],
        label: 'Key',
      });
      const browser = createHttpBrowser();
      const page = await browser.follow(await signIn(browser, user.username), issuer);
      for (const credential of ['', 'x', '{}', '{"id":"AA","rawId":"AA","type":"public-key"}']) {
        const answer = await browser.submit(page, { credential });
        assert([403, 429].includes(answer.status));
        assert.match(answer.text, /passkey was not accepted/);
      }
      assert.deepEqual(await sessionsOf(user), []);
    });
  });

  describe('with a personal certificate', () => {
    test('registered by its owner, it signs in; unregistered, removed or absent it does not', async () => {
      const identity = await createIdentity(`CN=Ada ${randomUUID()}`);
      const user = await person();
      const button = 'Sign in with a certificate';
      const attempt = async (browser: HttpBrowser) =>
        browser.submit(await browser.get(`${issuer}/oauth2/sign-in`), {}, { form: 1, button });

      const stranger = await attempt(createHttpBrowser({ identity }));
      assert.equal(stranger.status, 403);
      assert.match(stranger.text, /was not accepted/);
      assert.match(stranger.text, /Reference for the administrator/);
      assert.match((await attempt(createHttpBrowser())).text, /No certificate arrived/);

      const owner = createHttpBrowser({ identity });
      await signIn(owner, user.username);
      const added = await owner.follow(
        await press(owner, 'Register the certificate of this browser'),
        issuer,
      );
      assert.match(added.text, /The certificate is registered/);

      const browser = createHttpBrowser({ identity });
      assert.equal((await attempt(browser)).headers.location, `${issuer}/account`);
      assert((await browser.get(`${issuer}/account`)).text.includes(user.username));
      const [session] = await sessionsOf(user);
      assert.deepEqual(session?.amr, ['pop']);
      assert.equal(session?.acr, ACR_PHISHING_RESISTANT);

      const other = createHttpBrowser({ identity });
      await signIn(other, (await person()).username);
      const taken = await press(other, 'Register the certificate of this browser');
      assert.equal(taken.status, 400);

      await press(owner, 'Remove');
      assert.equal((await attempt(createHttpBrowser({ identity }))).status, 403);
    });

    test('an expired one does not', async () => {
      const user = await person();
      const identity = await createIdentity('CN=Old', { now: Date.now() - 90 * 86_400_000 });
      await server.opened.storage.credentials.insert({
        kind: 'certificate',
        credential_id: identity.thumbprint,
        sub: user.sub,
        created_at: Date.now(),
        subject: 'CN=Old',
        not_after: identity.certificate.notAfter,
      });
      const browser = createHttpBrowser({ identity });
      const page = await browser.get(`${issuer}/oauth2/sign-in`);
      assert.equal((await browser.submit(page, {}, { form: 1 })).status, 403);
    });
  });

  describe('and look after their account', () => {
    const change = async (browser: HttpBrowser, current: string, wanted: string, repeated = wanted) =>
      browser.submit(await browser.get(`${issuer}/account/password`), {
        current_password: current,
        new_password: wanted,
        repeated_password: repeated,
      });

    test('a new password needs the current one, and ends every other session', async () => {
      const user = await person();
      const browser = await signedIn(user);
      const elsewhere = await signedIn(user);
      const wanted = 'a lighthouse full of plums';
      for (const [answer, message] of [
        [await change(browser, 'wrong', wanted), 'current password is wrong'],
        [await change(browser, PASSWORD, 'short'), 'shorter than 8'],
        [await change(browser, PASSWORD, wanted, 'other plums'), 'differ'],
        [await change(browser, PASSWORD, PASSWORD), 'is the current one'],
        [await change(browser, PASSWORD, 'x'.repeat(1025)), 'too long'],
      ] as const) {
        assert.equal(answer.status, 400, message);
        assert.match(answer.text, new RegExp(message));
      }
      assert.equal((await elsewhere.get(`${issuer}/account`)).status, 200);
      const copy = createHttpBrowser();
      copy.cookies.set(SESSION, browser.cookies.get(SESSION) ?? '');
      assert.equal((await copy.get(`${issuer}/account`)).status, 200);
      assert.equal((await change(browser, PASSWORD, wanted)).headers.location, `${issuer}/account`);
      assert.equal((await elsewhere.get(`${issuer}/account`)).status, 303);
      assert.equal((await copy.get(`${issuer}/account`)).status, 303);
      assert.equal((await browser.get(`${issuer}/account`)).status, 200);
      assert.equal((await signIn(createHttpBrowser(), user.username)).status, 403);
      assert.equal((await signIn(createHttpBrowser(), user.username, wanted)).status, 303);
    });

    test('guessing the current password is guessing', async () => {
      const user = await person();
      const browser = await signedIn(user);
      for (let attempt = 0; attempt < 5; attempt++)
        await change(browser, `guess ${attempt}`, 'something long');
      assert.match((await change(browser, PASSWORD, 'something long')).text, /Too many failed attempts/);
    });

    test('other sessions can be ended, one or all', async () => {
      const user = await person();
      const here = await signedIn(user);
      const [there, elsewhere] = [await signedIn(user), await signedIn(user)];
      assert.match((await here.get(`${issuer}/account`)).text, /Firefox, Linux<\/strong> \(This browser\)/);
      await press(here, 'Sign out');
      const left = async (browser: HttpBrowser) => (await browser.get(`${issuer}/account`)).status === 200;
      assert.equal([await left(there), await left(elsewhere)].filter(Boolean).length, 1);
      await signedIn(user);
      await press(here, 'Sign out everywhere else');
      assert.deepEqual([await left(there), await left(elsewhere), await left(here)], [false, false, true]);
    });

    test("a form of the account is worth nothing in another person's session", async () => {
      const user = await person();
      const page = await (await signedIn(user)).get(`${issuer}/account/password`);
      const stranger = await signedIn(await person());
      const answer = await stranger.submit(page, {
        current_password: PASSWORD,
        new_password: 'something long',
      });
      assert.equal(answer.status, 403);
    });

    test('nobody sees it without signing in', async () => {
      for (const path of ['', '/password', '/authenticator', '/passkey']) {
        const answer = await createHttpBrowser().get(`${issuer}/account${path}`);
        assert.equal(answer.headers.location, `${issuer}/oauth2/sign-in`, path);
      }
    });
  });

  test('in the language of the request, then in that of the browser', async () => {
    const client = await server.register();
    const browser = createHttpBrowser({ language: 'fr, pt-BR;q=0.8, de;q=0.5' });
    assert.match((await browser.get(`${issuer}/oauth2/sign-in`)).text, /<html lang="pt">/);
    const url = authorizationUrl(client, { ui_locales: 'fr de-CH en' });
    const page = await browser.follow(await browser.get(url), issuer);
    assert.match(page.text, /<html lang="de">.*<h1>Anmelden<\/h1>/s);
  });

  test('the metadata tells of it', async () => {
    const metadata = (await createHttpBrowser().get(`${issuer}/.well-known/openid-configuration`)).json();
    assert.equal(metadata.end_session_endpoint, `${issuer}/oidc/logout`);
    assert.equal(metadata.backchannel_logout_supported, true);
    assert.equal(metadata.backchannel_logout_session_supported, true);
    assert.deepEqual(metadata.ui_locales_supported, ['en', 'de', 'pt']);
    assert.deepEqual(metadata.acr_values_supported, [ACR_MULTI_FACTOR, ACR_PHISHING_RESISTANT]);
  });
});

test('certificates are off, and the look is the deployment’s, unless and as it says', {
  timeout: 60_000,
}, async () => {
  const server = await startAuthorizationServer({
    branding: { name: 'Acme <Login>', primary_color: '#ffee00' },
  });
  try {
    const { issuer } = server;
    const identity = await createIdentity('CN=Ada');
    const browser = createHttpBrowser({ identity });
    const page = await browser.get(`${issuer}/oauth2/sign-in`);
    assert.equal(page.forms.length, 1);
    assert.match(page.text, /<title>Sign in – Acme &lt;Login&gt;<\/title>/);
    const [form] = page.forms;
    assert(form);
    const forced = await browser.submit({
      ...page,
      forms: [{ ...form, action: '/oauth2/sign-in/certificate' }],
    });
    assert.equal(forced.status, 403);
    const href = /<link rel="stylesheet" href="([^"]+)">/.exec(page.text)?.[1] ?? '';
    const style = await browser.get(`${issuer}${href}`);
    assert.match(style.text, /--primary:#ffee00;--on-primary:#000000;--link:#1a2330/);
  } finally {
    await server.close();
  }
});

test('certificates are asked for on the second listener alone, where there is one', {
  timeout: 60_000,
}, async () => {
  const port = await freePort();
  const server = await startAuthorizationServer({
    sign_in: { client_certificate: true },
    'transport.mtls': { enable: true, port },
  });
  try {
    const { issuer } = server;
    const base = `https://localhost:${port}`;
    const identity = await createIdentity('CN=Ada');
    const { user } = await server.browser();
    const headers = { 'sec-fetch-site': 'same-site' };
    const owner = createHttpBrowser({ identity });
    const page = await owner.get(`${issuer}/oauth2/sign-in`);
    assert.match(String(page.headers['content-security-policy']), new RegExp(`form-action 'self' ${base};`));
    assert.equal(page.forms[1]?.action, `${base}/oauth2/sign-in/certificate`);
    await owner.submit(page, { username: user.username, password: PASSWORD });
    const account = await owner.get(`${issuer}/account`);
    const form = account.forms.findIndex(({ action }) => action === `${base}/account/certificate`);
    assert.equal((await owner.submit(account, {}, { form, headers })).headers.location, `${issuer}/account`);

    const browser = createHttpBrowser({ identity });
    const again = await browser.get(`${issuer}/oauth2/sign-in`);
    for (const [site, status] of [
      ['cross-site', 403],
      ['same-site', 303],
    ] as const) {
      const answer = await browser.submit(again, {}, { form: 1, headers: { 'sec-fetch-site': site } });
      assert.equal(answer.status, status, site);
    }
    assert.equal((await browser.get(`${issuer}/account`)).status, 200);
    // The password goes to the page's own listener and nowhere else.
    const fields = { username: user.username, password: PASSWORD };
    const password = await browser.submit(again, fields, { headers });
    assert.equal(password.status, 403);
  } finally {
    await server.close();
  }
});
