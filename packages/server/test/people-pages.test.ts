import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { causeOf } from './event-of.ts';
import { createHttpBrowser, type HtmlPage, type HttpBrowser, unescaped } from './http-browser.ts';
import { call } from './token-client.ts';

const PASSWORD = 'a lighthouse full of plums';
const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin' };
const NEWCOMER = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };

describe('pages of people', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;
  let admin: AdminApi;

  before(async () => {
    server = await startAuthorizationServer({ sign_in: { client_certificate: true } });
    issuer = server.issuer;
    admin = adminApiOf(issuer);
  });
  after(() => server?.close());

  const person = async (username: string): Promise<HttpBrowser> => {
    await admin.json('POST', '/users', { username, password: PASSWORD });
    const browser = createHttpBrowser();
    const form = await browser.get(`${issuer}/oauth2/sign-in`);
    assert.equal((await browser.submit(form, { username, password: PASSWORD })).status, 303);
    return browser;
  };
  const secretOn = ({ text }: HtmlPage) =>
    (/class="secret">([A-Z2-7 ]+)</.exec(text)?.[1] ?? '').replaceAll(' ', '');
  const codesOn = ({ text }: HtmlPage) =>
    Array.from(text.matchAll(/<li>([0-9a-z-]{14})<\/li>/g), ([, code = '']) => code);

  test('recovery codes are on a page that can be loaded again, until their owner has them', async () => {
    const browser = await person('keeper');
    const setUp = await browser.get(`${issuer}/account/authenticator`);
    const code = totpCode(secretOn(setUp), totpStep(Date.now()));
    const answer = await browser.submit(setUp, { code });
    assert.equal(answer.headers.location, '/account/recovery-codes', 'a form is answered with no page');
    const page = await browser.follow(answer, issuer);
    const codes = codesOn(page);
    assert.equal(codes.length, 10);
    assert.deepEqual(codesOn(await browser.get(page.url)), codes, 'a reload shows the same');

    const [, file = ''] =
      /href="(data:text\/plain[^"]*)" download="recovery-codes.txt"/.exec(page.text) ?? [];
    const kept = decodeURIComponent(unescaped(file).replace(/^[^,]*,/, ''));
    assert.match(kept, /keeper\r\n/);
    for (const each of codes) assert.ok(kept.includes(each));
    assert.match(page.text, /<button type="button" class="second" data-codes="copy"[^>]* hidden>Copy/);
    assert.match(page.text, /<noscript><p class="hint">You can also select them, or print/);
    assert.match(String(page.headers['content-security-policy']), /script-src 'self'/);

    const elsewhere = createHttpBrowser();
    const form = await elsewhere.get(`${issuer}/oauth2/sign-in`);
    const factor = await elsewhere.follow(
      await elsewhere.submit(form, { username: 'keeper', password: PASSWORD }),
      issuer,
    );
    await elsewhere.submit(factor, { code: codes[0] });
    const other = await elsewhere.get(`${issuer}/account/recovery-codes`);
    assert.equal(other.headers.location, '/account', 'they are shown in the session that made them alone');

    const done = await browser.submit(page);
    assert.equal(done.headers.location, '/account');
    assert.equal((await browser.get(page.url)).headers.location, '/account', 'Back shows them to nobody');
    const { ephemerals } = server.opened.storage;
    assert.deepEqual(await ephemerals.list('new-recovery-codes', Date.now(), 10), []);
  });

  test('forms of the account lead a browser back to their page, which tells what was wrong, once', async () => {
    const browser = await person('mistyper');
    const cases = [
      ['/account/password', { current_password: 'wrong', new_password: 'x', repeated_password: 'x' }],
      ['/account/password', { current_password: PASSWORD, new_password: 'a', repeated_password: 'b' }],
      ['/account/authenticator', { code: '000000' }],
      ['/account/passkey', { credential: '{}' }],
    ] as const;
    const words = [
      /current password is wrong/,
      /two new passwords differ/,
      /code is wrong/,
      /could not be added/,
    ];
    for (const [index, [path, fields]] of cases.entries()) {
      const page = await browser.get(`${issuer}${path}`);
      const answer = await browser.submit(page, fields, { headers: NAVIGATION });
      assert.equal(answer.status, 303, path);
      assert.equal(answer.headers.location, `${issuer}${path}`);
      const told = await browser.get(page.url);
      assert.equal(told.status, 200);
      assert.match(told.text, words[index] ?? /never/);
      assert.match(told.text, /There is a problem/);
      assert.doesNotMatch((await browser.get(page.url)).text, /There is a problem/, 'once');
      const program = await browser.submit(page, fields);
      assert.equal(program.status, 400, 'a program reads the answer itself');
    }
  });

  test('what is refused of a form is on a page of its own, to be loaded again and come back to', async () => {
    const browser = await person('late');
    const page = await browser.get(`${issuer}/account`);
    const index = page.forms.findIndex(({ action }) => action === '/account/recovery-codes');
    assert.equal(index, -1, 'without a factor there are no codes');
    const password = await browser.get(`${issuer}/account/password`);
    const out = { form_token: 'A'.repeat(43) };
    const refused = await browser.submit(password, out, { headers: NAVIGATION });
    assert.equal(refused.status, 303);
    assert.equal(refused.headers.location, '/oauth2/sign-in/problem');
    assert.equal(await causeOf(server.running, refused), 'form_out_of_date');
    for (let times = 0; times < 2; times++) {
      const shown = await browser.get(`${issuer}/oauth2/sign-in/problem`);
      assert.equal(shown.status, 403);
      assert.match(shown.text, /This page was out of date.*href="\/account\/password"[^>]*>Try again/s);
      assert.ok(shown.text.includes(String(refused.headers['countersign-event-id'])));
    }
    const stranger = await createHttpBrowser().get(`${issuer}/oauth2/sign-in/problem`);
    assert.equal(stranger.headers.location, '/account');
    const forged = createHttpBrowser();
    const value = {
      because: 'x',
      status: 400,
      description: '<b>',
      event_id: 'x',
      at: '//evil.example/',
      isPage: true,
    };
    forged.cookies.set(
      '__Host-countersign-refusal',
      Buffer.from(JSON.stringify(value)).toString('base64url'),
    );
    assert.equal((await forged.get(`${issuer}/oauth2/sign-in/problem`)).headers.location, '/account');
    const elsewhere = await browser.submit(password, out, {
      headers: { ...NAVIGATION, 'sec-fetch-site': 'cross-site' },
    });
    assert.equal(elsewhere.status, 403, 'another site sets nothing here');
    assert.equal(elsewhere.headers['set-cookie'], undefined);
  });

  test('sessions are named by device, address and time, this one first, and ended one by one', async () => {
    const browser = await person('traveller');
    const telephone = createHttpBrowser();
    const agent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1';
    const form = await telephone.get(`${issuer}/oauth2/sign-in`);
    const credentials = { username: 'traveller', password: PASSWORD };
    await telephone.submit(form, credentials, { headers: { 'user-agent': agent } });
    const page = await browser.get(`${issuer}/account`);
    const [, list = ''] = /id="sessions"(.*)<\/section>/s.exec(page.text) ?? [];
    const names = Array.from(list.matchAll(/<strong>([^<]*)<\/strong>/g), ([, name]) => name);
    assert.deepEqual(names, ['Firefox, Linux', 'Safari, iPhone']);
    assert.match(list, /This browser.*from 127\.0\.0\.1, signed in .*with password, last seen <time/s);
    const { items } = await admin.json('GET', '/sessions?username=traveller');
    assert.ok(Array.isArray(items));
    assert.deepEqual(items.map(({ device }) => device).toSorted(), ['Firefox, Linux', 'Safari, iPhone']);
    const index = page.forms.findIndex(({ action }) => action === '/account/sessions/end');
    const ended = await browser.submit(page, {}, { form: index });
    assert.match((await browser.follow(ended, issuer)).text, /Signed out\./);
    assert.equal((await telephone.get(`${issuer}/account`)).status, 303);
    assert.equal((await browser.get(`${issuer}/account`)).status, 200);
  });

  test('the bare address, and one of which there is nothing, say where to go, in the language of the person', async () => {
    const ways = (text: string) =>
      Array.from(text.matchAll(/<a class="button[^"]*" href="([^"]*)"/g), ([, href]) => href);
    const both = [`${issuer}/account`, `${issuer}/console`];
    const start = await createHttpBrowser().get(`${issuer}/`, NEWCOMER);
    assert.equal(start.status, 200);
    assert.match(start.text, /Where do you want to go\?/);
    assert.deepEqual(ways(start.text), both);
    for (const path of [
      '/nowhere',
      '/account/nothing',
      '/account/sessions/end',
      '/oauth2/nothing?token=secret',
    ]) {
      const page = await createHttpBrowser({ language: 'de' }).get(`${issuer}${path}`, NEWCOMER);
      assert.equal(page.status, 404, path);
      assert.match(page.text, /Hier ist nichts/);
      assert.deepEqual(ways(page.text), both);
      assert.equal(page.text.includes('secret'), false);
      assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
    }
    const program = await call(`${issuer}/nowhere?token=secret`, { method: 'GET' });
    assert.equal(program.status, 404);
    assert.deepEqual(program.json(), {
      message: 'Route GET:/nowhere not found',
      error: 'Not Found',
      statusCode: 404,
    });
    const api = await call(`${issuer}/api/admin/v1/nothing`, { method: 'GET', headers: NEWCOMER });
    assert.equal(api.status, 404);
    assert.match(String(api.headers['content-type']), /json/);
  });

  test('signing in by certificate is explained where it is offered', async () => {
    for (const [language, words] of [
      ['en', /How signing in with a certificate works.*\.p12.*Close all windows and try again/s],
      ['de', /So funktioniert die Anmeldung mit einem Zertifikat.*\.p12/s],
      ['pt', /Como funciona entrar com um certificado.*\.p12/s],
    ] as const) {
      const page = await createHttpBrowser({ language }).get(`${issuer}/oauth2/sign-in`);
      assert.match(page.text, words);
    }
    const browser = await person('holder');
    assert.match((await browser.get(`${issuer}/account`)).text, /How signing in with a certificate works/);
  });

  test('the passkey stands before the code where there is one, and the code is open without script', async () => {
    const browser = await person('keyed');
    const { sub } = await admin.json('GET', '/users/keyed');
    await server.opened.storage.credentials.insert({
      kind: 'passkey',
      credential_id: 'a2V5ZWQ',
      sub: String(sub),
      created_at: Date.now(),
      public_key: 'pQ',
      counter: 0,
      transports: [],
      label: 'Blue key',
    });
    const account = await browser.get(`${issuer}/account`);
    assert.ok(account.text.indexOf('Passkeys') < account.text.indexOf('Authenticator app'));
    const again = createHttpBrowser();
    const form = await again.get(`${issuer}/oauth2/sign-in`);
    const page = await again.follow(
      await again.submit(form, { username: 'keyed', password: PASSWORD }),
      issuer,
    );
    assert.match(page.text, /data-passkey="get".*<details class="other" data-unless-passkey open>/s);
  });
});
