import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { User } from '../src/user/user.ts';
import {
  type AuthorizationServer,
  pkce,
  redeemCode,
  startAuthorizationServer,
  type TestClient,
} from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser, unescaped } from './http-browser.ts';
import { call, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const SESSION = '__Host-countersign-session';
const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' };
const HOUR = 3_600_000;

describe('every page has a way on', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;

  before(async () => {
    server = await startAuthorizationServer({ oauth: { waiting_requests_per_address: 500 } });
    issuer = server.issuer;
  });
  after(() => server?.close());

  const person = async (changes: Partial<User> = {}) => (await server.browser(changes)).user;
  const register = (more = {}) =>
    server.register({
      client_name: 'Orchard',
      scope: 'openid email',
      client_uri: 'https://orchard.example/',
      ...more,
    });

  const authorizationUrl = (client: TestClient, more: Readonly<Record<string, string>> = {}) =>
    `${issuer}/oauth2/authorize?${new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: client.redirect_uri,
      response_type: 'code',
      scope: 'openid',
      ...more,
    })}`;
  const locationOf = (page: HtmlPage) => new URL(String(page.headers.location), page.url);
  const begin = async (browser: HttpBrowser, client: TestClient, more = {}) =>
    browser.follow(await browser.get(authorizationUrl(client, more)), issuer);
  const signIn = (browser: HttpBrowser, page: HtmlPage, username: string, fields = {}) =>
    browser.submit(page, { username, password: PASSWORD, ...fields });
  /** Through consent, where it is asked for, to the client. */
  const answered = async (browser: HttpBrowser, answer: HtmlPage, button = 'Allow') => {
    const page = await browser.follow(answer, issuer);
    if (page.headers.location !== undefined) return locationOf(page).searchParams;
    return locationOf(await browser.follow(await browser.submit(page, {}, { button }), issuer)).searchParams;
  };
  /** The buttons of a page that are links: their texts and where they lead. */
  const waysOn = (page: HtmlPage): readonly (readonly [text: string, href: string])[] =>
    Array.from(
      page.text.matchAll(/<a class="button[^"]*" href="([^"]*)"[^>]*>([^<]*)</g),
      ([, href = '', text = '']) => [unescaped(text), unescaped(href)],
    );
  const ACCOUNT = () => ['Go to your account', `${issuer}/account`] as const;
  const APPLICATION = ['Start again at Orchard', 'https://orchard.example/'] as const;

  describe('for tabs of one browser', () => {
    test('requests that came at once without a cookie are all open in their browser, and in no other', async () => {
      const client = await register();
      const user = await person();
      const answers = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const tab = createHttpBrowser();
          const page = await tab.get(authorizationUrl(client, { state: `tab ${index}` }));
          return { url: locationOf(page).href, cookies: tab.cookies };
        }),
      );
      const browser = createHttpBrowser();
      for (const { cookies } of answers)
        for (const [name, value] of cookies) browser.cookies.set(name, value);
      const stranger = createHttpBrowser();
      await stranger.get(authorizationUrl(client));
      const pages = [];
      for (const { url } of answers) {
        pages.push(await browser.get(url));
        assert.equal((await stranger.get(url)).status, 400);
        assert.doesNotMatch(
          url,
          new RegExp([...browser.cookies.values()].join('|')),
          'no secret is in a URL',
        );
      }
      for (const [index, page] of pages.entries()) {
        const answer = await answered(browser, await signIn(browser, page, user.username));
        assert.equal(answer.get('state'), `tab ${index}`);
        assert.ok(answer.get('code'));
      }
      const { items } = await server.opened.storage.sessions.list(
        { sub: user.sub },
        { limit: 50 },
        Date.now(),
      );
      assert.equal(items.length, 2, 'one sign-in for all, beside the session the person had');
    });

    test('a form sent after another tab signed in goes on, whatever password it has', async () => {
      const client = await register();
      const user = await person();
      const browser = createHttpBrowser();
      const [one, two, three, four] = [
        await begin(browser, client),
        await begin(browser, client, { state: 'two' }),
        await begin(browser, client, { state: 'three' }),
        await begin(browser, client, { state: 'four' }),
      ];
      assert.ok((await answered(browser, await signIn(browser, one, user.username))).get('code'));
      const secret = browser.cookies.get(SESSION);
      const mistyped = await signIn(browser, two, user.username.toUpperCase(), { password: 'mistyped' });
      assert.equal((await answered(browser, mistyped)).get('state'), 'two');
      const stale = await signIn(browser, three, user.username, { form_token: 'A'.repeat(43) });
      assert.equal((await answered(browser, stale)).get('state'), 'three');
      assert.equal(browser.cookies.get(SESSION), secret, 'nobody signed in again');
      const cancelled = await browser.submit(four, {}, { button: 'Cancel' });
      assert.equal((await answered(browser, cancelled)).get('error'), 'access_denied');
    });

    test('a form that names another person signs that one in', async () => {
      const client = await register();
      const [ada, grace] = [await person(), await person()];
      const browser = createHttpBrowser();
      const [one, two] = [await begin(browser, client), await begin(browser, client)];
      await answered(browser, await signIn(browser, one, ada.username));
      const wrong = await signIn(browser, two, grace.username, { password: 'wrong' });
      assert.equal(wrong.status, 403);
      const consent = await browser.follow(await signIn(browser, wrong, grace.username), issuer);
      assert.match(consent.text, new RegExp(`Signed in as <strong>${grace.username}`));
    });

    test('a request that wants a new sign-in gets one, unless another tab just had it', async () => {
      const client = await register();
      const user = await person();
      const browser = createHttpBrowser();
      await answered(browser, await signIn(browser, await begin(browser, client), user.username));
      const page = await begin(browser, client, { prompt: 'login' });
      assert.match(page.text, /Please sign in again/);
      assert.deepEqual(waysOn(page), []);
      const other = await begin(browser, client, { prompt: 'login' });
      assert.equal((await signIn(browser, page, user.username, { password: 'wrong' })).status, 403);
      assert.ok((await answered(browser, await signIn(browser, page, user.username))).get('code'));
      assert.ok((await answered(browser, await signIn(browser, other, user.username))).get('code'));
    });

    test('second factors under way in two tabs do not end one another', async () => {
      const client = await register();
      const user = await person();
      const own = createHttpBrowser();
      await signIn(own, await own.get(`${issuer}/oauth2/sign-in`), user.username);
      const setup = await own.get(`${issuer}/account/authenticator`);
      const secret = (/class="secret">([A-Z2-7 ]+)</.exec(setup.text)?.[1] ?? '').replaceAll(' ', '');
      const { totpCode, totpStep } = await import('../src/user-authentication/totp.ts');
      const code = totpCode(secret, totpStep(Date.now()) - 1);
      const done = await own.follow(await own.submit(setup, { code }), issuer);
      const [first = '', second = ''] = Array.from(
        done.text.matchAll(/<li>([0-9a-z-]{14})<\/li>/g),
        ([, code = '']) => code,
      );
      assert.ok(first && second);

      const browser = createHttpBrowser();
      const [one, two, three] = [
        await begin(browser, client, { state: 'one' }),
        await begin(browser, client, { state: 'two' }),
        await begin(browser, client, { state: 'three' }),
      ];
      const codeOf = async (page: HtmlPage) =>
        browser.follow(await signIn(browser, page, user.username), issuer);
      const pages = [await codeOf(one), await codeOf(two), await codeOf(three)] as const;
      assert.equal(
        (await answered(browser, await browser.submit(pages[0], { code: first }))).get('state'),
        'one',
      );
      assert.equal(
        (await answered(browser, await browser.submit(pages[1], { code: second }))).get('state'),
        'two',
      );
      browser.cookies.delete('__Host-countersign-sign-in');
      const late = await browser.submit(pages[2], { code: '000000' });
      assert.equal((await answered(browser, late)).get('state'), 'three', 'single sign-on');
    });
  });

  describe('where a sign-in is over', () => {
    test('finished, begun elsewhere, or of long ago: its pages and forms name the application and the account', async () => {
      const client = await register();
      const user = await person();
      const browser = createHttpBrowser();
      const page = await begin(browser, client);
      const consent = await browser.follow(await signIn(browser, page, user.username), issuer);
      const allowed = await browser.submit(consent, {}, { button: 'Allow' });
      const continued = locationOf(allowed).href;
      await browser.follow(allowed, issuer);

      const long = createHttpBrowser();
      const forgotten = await begin(long, client);
      const stale = {
        ...forgotten,
        forms: forgotten.forms.map((form) => ({
          ...form,
          action: form.action.replace('request=', 'request=A'),
        })),
      };
      const elsewhere = createHttpBrowser();
      for (const answer of [
        await browser.get(page.url),
        await browser.get(consent.url),
        await browser.get(continued),
        await signIn(browser, page, user.username),
        await browser.submit(consent, {}, { button: 'Allow' }),
        await elsewhere.get(page.url),
        await signIn(elsewhere, page, user.username),
        await elsewhere.get(continued),
        await signIn(long, stale, user.username),
        await long.get(stale.forms[0] ? new URL(stale.forms[0].action, issuer).href : ''),
      ]) {
        assert.equal(answer.status, 400, answer.url);
        assert.deepEqual(waysOn(answer), [APPLICATION, ACCOUNT()], answer.url);
        assert.equal(await causeOf(server.running, answer), 'pending_request_unknown');
      }
    });

    test('the application is where it says that sign-ins begin, its site, or where its answers go', async () => {
      const over = async (metadata: Readonly<Record<string, unknown>>) => {
        const client = await server.register({ client_name: 'Orchard', ...metadata });
        return waysOn(
          await createHttpBrowser().get(`${issuer}/oauth2/sign-in?request=x.${client.client_id}`),
        )[0];
      };
      assert.deepEqual(await over({}), ['Start again at Orchard', 'https://client.example/']);
      const begins = {
        initiate_login_uri: 'https://orchard.example/login?x=1',
        client_uri: 'https://orchard.example/',
      };
      assert.deepEqual(await over(begins), [
        'Start again at Orchard',
        `https://orchard.example/login?x=1&${new URLSearchParams({ iss: issuer })}`,
      ]);
      assert.deepEqual(
        await over({ redirect_uris: ['https://a.example/cb', 'https://b.example/cb'] }),
        ACCOUNT(),
      );
      assert.deepEqual(
        await over({ redirect_uris: ['com.example.app:/cb'], token_endpoint_auth_method: 'none' }),
        ACCOUNT(),
      );
      const nobody = await createHttpBrowser().get(`${issuer}/oauth2/sign-in?request=x.nobody`);
      assert.deepEqual(waysOn(nobody), [ACCOUNT()]);
    });

    test('the account page begins a sign-in at an application that has others begin it (OIDC Core §4)', async () => {
      const person = await server.browser();
      const begun = await server.register({
        client_name: 'Orchard',
        initiate_login_uri: 'https://orchard.example/login?x=1',
      });
      const other = await server.register({ client_name: 'Meadow' });
      for (const client of [begun, other]) await server.consent(person, client, ['openid']);
      const { text } = await person.get(`${issuer}/account`);
      const address = `https://orchard.example/login?x=1&${new URLSearchParams({ iss: issuer })}`;
      assert.ok(text.includes(`<a href="${address.replaceAll('&', '&amp;')}"`), text);
      assert.match(text, /<strong>Meadow<\/strong>/);
      const disabled = await server.command('client', 'update', begun.client_id, '--disable');
      assert.equal(disabled.code, 0, disabled.stderr);
      assert.doesNotMatch((await person.get(`${issuer}/account`)).text, /orchard\.example/);
    });

    test('an authorization request that cannot be answered leads to the application it names', async () => {
      const client = await register();
      const request_uri = `urn:ietf:params:oauth:request_uri:${'A'.repeat(43)}`;
      const query = new URLSearchParams({ client_id: client.client_id, request_uri });
      const bookmarked = await createHttpBrowser().get(`${issuer}/oauth2/authorize?${query}`);
      assert.equal(bookmarked.status, 400);
      assert.deepEqual(waysOn(bookmarked), [APPLICATION, ACCOUNT()]);
      assert.deepEqual(waysOn(await createHttpBrowser().get(`${issuer}/oauth2/authorize`)), [ACCOUNT()]);
    });

    test('a logout whose hint cannot be verified is refused, and can be asked for', async () => {
      const client = await register();
      const user = await person();
      const browser = createHttpBrowser();
      await answered(browser, await signIn(browser, await begin(browser, client), user.username));
      const query = new URLSearchParams({ id_token_hint: 'nonsense', client_id: client.client_id });
      const refused = await browser.get(`${issuer}/oidc/logout?${query}`);
      assert.equal(refused.status, 400);
      assert.deepEqual(waysOn(refused), [['Sign out', '/oidc/logout'], APPLICATION, ACCOUNT()]);
      const asked = await browser.get(`${issuer}/oidc/logout`);
      await browser.submit(asked);
      assert.equal(browser.cookies.has(SESSION), false);
    });

    test('a form that is out of date leads to its page anew', async () => {
      const user = await person();
      const browser = createHttpBrowser();
      await signIn(browser, await browser.get(`${issuer}/oauth2/sign-in`), user.username);
      const page = await browser.get(`${issuer}/account/password`);
      const refused = await browser.submit(page, { form_token: 'A'.repeat(43) });
      assert.equal(refused.status, 403);
      assert.deepEqual(waysOn(refused), [['Try again', '/account/password'], ACCOUNT()]);
    });
  });

  describe('after a form', () => {
    test('a browser is led to a page, whatever was wrong, so that it can come back and reload', async () => {
      const client = await register();
      const user = await person();
      const browser = createHttpBrowser();
      const page = await begin(browser, client);
      const fields = { username: user.username, password: 'wrong' };
      const failed = await browser.submit(page, fields, { headers: NAVIGATION });
      assert.equal(failed.status, 303);
      assert.equal(locationOf(failed).href, page.url);
      assert.equal(await causeOf(server.running, failed), 'password_wrong');
      const told = await browser.get(page.url);
      assert.equal(told.status, 200);
      assert.match(told.text, /The username or password is wrong/);
      assert.equal(told.forms[0]?.fields.username, user.username);
      assert.doesNotMatch((await browser.get(page.url)).text, /is wrong/, 'once');

      await browser.submit(page, fields, { headers: NAVIGATION });
      assert.doesNotMatch((await begin(browser, client)).text, /is wrong/, 'not in another tab');
      assert.match((await browser.get(page.url)).text, /is wrong/);

      const consent = await browser.follow(await signIn(browser, told, user.username), issuer);
      const outOfDate = await browser.submit(
        consent,
        { form_token: 'A'.repeat(43), decision: 'allow' },
        { headers: NAVIGATION },
      );
      assert.equal(outOfDate.status, 303);
      assert.match((await browser.follow(outOfDate, issuer)).text, /This page was out of date/);
      assert.ok(
        (await answered(browser, await browser.submit(consent, {}, { button: 'Allow' }))).get('code'),
      );
    });

    test('a form from another site leads to the page in the browser’s own cookies, and gives it none', async () => {
      const client = await register();
      const browser = createHttpBrowser();
      const page = await begin(browser, client);
      // Browsers hold cookies with SameSite=Lax back here.
      const crossSite = createHttpBrowser();
      const headers = { ...NAVIGATION, 'sec-fetch-site': 'cross-site' };
      const answer = await crossSite.submit(page, { username: 'x', password: 'y' }, { headers });
      assert.deepEqual(
        [...crossSite.cookies.keys()].filter((name) => name.includes('browser')),
        [],
      );
      assert.notEqual(answer.status, 200);
      assert.equal((await browser.get(page.url)).status, 200);
    });
  });

  test('the sign-in page shows the logo, policy and terms of the client, and nothing that runs', async () => {
    const client = await register({
      logo_uri: 'https://logo.example/logo.png',
      policy_uri: 'https://orchard.example/privacy',
      tos_uri: 'https://orchard.example/terms',
    });
    const page = await begin(createHttpBrowser(), client);
    assert.match(
      page.text,
      /<img src="https:\/\/logo\.example\/logo\.png" alt="" referrerpolicy="no-referrer">/,
    );
    for (const [href, text] of [
      ['https://orchard.example/privacy', 'Privacy policy'],
      ['https://orchard.example/terms', 'Terms of service'],
      ['https://orchard.example/', 'Website'],
    ]) {
      assert.ok(
        page.text.includes(`<a href="${href}" target="_blank" rel="noopener noreferrer">${text}</a>`),
        text,
      );
    }
    assert.match(String(page.headers['content-security-policy']), /img-src 'self' https:\/\/logo\.example;/);

    const stored = await server.opened.storage.clients.find(client.client_id);
    assert.ok(stored);
    await server.opened.storage.clients.update({
      ...stored,
      revision: stored.revision + 1,
      metadata: {
        ...stored.metadata,
        logo_uri: 'data:image/svg+xml,<svg/>',
        policy_uri: 'javascript:alert(1)',
        tos_uri: 'ftp://orchard.example/',
      },
    });
    const careful = await begin(createHttpBrowser(), client);
    assert.doesNotMatch(careful.text, /<img|javascript:|data:|ftp:/);
    assert.match(String(careful.headers['content-security-policy']), /img-src 'self';/);
  });

  test('a username with spaces around it, as keyboards leave them, is that username', async () => {
    const user = await person();
    const client = await register({ grant_types: ['authorization_code', 'password'] });
    for (const typed of [`${user.username} `, ` ${user.username}`, `\t${user.username}\u00a0`]) {
      const browser = createHttpBrowser();
      const answer = await signIn(browser, await browser.get(`${issuer}/oauth2/sign-in`), typed);
      assert.equal(answer.status, 303, JSON.stringify(typed));
    }
    const granted = await post(
      `${issuer}/oauth2/token`,
      {
        grant_type: 'password',
        client_id: client.client_id,
        username: `${user.username} `,
        password: PASSWORD,
      },
      client.tls,
    );
    assert.equal(granted.status, 200, granted.text);
    const old = await person({ username: `${user.username}-old ` });
    const browser = createHttpBrowser();
    assert.equal(
      (await signIn(browser, await browser.get(`${issuer}/oauth2/sign-in`), old.username)).status,
      303,
    );
  });

  describe('a pushed request', () => {
    const push = async (client: TestClient, more: Readonly<Record<string, string>> = {}) => {
      const answer = await post(
        `${issuer}/oauth2/par`,
        {
          client_id: client.client_id,
          response_type: 'code',
          redirect_uri: client.redirect_uri,
          scope: 'openid',
          state: 'pushed',
          ...more,
        },
        client.tls,
      );
      assert.equal(answer.status, 201, answer.text);
      const { request_uri } = answer.json();
      return `${issuer}/oauth2/authorize?${new URLSearchParams({ client_id: client.client_id, request_uri: String(request_uri) })}`;
    };
    const load = async (browser: HttpBrowser, url: string) => browser.follow(await browser.get(url), issuer);

    test('is loaded by any browser, prefetched and reloaded, until somebody decides', async () => {
      const client = await register();
      const user = await person();
      const url = await push(client);
      const browser = createHttpBrowser();
      for (const header of [
        { 'sec-purpose': 'prefetch' },
        { 'sec-purpose': 'prefetch;prerender' },
        { purpose: 'prefetch' },
      ]) {
        const prefetched = await browser.get(url, header);
        assert.deepEqual([prefetched.status, prefetched.headers['cache-control']], [503, 'no-store']);
      }
      const others = [createHttpBrowser(), createHttpBrowser()] as const;
      for (const other of others) assert.match((await load(other, url)).text, /Password/);
      await load(browser, url);
      const page = await load(browser, url);
      const waiting = await load(others[1], url);
      const answer = await answered(browser, await signIn(browser, page, user.username));
      assert.ok(answer.get('code'));
      assert.equal(answer.get('state'), 'pushed');
      const again = await browser.get(url);
      assert.equal(await causeOf(server.running, again), 'pushed_request_unknown');
      assert.deepEqual(waysOn(again), [APPLICATION, ACCOUNT()]);
      const late = await signIn(others[1], waiting, user.username);
      assert.equal(await causeOf(server.running, late), 'pending_request_unknown', 'decided for all');
      assert.deepEqual(waysOn(late), [APPLICATION, ACCOUNT()]);
    });

    test('a person who is signed in does not spend it by a prefetch', async () => {
      const client = await register();
      const user = await person();
      const browser = createHttpBrowser();
      await answered(browser, await signIn(browser, await begin(browser, client), user.username));
      const url = await push(client);
      assert.equal((await browser.get(url, { 'sec-purpose': 'prefetch' })).status, 503);
      assert.ok(locationOf(await browser.get(url)).searchParams.get('code'));
    });

    test('a denial is a decision for everybody, on either page', async () => {
      const client = await register();
      const user = await person();
      for (const deny of ['Cancel', 'Deny']) {
        const url = await push(client);
        const [one, two] = [createHttpBrowser(), createHttpBrowser()];
        const [page, other] = [await load(one, url), await load(two, url)];
        const consent = await two.follow(await signIn(two, other, user.username), issuer);
        const asked =
          deny === 'Cancel' ? page : await one.follow(await signIn(one, page, user.username), issuer);
        const denied = await one.submit(asked, {}, { button: deny });
        const allowed = await two.follow(await two.submit(consent, {}, { button: 'Allow' }), issuer);
        assert.equal(allowed.status, 400, deny);
        assert.equal(await causeOf(server.running, allowed), 'pending_request_unknown');
        const answer = locationOf(await one.follow(denied, issuer)).searchParams;
        assert.deepEqual([answer.get('error'), answer.get('state')], ['access_denied', 'pushed']);
        assert.equal(await causeOf(server.running, await two.get(url)), 'pushed_request_unknown');
      }
    });

    test('of decisions at once one counts', async () => {
      const client = await register();
      const user = await person();
      const url = await push(client);
      const consents = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const browser = createHttpBrowser();
          const page = await load(browser, url);
          return {
            browser,
            consent: await browser.follow(await signIn(browser, page, user.username), issuer),
          };
        }),
      );
      const answers = await Promise.all(
        consents.map(async ({ browser, consent }, index) =>
          browser.follow(
            await browser.submit(consent, {}, { button: index % 2 === 0 ? 'Allow' : 'Deny' }),
            issuer,
          ),
        ),
      );
      assert.equal(answers.filter(({ headers }) => headers.location !== undefined).length, 1);
    });

    test('an error that nobody decided does not end it', async () => {
      const client = await register();
      const url = await push(client, { prompt: 'none' });
      for (let times = 0; times < 2; times++) {
        const answer = await createHttpBrowser().get(url);
        assert.equal(locationOf(answer).searchParams.get('error'), 'login_required');
      }
    });

    test('each load is under the budget of its address, which does not end it', async () => {
      const client = await register();
      const user = await person();
      const url = await push(client);
      const browser = createHttpBrowser();
      const page = await load(browser, url);
      let limited: HtmlPage | undefined;
      for (let times = 0; times < 600 && !limited; times++) {
        const loaded = await createHttpBrowser().get(url);
        if (loaded.headers['countersign-event-id'] !== undefined) limited = loaded;
      }
      assert.ok(limited);
      assert.equal(await causeOf(server.running, limited), 'waiting_requests_limited');
      assert.ok((await answered(browser, await signIn(browser, page, user.username))).get('code'));
    });
  });
});

