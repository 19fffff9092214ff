import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser } from './http-browser.ts';
import { call } from './token-client.ts';

const PASSWORD = 'a lighthouse full of plums';
const ANOTHER = 'a harbour full of pears';
const SESSION = '__Host-countersign-session';
const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' };

describe('a sign-in link', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;
  let admin: AdminApi;

  before(async () => {
    server = await startAuthorizationServer();
    issuer = server.issuer;
    admin = adminApiOf(issuer);
  });
  after(() => server?.close());

  const person = (username: string, more = {}) =>
    admin.json('POST', '/users', { username, password: PASSWORD, ...more });
  const linkFor = async (username: string, body = {}) =>
    String((await admin.json('POST', `/users/${username}/sign-in-link`, body)).sign_in_link);
  /** Opens a link as a person does: the page, and not yet its form. */
  const open = async (link: string, browser = createHttpBrowser()) => ({
    browser,
    page: await browser.follow(await browser.get(link), issuer),
  });
  const press = async (browser: HttpBrowser, page: HtmlPage) =>
    browser.follow(await browser.submit(page), issuer);
  const choose = async (browser: HttpBrowser, page: HtmlPage) =>
    browser.follow(await browser.submit(page, { new_password: ANOTHER, repeated_password: ANOTHER }), issuer);
  const isOver = (page: HtmlPage) => page.status === 400 && page.text.includes('This sign-in link is over');
  const why = async (page: HtmlPage) => {
    assert.equal(await causeOf(server.running, page), 'sign_in_link_over');
    const { evidence } = await admin.json('GET', `/events/${page.headers['countersign-event-id']}`);
    return Object(evidence).why;
  };
  const eventsOf = async (username: string, type: string) => {
    const { items } = await admin.json('GET', `/events?type=${type}&limit=500`);
    assert.ok(Array.isArray(items));
    return items.filter((event) => event.username === username);
  };

  test('signs in once, after which there is a new password and nothing else goes on', async () => {
    await person('ada');
    const elsewhere = createHttpBrowser();
    const form = await elsewhere.get(`${issuer}/oauth2/sign-in`);
    await elsewhere.submit(form, { username: 'ada', password: PASSWORD });
    assert.equal((await elsewhere.get(`${issuer}/account`)).status, 200);

    const link = await linkFor('ada');
    const { browser, page } = await open(link);
    assert.match(page.text, /signs in <strong>ada<\/strong>, once/);
    const chosen = await press(browser, page);
    assert.match(chosen.text, /Choose a new password/);
    assert.equal(browser.cookies.has(SESSION), false, 'nobody is signed in before the password is chosen');
    assert.equal((await elsewhere.get(`${issuer}/account`)).status, 303, 'the account is held from then on');
    const done = await choose(browser, chosen);
    assert.match(done.text, /Your account/);
    assert.ok(browser.cookies.has(SESSION));

    const again = await open(link);
    assert.ok(isOver(again.page), again.page.text);
    assert.equal(await why(again.page), 'unknown, used, ended or past its time');
    const old = createHttpBrowser();
    const answer = await old.submit(await old.get(`${issuer}/oauth2/sign-in`), {
      ...{ username: 'ada', password: PASSWORD },
    });
    assert.equal(answer.status, 403);

    const [made] = await eventsOf('ada', 'user.sign_in_link_made');
    assert.equal(made.actor.name, 'admin');
    assert.match(String(made.changes.sign_in_link_until.new), /^\d{4}-/);
    const [used] = await eventsOf('ada', 'user.sign_in_link_used');
    assert.deepEqual(
      [used.actor.name, used.actor.through, used.changes.required_actions.new],
      ['ada', 'sign-in', ['update_password']],
    );
    const trail = JSON.stringify([made, used]);
    assert.equal(
      trail.includes(new URL(link).searchParams.get('token') ?? '?'),
      false,
      'no event has the secret',
    );
  });

  test('is opened by programs that look through mail, and is not used up by that', async () => {
    await person('mail');
    const link = await linkFor('mail');
    for (let time = 0; time < 5; time++) {
      const scanner = await open(link);
      assert.equal(scanner.page.status, 200);
      assert.equal((await call(link, { method: 'GET' })).status, 303);
    }
    const { browser, page } = await open(link);
    assert.match((await press(browser, page)).text, /Choose a new password/);
  });

  test('leaves its secret in no address, no page and no referrer', async () => {
    await person('quiet');
    const link = await linkFor('quiet');
    const secret = new URL(link).searchParams.get('token') ?? '';
    const browser = createHttpBrowser();
    const first = await browser.get(link);
    assert.equal(first.status, 303);
    assert.equal(first.headers.location, `${issuer}/oauth2/sign-in/link`);
    const page = await browser.follow(first, issuer);
    for (const answer of [first, page]) {
      assert.equal(answer.headers['referrer-policy'], 'no-referrer');
      assert.match(String(answer.headers['cache-control']), /no-store/);
      assert.equal(answer.text.includes(secret), false);
    }
    const cookie = String([first.headers['set-cookie']].flat()[0]);
    assert.match(cookie, /; Secure; HttpOnly; SameSite=Lax; Max-Age=900$/);
    const used = await browser.submit(page);
    assert.equal(browser.cookies.has('__Host-countersign-sign-in-link'), false, 'it goes once it is used');
    assert.equal(String(used.headers.location).includes(secret), false);
  });

  test('is stored as a hash alone', async () => {
    await person('stored');
    const secret = new URL(await linkFor('stored')).searchParams.get('token') ?? '';
    const { storage } = server.opened;
    const [byHash, ofAccount] = await Promise.all([
      storage.ephemerals.list('sign-in-link', Date.now(), 500),
      storage.ephemerals.list('sign-in-link-of', Date.now(), 500),
    ]);
    assert.ok(byHash.length > 0 && ofAccount.length > 0);
    assert.equal(JSON.stringify([byHash, ofAccount]).includes(secret), false);
  });

  test('of forms sent at once one is taken', async () => {
    await person('race');
    const link = await linkFor('race');
    const opened = await Promise.all(Array.from({ length: 8 }, () => open(link)));
    const answers = await Promise.all(opened.map(({ browser, page }) => browser.submit(page)));
    const taken = answers.filter(({ headers }) => String(headers.location).endsWith('/new-password'));
    assert.equal(taken.length, 1, answers.map(({ status }) => status).join());
    for (const answer of answers.filter((each) => !taken.includes(each)))
      assert.ok(isOver(answer), answer.text);
    assert.equal((await eventsOf('race', 'user.sign_in_link_used')).length, 1);
  });

  test('ends with a new password, another role, being disabled, another link, and when an administrator says so', async () => {
    const ends = {
      password: [
        () => admin.json('PUT', '/users/ends-password/password', { password: ANOTHER }),
        'the account was changed since',
      ],
      role: [
        async () => {
          const changed = await admin.request(
            'PATCH',
            '/users/ends-role',
            { roles: ['auditor'] },
            { 'if-match': '*' },
          );
          assert.equal(changed.status, 200, changed.text);
        },
        'the account was changed since',
      ],
      mail: [
        async () => {
          const claims = { email: 'other@example.com' };
          await admin.request('PATCH', '/users/ends-mail', { claims }, { 'if-match': '*' });
        },
        'the account was changed since',
      ],
      disabled: [
        () => admin.json('PATCH', '/users/ends-disabled', { enabled: false }),
        'the account is disabled',
      ],
      again: [
        async () => {
          await admin.json('PATCH', '/users/ends-again', { enabled: false });
          await admin.json('PATCH', '/users/ends-again', { enabled: true });
        },
        'the account was changed since',
      ],
      another: [() => linkFor('ends-another'), 'another link was made since'],
      said: [
        async () => {
          assert.equal((await admin.request('DELETE', '/users/ends-said/sign-in-link')).status, 204);
          assert.equal((await admin.request('DELETE', '/users/ends-said/sign-in-link')).status, 404);
          assert.equal((await eventsOf('ends-said', 'user.sign_in_link_ended')).length, 1);
        },
        'unknown, used, ended or past its time',
      ],
      removed: [
        () => admin.request('DELETE', '/users/ends-removed'),
        'unknown, used, ended or past its time',
      ],
    } as const;
    for (const [name, [end, because]] of Object.entries(ends)) {
      const username = `ends-${name}`;
      await person(username);
      const link = await linkFor(username);
      const { browser, page } = await open(link);
      assert.equal(page.status, 200, name);
      await end();
      const answer = await browser.submit(page);
      assert.ok(isOver(answer), `${name}: ${answer.status}`);
      assert.equal(await why(answer), because, name);
      const shown = await admin.request('GET', `/users/${username}`);
      if (shown.status === 200 && name !== 'another')
        assert.equal(shown.json().sign_in_link, undefined, name);
    }
  });

  test('ends after its time, which has bounds', async () => {
    await person('short');
    for (const lifetime of [0, 59, 86_401, 1.5, '3600']) {
      const answer = await admin.request('POST', '/users/short/sign-in-link', { lifetime });
      assert.equal(answer.status, 400, String(lifetime));
      assert.match(answer.text, /lifetime/);
    }
    const made = await admin.json('POST', '/users/short/sign-in-link', { lifetime: 60 });
    const left = Date.parse(String(made.expires_at)) - Date.now();
    assert.ok(left > 50_000 && left <= 60_000, String(left));
    const { sign_in_link } = await admin.json('GET', '/users/short');
    assert.deepEqual(Object(sign_in_link).made_by, 'admin');
    assert.equal(Object(sign_in_link).expires_at, made.expires_at);
    assert.equal(Object(sign_in_link).sign_in_link, undefined, 'it is shown once');
    const { storage } = server.opened;
    const { sub } = await admin.json('GET', '/users/short');
    const now = Date.now();
    assert.ok(await storage.ephemerals.get('sign-in-link-of', String(sub), now + 49_000));
    assert.equal(await storage.ephemerals.get('sign-in-link-of', String(sub), now + 60_000), undefined);
  });

  test('asks for the second factor all the same, and for what the account requires beside', async () => {
    await person('twofold', { required_actions: ['verify_email'] });
    const setUp = createHttpBrowser();
    await admin.request('PATCH', '/users/twofold', { required_actions: [] }, { 'if-match': '*' });
    await setUp.submit(await setUp.get(`${issuer}/oauth2/sign-in`), {
      username: 'twofold',
      password: PASSWORD,
    });
    const totp = await setUp.get(`${issuer}/account/authenticator`);
    const secret = (/class="secret">([A-Z2-7 ]+)</.exec(totp.text)?.[1] ?? '').replaceAll(' ', '');
    const code = (offset: number) => totpCode(secret, totpStep(Date.now()) + offset);
    await setUp.submit(totp, { code: code(-1) });
    await admin.request(
      'PATCH',
      '/users/twofold',
      { required_actions: ['verify_email'] },
      { 'if-match': '*' },
    );

    const { browser, page } = await open(await linkFor('twofold'));
    const factor = await press(browser, page);
    assert.match(factor.text, /Confirm that it is you/);
    assert.equal(browser.cookies.has(SESSION), false);
    const wrong = await browser.submit(factor, { code: '000000' });
    assert.equal(await causeOf(server.running, wrong), 'second_factor_wrong');
    const chosen = await browser.follow(await browser.submit(wrong, { code: code(0) }), issuer);
    assert.match(chosen.text, /Choose a new password/);
    const waiting = await choose(browser, chosen);
    assert.match(waiting.text, /e-mail address is not verified/);
    assert.equal(browser.cookies.has(SESSION), false);
  });

  test('is for nobody who is disabled, and for administrators by those alone who have what they have', async () => {
    await person('off');
    await admin.json('PATCH', '/users/off', { enabled: false });
    const refused = await admin.request('POST', '/users/off/sign-in-link', {});
    assert.equal(refused.status, 400);
    assert.match(refused.text, /off is disabled: enable the account/);
    assert.equal((await admin.request('POST', '/users/nobody-at-all/sign-in-link', {})).status, 404);

    await person('helpdesk', { roles: ['people_writer'] });
    await person('reader', { roles: ['auditor'] });
    await person('customer');
    const authorization = `Basic ${Buffer.from(`helpdesk:${PASSWORD}`).toString('base64')}`;
    const byHelpdesk = (method: string, username: string) =>
      admin.request(method, `/users/${username}/sign-in-link`, method === 'POST' ? {} : undefined, {
        authorization,
      });
    assert.equal((await byHelpdesk('POST', 'customer')).status, 201);
    for (const [method, username] of [
      ['POST', 'admin'],
      ['POST', 'reader'],
      ['POST', 'helpdesk'],
      ['DELETE', 'admin'],
    ] as const) {
      const answer = await byHelpdesk(method, username);
      assert.equal(answer.status, 403, `${method} ${username}`);
      assert.equal(answer.json().error, 'insufficient_scope');
    }
    const link = await linkFor('customer');
    const { browser, page } = await open(link);
    await admin.request('PATCH', '/users/customer', { roles: ['owner'] }, { 'if-match': '*' });
    assert.ok(isOver(await browser.submit(page)), 'one made before the role is no way to the role');
  });

  test('has a form that is sent from its page in its browser, and a limit on what is none', async () => {
    await person('form');
    const { browser, page } = await open(await linkFor('form'));
    const late = await browser.submit(page, { form_token: 'A'.repeat(43) });
    assert.equal(late.status, 403);
    assert.equal(await causeOf(server.running, late), 'form_out_of_date');
    const led = await browser.submit(page, { form_token: 'A'.repeat(43) }, { headers: NAVIGATION });
    assert.equal(led.status, 303);
    const told = await browser.follow(led, issuer);
    assert.match(told.text, /This page was out of date/);
    const elsewhere = await browser.submit(told, {}, { headers: { 'sec-fetch-site': 'cross-site' } });
    assert.equal(await causeOf(server.running, elsewhere), 'form_out_of_date');
    const chosen = await press(browser, told);
    assert.match(chosen.text, /Choose a new password/);
    const back = await browser.get(`${issuer}/oauth2/sign-in/link`);
    assert.equal(back.headers.location, `${issuer}/oauth2/sign-in/new-password`, 'Back leads on');
    const stranger = await createHttpBrowser().get(`${issuer}/oauth2/sign-in/link`);
    assert.equal(stranger.headers.location, `${issuer}/account`);

    const guesser = createHttpBrowser();
    let answer = await guesser.follow(await guesser.get(`${issuer}/oauth2/sign-in/link?token=guess`), issuer);
    for (let tries = 0; tries < 110 && answer.status !== 429; tries++) {
      answer = await guesser.get(`${issuer}/oauth2/sign-in/link`);
    }
    assert.equal(answer.status, 429);
    assert.equal(await causeOf(server.running, answer), 'sign_in_links_limited');
  });

  test('is made and ended at the command line', async () => {
    await person('cli');
    const made = await server.command('user', 'sign-in-link', 'cli', '--lifetime', '30m', '--json');
    const { sign_in_link, expires_at } = JSON.parse(made.stdout);
    const left = Date.parse(expires_at) - Date.now();
    assert.ok(left > 1_700_000 && left <= 1_800_000, String(left));
    assert.ok(sign_in_link.startsWith(`${issuer}/oauth2/sign-in/link?token=`));
    const ended = await server.command('user', 'sign-in-link', 'cli', '--end');
    assert.match(ended.stdout, /the sign-in link of cli is ended/);
    const none = await server.command('user', 'sign-in-link', 'cli', '--end');
    assert.equal(none.code, 1);
    assert.match(none.stderr, /cli has no sign-in link/);
    for (const lifetime of ['25h', '0m', 'soon']) {
      assert.equal((await server.command('user', 'sign-in-link', 'cli', '--lifetime', lifetime)).code, 2);
    }
    const [event] = await eventsOf('cli', 'user.sign_in_link_made');
    assert.equal(event.actor.through, 'command-line');
  });
});
