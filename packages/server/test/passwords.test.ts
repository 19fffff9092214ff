import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { createTestHome } from './countersign-process.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HttpBrowser } from './http-browser.ts';
import { call, post } from './token-client.ts';

const PASSWORD = 'a lighthouse full of plums';
const ANOTHER = 'a harbour full of pears';

describe('passwords', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;
  let admin: AdminApi;
  let client: Awaited<ReturnType<AuthorizationServer['register']>>;

  before(async () => {
    server = await startAuthorizationServer();
    issuer = server.issuer;
    admin = adminApiOf(issuer);
    client = await server.register({ grant_types: ['password', 'refresh_token'], scope: 'openid' });
  });
  after(() => server?.close());

  const passwordGrant = (username: string, password: string) =>
    post(
      `${issuer}/oauth2/token`,
      { grant_type: 'password', client_id: client.client_id, username, password },
      client.tls,
    );
  const isActive = async (token: string) => {
    const form = { token, client_id: client.client_id };
    return (await post(`${issuer}/oauth2/introspect`, form, client.tls)).json().active;
  };
  const signIn = async (browser: HttpBrowser, username: string, password: string) =>
    browser.submit(await browser.get(`${issuer}/oauth2/sign-in`), { username, password });
  const isSignedIn = async (browser: HttpBrowser) => (await browser.get(`${issuer}/account`)).status === 200;

  /** A person who is signed in and whose password a client has used. */
  const person = async (username: string) => {
    await admin.json('POST', '/users', { username, password: PASSWORD });
    const browser = createHttpBrowser();
    assert.equal((await signIn(browser, username, PASSWORD)).status, 303);
    const answer = await passwordGrant(username, PASSWORD);
    assert.equal(answer.status, 200, answer.text);
    return { browser, token: String(answer.json().access_token) };
  };
  const standing = async ({ browser, token }: Awaited<ReturnType<typeof person>>) => [
    await isSignedIn(browser),
    await isActive(token),
  ];

  test('one that an administrator sets ends sessions and grants, unless they are to stay', async () => {
    const someone = await person('reset');
    const path = '/users/reset/password';
    assert.deepEqual(await admin.json('PUT', path, { password: ANOTHER, end_sessions: false }), {
      sessions: 0,
      grants: 0,
    });
    assert.deepEqual(await standing(someone), [true, true]);
    assert.deepEqual(await admin.json('PUT', path, { password: PASSWORD }), { sessions: 1, grants: 1 });
    assert.deepEqual(await standing(someone), [false, false]);
    const { items } = await admin.json('GET', '/events?type=user.password_set&username=reset');
    assert.ok(Array.isArray(items));
    assert.equal(items[0].detail.sessions_ended.length, 1);
    assert.equal(items[0].detail.grants, 1);
    assert.equal(items[1].detail.sessions_and_grants, 'kept');
  });

  test('one set at the command line ends them at a running server', async () => {
    const someone = await person('resetcli');
    const kept = await server.command('user', 'set-password', 'resetcli', '--keep-sessions');
    assert.match(kept.stdout, /left in force/);
    assert.deepEqual(await standing(someone), [true, true]);
    assert.match(
      (await server.command('user', 'set-password', 'resetcli')).stdout,
      /ended: 1 session, 1 grant /,
    );
    assert.deepEqual(await standing(someone), [false, false]);
  });

  test('one that a person changes leaves this browser signed in, and nothing else', async () => {
    const someone = await person('changer');
    const elsewhere = createHttpBrowser();
    await signIn(elsewhere, 'changer', PASSWORD);
    const page = await someone.browser.get(`${issuer}/account/password`);
    const answer = await someone.browser.submit(page, {
      ...{ current_password: PASSWORD, new_password: ANOTHER, repeated_password: ANOTHER },
    });
    assert.match(
      (await someone.browser.follow(answer, issuer)).text,
      /access of all applications, have ended/,
    );
    assert.deepEqual(await standing(someone), [true, false]);
    assert.equal(await isSignedIn(elsewhere), false);
  });

  test('second factors that are removed end sessions and grants, unless they are to stay', async () => {
    const someone = await person('lost-telephone');
    const path = '/users/lost-telephone/credentials';
    assert.deepEqual(await admin.json('DELETE', `${path}?end_sessions=false`), {
      ...{ removed: 0, sessions: 0, grants: 0 },
    });
    assert.deepEqual(await standing(someone), [true, true]);
    assert.deepEqual(await admin.json('DELETE', path), { removed: 0, sessions: 1, grants: 1 });
    assert.deepEqual(await standing(someone), [false, false]);
  });

  test('are held against the rules at every door', async () => {
    await person('ruled');
    const refused: readonly (readonly [password: string, why: RegExp])[] = [
      ['x', /1 character; use at least 8/],
      ['1234567', /7 characters; use at least 8/],
      ['password1', /first that somebody would guess/],
      ['P@ssw0rd2026', /first that somebody would guess/],
      ['aaaaaaaaaaaaaaaa', /first that somebody would guess/],
      ['Countersign-1', /name of this server/],
      ['wso2carbon', /name of this server/],
      ['localhost!', /name of this server/],
      ['ruled-2026', /the username/],
    ];
    for (const [password, why] of refused) {
      const added = await admin.request('POST', '/users', { username: 'ruled', password });
      assert.equal(added.status, 400, password);
      assert.match(added.text, why);
      const set = await admin.request('PUT', '/users/ruled/password', { password });
      assert.equal(set.status, 400, password);
      assert.match(set.text, why);
    }
    for (const password of ['🐙🐳🌊⚓🚢🐚🦀🦞', 'é'.repeat(64).replaceAll('éé', 'éà öü'), 'quay side 77 ½']) {
      await admin.json('PUT', '/users/ruled/password', { password });
      assert.equal((await passwordGrant('ruled', password.normalize('NFD'))).status, 200, password);
    }
  });

  test('that are temporary open nothing until another one is chosen', async () => {
    await admin.json('POST', '/users', {
      ...{ username: 'newcomer', password: PASSWORD, temporary: true, roles: ['owner'] },
    });
    assert.equal((await admin.json('GET', '/users/newcomer')).password_temporary, true);
    const granted = await passwordGrant('newcomer', PASSWORD);
    assert.equal(granted.status, 400);
    assert.match(String(granted.json().error_description), /temporary: sign in on the account page/);
    assert.equal(await causeOf(server.running, granted), 'password_temporary');
    const basic = await call(`${issuer}/api/admin/v1/users`, {
      headers: { authorization: `Basic ${Buffer.from(`newcomer:${PASSWORD}`).toString('base64')}` },
    });
    assert.equal(basic.status, 401);
    assert.equal(await causeOf(server.running, basic), 'password_temporary');

    const browser = createHttpBrowser();
    const page = await browser.follow(await signIn(browser, 'newcomer', PASSWORD), issuer);
    assert.match(page.text, /Choose a new password/);
    assert.equal(await isSignedIn(browser), false);
    const choose = async (password: string, from = page) =>
      browser.submit(from, { new_password: password, repeated_password: password });
    const same = await choose(PASSWORD);
    assert.equal(same.status, 400);
    assert.match(same.text, /is the current one/);
    assert.match((await choose('newcomer1')).text, /is your username/);
    assert.equal(await isSignedIn(browser), false);
    assert.equal((await choose(ANOTHER)).status, 303);
    assert.equal(await isSignedIn(browser), true);
    assert.equal((await choose('a third one, of somebody else')).headers.location?.includes('over=1'), true);
    assert.equal((await passwordGrant('newcomer', ANOTHER)).status, 200);
    assert.equal((await admin.json('GET', '/users/newcomer')).password_temporary, false);
  });

  test('a sign-in begun with the old password does not go on after the reset', async () => {
    await admin.json('POST', '/users', { username: 'halfway', password: PASSWORD, temporary: true });
    const browser = createHttpBrowser();
    const page = await browser.follow(await signIn(browser, 'halfway', PASSWORD), issuer);
    await admin.json('PUT', '/users/halfway/password', { password: ANOTHER });
    const answer = await browser.submit(page, {
      new_password: 'chosen by a thief',
      repeated_password: 'chosen by a thief',
    });
    assert.equal(answer.headers.location?.includes('over=1'), true);
    assert.equal((await passwordGrant('halfway', ANOTHER)).status, 200);
  });
});

test('the password in [super_admin] is set when it changes there, and not at each start', async (t) => {
  const home = await createTestHome();
  t.after(() => home.remove());
  const own = 'chosen by the administrator';
  const works = async (password: string) => {
    const { status } = await call(`${home.issuer}/api/admin/v1/me`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` },
    });
    return status === 200;
  };
  const started = async (check: () => Promise<void>) => {
    const running = await home.start();
    try {
      await check();
    } finally {
      await running.stop();
    }
  };
  await started(async () => assert.equal(await works('admin'), true));
  await started(async () => {
    await adminApiOf(home.issuer).json('PUT', '/users/admin/password', { password: own });
    assert.deepEqual([await works('admin'), await works(own)], [false, true]);
  });
  await started(async () => assert.deepEqual([await works('admin'), await works(own)], [false, true]));
  await home.editDeployment((text) => text.replace('password = "admin"', 'password = "admin2"'));
  await started(async () => assert.deepEqual([await works('admin2'), await works(own)], [true, false]));
  assert.match(
    (await home.command('doctor')).stdout,
    /warning +administrator +the password in \[super_admin\] is weak/,
  );
});