describe('an application that refreshes all day', { timeout: 120_000 }, () => {
  let server: AuthorizationServer;
  before(async () => {
    server = await startAuthorizationServer();
  });
  after(() => server?.close());

  test('keeps its grant, alone, when the browser was not seen; nobody is signed in by that, and signing out ends it', async () => {
    const { issuer, opened } = server;
    const { sessions } = opened.storage;
    const register = () =>
      server.register({
        client_name: 'Orchard',
        scope: 'openid email',
        grant_types: ['authorization_code', 'refresh_token'],
        skip_consent: true,
      });
    const [busy, idle] = [await register(), await register()];
    const person = await server.browser();
    const tokens = async (client: TestClient) => {
      const { verifier, challenge } = pkce();
      const query = new URLSearchParams({
        client_id: client.client_id,
        redirect_uri: client.redirect_uri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      });
      const answer = await person.get(`${issuer}/oauth2/authorize?${query}`);
      const code = new URL(String(answer.headers.location)).searchParams.get('code') ?? '';
      return (await redeemCode(server, client, { code, verifier })).json();
    };
    const refresh = (client: TestClient, { refresh_token }: Readonly<Record<string, unknown>>) =>
      post(
        `${issuer}/oauth2/token`,
        { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: client.client_id },
        client.tls,
      );
    const [ofBusy, ofIdle] = [await tokens(busy), await tokens(idle)];
    const first = await refresh(busy, ofBusy);
    assert.equal(first.status, 200, first.text);

    // As if the browser had been closed three hours ago, and the session were two hours old.
    const longAgo = Date.now() - 3 * HOUR;
    await sessions.change(person.session.session_id, (session) => ({
      ...session,
      created_at: longAgo,
      last_seen_at: longAgo,
      expires_at: longAgo + 2 * HOUR,
    }));
    await opened.storage.sweep(Date.now());
    const second = await refresh(busy, ofBusy);
    assert.equal(second.status, 200, second.text);
    const other = await refresh(idle, ofIdle);
    assert.equal(other.status, 400);
    assert.equal(await causeOf(server.running, other), 'session_ended');
    assert.equal((await person.get(`${issuer}/account`)).status, 303, 'no single sign-on');

    const { id_token } = second.json();
    const logout = new URLSearchParams({ id_token_hint: String(id_token) });
    await call(`${issuer}/oidc/logout?${logout}`, { headers: { cookie: person.cookie() } });
    const third = await refresh(busy, ofBusy);
    assert.equal(await causeOf(server.running, third), 'session_ended', 'signing out ends it');
  });

  test('but not beyond the absolute lifetime of the session', async () => {
    const { issuer, opened } = server;
    const client = await server.register({
      scope: 'openid',
      grant_types: ['authorization_code', 'refresh_token'],
      skip_consent: true,
    });
    const person = await server.browser();
    const { verifier, challenge } = pkce();
    const query = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: client.redirect_uri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const answer = await person.get(`${issuer}/oauth2/authorize?${query}`);
    const code = new URL(String(answer.headers.location)).searchParams.get('code') ?? '';
    const { refresh_token } = (await redeemCode(server, client, { code, verifier })).json();
    const refresh = () =>
      post(
        `${issuer}/oauth2/token`,
        { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: client.client_id },
        client.tls,
      );
    assert.equal((await refresh()).status, 200);
    await opened.storage.sessions.change(person.session.session_id, (session) => ({
      ...session,
      created_at: Date.now() - 13 * HOUR,
    }));
    assert.equal(await causeOf(server.running, await refresh()), 'session_ended');
  });
});
