import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { RequiredAction } from '../src/user/required-action.ts';
import { ACR_MULTI_FACTOR } from '../src/user-authentication/authentication-context.ts';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser } from './http-browser.ts';
import { call, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const ANOTHER = 'a harbour full of pears';
const SESSION = '__Host-countersign-session';

describe('what an account requires', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;
  let admin: AdminApi;

  before(async () => {
    server = await startAuthorizationServer({ sign_in: { client_certificate: true } });
    issuer = server.issuer;
    admin = adminApiOf(issuer);
  });
  after(() => server?.close());

  const add = (username: string, required_actions: readonly RequiredAction[], more = {}) =>
    admin.json('POST', '/users', { username, password: PASSWORD, required_actions, ...more });
  const shown = async (username: string) => admin.json('GET', `/users/${username}`);
  const signIn = async (browser: HttpBrowser, username: string, password = PASSWORD): Promise<HtmlPage> =>
    browser.follow(
      await browser.submit(await browser.get(`${issuer}/oauth2/sign-in`), { username, password }),
      issuer,
    );
  const isSignedIn = async (browser: HttpBrowser) => (await browser.get(`${issuer}/account`)).status === 200;
  const secretOn = ({ text }: HtmlPage) =>
    (/class="secret">([A-Z2-7 ]+)</.exec(text)?.[1] ?? '').replaceAll(' ', '');
  const codeOf = (secret: string, offset = 0) => totpCode(secret, totpStep(Date.now()) + offset);

  test('is asked for one after the other, and nothing is issued before', async () => {
    const email = 'eva@example.com';
    await add('eva', ['verify_email', 'update_password', 'configure_totp'], { claims: { email } });
    assert.deepEqual(
      [(await shown('eva')).required_actions, (await shown('eva')).password_temporary],
      [['update_password', 'configure_totp', 'verify_email'], true],
    );
    const client = await server.register();
    const query = {
      ...{ client_id: client.client_id, redirect_uri: client.redirect_uri, response_type: 'code' },
      scope: 'openid',
    };
    const browser = createHttpBrowser();
    const start = await browser.follow(
      await browser.get(`${issuer}/oauth2/authorize?${new URLSearchParams(query)}`),
      issuer,
    );
    const nothing = () => assert.equal(browser.cookies.has(SESSION), false);

    const first = await browser.follow(
      await browser.submit(start, { username: 'eva', password: PASSWORD }),
      issuer,
    );
    assert.match(first.text, /Choose a new password/);
    nothing();
    const second = await browser.follow(
      await browser.submit(first, { new_password: ANOTHER, repeated_password: ANOTHER }),
      issuer,
    );
    assert.match(second.url, /\/sign-in\/authenticator\?request=/);
    nothing();
    const wrong = await browser.submit(second, { code: '000000' });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /The code is wrong/);
    assert.equal(await causeOf(server.running, wrong), 'second_factor_wrong');
    assert.equal(secretOn(wrong), secretOn(second), 'what was scanned stays');
    const codes = await browser.follow(
      await browser.submit(wrong, { code: codeOf(secretOn(wrong)) }),
      issuer,
    );
    assert.match(codes.url, /\/sign-in\/recovery-codes\?request=/);
    assert.equal(
      (await browser.get(codes.url)).text.match(/<li>[0-9a-z-]{14}<\/li>/g)?.length,
      10,
      'reloaded',
    );
    assert.equal(codes.text.match(/<li>[0-9a-z-]{14}<\/li>/g)?.length, 10);
    nothing();
    const third = await browser.follow(await browser.submit(codes, {}), issuer);
    assert.match(third.text, /Your e-mail address eva@example\.com has to be verified/);
    nothing();
    const still = await browser.submit(third, {});
    assert.equal(still.status, 400);
    assert.match(still.text, /not verified yet/);
    nothing();
    assert.deepEqual((await shown('eva')).required_actions, ['verify_email']);

    const update = { claims: { email, email_verified: true } };
    await admin.updateUser('eva', update);
    assert.equal((await shown('eva')).required_actions, undefined);
    const consent = await browser.follow(await browser.submit(still, {}), issuer);
    assert.match(consent.url, /\/oauth2\/consent/);
    const { items } = await server.opened.storage.sessions.list(
      { sub: String((await shown('eva')).sub) },
      { limit: 9 },
      Date.now(),
    );
    assert.deepEqual(
      items.map(({ amr, acr }) => ({ amr, acr })),
      [{ amr: ['pwd', 'otp', 'mfa'], acr: ACR_MULTI_FACTOR }],
    );

    const next = createHttpBrowser();
    assert.match((await signIn(next, 'eva', ANOTHER)).url, /second-factor/);
    assert.equal(await isSignedIn(next), false);
    const added = await admin.json('GET', '/events?type=credential.added&username=eva');
    assert.ok(Array.isArray(added.items));
    assert.deepEqual(added.items.map(({ detail, actor }) => [detail.kind, actor.through]).toSorted(), [
      ['recovery_code', 'sign-in'],
      ['totp', 'sign-in'],
    ]);
  });

  test('holds where there is no page to do it on', async () => {
    await add('held', ['verify_email'], { roles: ['owner'] });
    const client = await server.register({ grant_types: ['password'], scope: 'openid' });
    const granted = await post(
      `${issuer}/oauth2/token`,
      { grant_type: 'password', client_id: client.client_id, username: 'held', password: PASSWORD },
      client.tls,
    );
    assert.equal(granted.status, 400);
    assert.match(String(granted.json().error_description), /sign in on the account page/);
    assert.equal(await causeOf(server.running, granted), 'action_required');
    const basic = await call(`${issuer}/api/admin/v1/users`, {
      headers: { authorization: `Basic ${Buffer.from(`held:${PASSWORD}`).toString('base64')}` },
    });
    assert.equal(basic.status, 401);
    assert.equal(await causeOf(server.running, basic), 'action_required');
    const wrong = await call(`${issuer}/api/admin/v1/users`, {
      headers: { authorization: `Basic ${Buffer.from('held:another').toString('base64')}` },
    });
    assert.equal(
      await causeOf(server.running, wrong),
      'password_wrong',
      'told to whoever knows the password',
    );
  });

  test('holds whoever signs in by certificate, and who is signed in already', async () => {
    const identity = await createIdentity('CN=held by certificate');
    await add('certified', []);
    const { sub } = await shown('certified');
    const { thumbprint } = identity;
    await server.opened.storage.credentials.insert({
      ...{ kind: 'certificate', credential_id: thumbprint, sub: String(sub), created_at: 1 },
      ...{ subject: 'CN=held by certificate', not_after: Date.now() + 3_600_000 },
    });
    const byCertificate = async () => {
      const browser = createHttpBrowser({ identity });
      const page = await browser.get(`${issuer}/oauth2/sign-in`);
      const form = page.forms.findIndex(({ action }) => action.endsWith('/sign-in/certificate'));
      return { browser, page: await browser.follow(await browser.submit(page, {}, { form }), issuer) };
    };
    const { browser } = await byCertificate();
    assert.equal(await isSignedIn(browser), true);
    const required = { required_actions: ['configure_totp'] };
    assert.equal((await admin.request('PATCH', '/users/certified', required)).status, 428);
    await admin.updateUser('certified', required);
    assert.equal(await isSignedIn(browser), false, 'the session of before is none');
    const again = await byCertificate();
    assert.match(again.page.url, /\/sign-in\/authenticator/);
    assert.equal(await isSignedIn(again.browser), false);
    const codes = await again.browser.follow(
      await again.browser.submit(again.page, { code: codeOf(secretOn(again.page)) }),
      issuer,
    );
    await again.browser.submit(codes, {});
    assert.equal(await isSignedIn(again.browser), true);
    assert.equal(await isSignedIn(browser), true, 'and is one again once it is done');
  });

  test('is done once, in the browser that began it', async () => {
    await add('twice', ['configure_totp']);
    const browser = createHttpBrowser();
    const page = await signIn(browser, 'twice');
    const secret = secretOn(page);
    const elsewhere = await createHttpBrowser().submit(page, { code: codeOf(secret) });
    assert.match(String(elsewhere.headers.location), /over=1/);
    await admin.json('PUT', '/users/twice/password', { password: ANOTHER });
    const late = await browser.submit(page, { code: codeOf(secret) });
    assert.match(String(late.headers.location), /over=1/);
    assert.deepEqual((await admin.json('GET', '/users/twice/credentials')).items, []);
    assert.deepEqual((await shown('twice')).required_actions, ['configure_totp']);
  });

  test('replaces the authenticator app of somebody who has one', async () => {
    // Its three codes are of three steps, all of which must be good at the end.
    const left = 30_000 - (Date.now() % 30_000);
    if (left < 12_000) await pause(left);
    await add('replacing', ['configure_totp']);
    const browser = createHttpBrowser();
    const page = await signIn(browser, 'replacing');
    const before = secretOn(page);
    const codes = await browser.follow(await browser.submit(page, { code: codeOf(before) }), issuer);
    await browser.submit(codes, {});
    assert.equal(await isSignedIn(browser), true);
    const done = await server.command('user', 'update', 'replacing', '--required-actions', 'configure_totp');
    assert.match(done.stdout, /must first: configure_totp/);
    const next = createHttpBrowser();
    const factor = await signIn(next, 'replacing');
    const after = await next.follow(await next.submit(factor, { code: codeOf(before, 1) }), issuer);
    assert.match(after.url, /\/sign-in\/authenticator/);
    assert.notEqual(secretOn(after), before);
    assert.equal(
      (await next.submit(after, { code: codeOf(secretOn(after), -1) })).status,
      303,
      'recovery codes are there already',
    );
    assert.equal(await isSignedIn(next), true);
    const { items } = await admin.json('GET', '/users/replacing/credentials');
    assert.ok(Array.isArray(items));
    assert.equal(items.filter(({ kind }) => kind === 'totp').length, 1);
  });

  test('is said and taken away at the command line', async () => {
    await add('said', []);
    const bad = await server.command('user', 'update', 'said', '--required-actions', 'dance');
    assert.equal(bad.code, 2);
    assert.match(bad.stderr, /dance is no required action; there are update_password, configure_totp/);
    await server.command('user', 'update', 'said', '--required-actions', 'verify_email,update_password');
    const { stdout } = await server.command('user', 'list', '--json');
    const listed: unknown = JSON.parse(stdout);
    assert.ok(Array.isArray(listed));
    assert.deepEqual(listed.find(({ username }) => username === 'said').required_actions, [
      'update_password',
      'verify_email',
    ]);
    await server.command('user', 'set-password', 'said');
    assert.deepEqual((await shown('said')).required_actions, ['verify_email']);
    await server.command('user', 'update', 'said', '--required-actions', '');
    assert.equal((await shown('said')).required_actions, undefined);
  });
});
