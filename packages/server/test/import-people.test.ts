import assert from 'node:assert/strict';
import { createHash, pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TotpParameters } from '../src/user/credential.ts';
import { isOwnHash } from '../src/user/password.ts';
import { base32, totpCode, totpStep } from '../src/user-authentication/totp.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createHttpBrowser, type HttpBrowser } from './http-browser.ts';

/** NFKC makes other characters of three of these. */
const TYPED = 'Maré½ﬁm-Ｗide';
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');
const SALT = randomBytes(16);
const PBKDF2 = `$pbkdf2-sha512$i=30000$${base64(SALT)}$${base64(pbkdf2Sync(TYPED, SALT, 30_000, 64, 'sha512'))}`;
const DIGEST = `$salted-digest$a=sha256$${base64(SALT)}$${base64(
  createHash('sha256').update(TYPED).update(SALT).digest(),
)}`;
/** Made with argon2-cffi of `TYPED`. */
const ARGON2 =
  '$argon2id$v=19$m=7168,t=5,p=1,as=typed$c2l4dGVlbiBieXRlIHNhbHQ$ijcYyh1WolZ6YeQ5iXD1FE1jIgedxsWHWF631UtOAqA';

describe('people who are brought in', { timeout: 240_000 }, () => {
  let server: AuthorizationServer;
  let issuer: string;
  let admin: AdminApi;
  let folder: string;
  let identity: Identity;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-people-'));
    server = await startAuthorizationServer({ sign_in: { client_certificate: true } });
    issuer = server.issuer;
    admin = adminApiOf(issuer);
    identity = await createIdentity('CN=captain');
    await admin.json('POST', '/groups', { name: 'crews' });
  });
  after(async () => {
    await server?.close();
    await rm(folder, { recursive: true });
  });

  const bring = async (name: string, content: string, ...options: readonly string[]) => {
    const file = join(folder, name);
    await writeFile(file, content);
    return server.command('import', '--from', 'people', file, '--json', ...options);
  };
  const outcomesOf = (stdout: string): Readonly<Record<string, string>> => {
    const { items } = JSON.parse(stdout);
    assert.ok(Array.isArray(items));
    return Object.fromEntries(items.map(({ name, outcome }) => [name, outcome]));
  };
  const signIn = async (username: string, password: string, browser: HttpBrowser = createHttpBrowser()) => {
    const page = await browser.get(`${issuer}/oauth2/sign-in`);
    return browser.follow(await browser.submit(page, { username, password }), issuer);
  };
  const isSignedIn = async (browser: HttpBrowser) => (await browser.get(`${issuer}/account`)).status === 200;
  const opens = async (username: string, password: string) => {
    const browser = createHttpBrowser();
    await signIn(username, password, browser);
    return isSignedIn(browser);
  };
  const stored = async (username: string) => {
    const found = await server.opened.storage.users.findByUsername(username);
    assert.ok(found);
    return found;
  };

  test('sign in with what they had, and a second import changes nothing', async () => {
    const sub = randomUUID();
    const csv = [
      'username,sub,enabled,password_hash,password,email,email_verified,groups,certificate,required_actions',
      `ana,${sub},,"${ARGON2}",,ana@x.example,true,crews;nobody,,`,
      `bruno,,,${PBKDF2},,,,,,`,
      `filipe,,,${DIGEST},,,,,,`,
      `dora,,false,${DIGEST},,,,,,`,
      'clear,,,,a1,,,,,',
      `captain,,,,,,,,"${identity.pem}",`,
      `eva,,,${DIGEST},,eva@x.example,,,,update_password;verify_email`,
      'bcrypted,,,$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy,,,,,,',
      'misspelt,,,,,not an address,,,,',
    ].join('\n');
    const dry = await bring('people.csv', csv, '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    assert.equal(await server.opened.storage.users.findByUsername('ana'), undefined);
    const done = await bring('people.csv', csv);
    assert.deepEqual(outcomesOf(done.stdout), outcomesOf(dry.stdout));
    assert.deepEqual(new Set(Object.values(outcomesOf(done.stdout))), new Set(['added']));
    assert.match(done.stdout, /there is no group \\"nobody\\"/);
    assert.match(done.stdout, /\$2b\$ is none of argon2id/);
    assert.match(done.stdout, /claims\.email/);
    for (const secret of [ARGON2, PBKDF2, DIGEST, base64(SALT)]) assert.ok(!done.stdout.includes(secret));

    assert.equal((await stored('ana')).sub, sub);
    for (const username of ['ana', 'bruno', 'filipe']) {
      assert.equal(await opens(username, TYPED.normalize('NFKC')), false, username);
      assert.equal(await opens(username, TYPED), true, username);
      assert.ok(isOwnHash((await stored(username)).password_hash), username);
      assert.equal(await opens(username, TYPED), true, username);
    }
    const { items } = await admin.json('GET', '/events?type=user.password_rehashed');
    assert.ok(Array.isArray(items));
    assert.equal(items.length, 3);
    assert.equal(await opens('clear', 'a1'), true);
    assert.equal(await opens('dora', TYPED), false);
    assert.equal(await opens('bcrypted', ''), false);
    assert.equal((await admin.json('GET', '/users/captain')).has_password, false);
    assert.match((await signIn('eva', TYPED)).text, /Choose a new password/);

    const browser = createHttpBrowser({ identity });
    const page = await browser.get(`${issuer}/oauth2/sign-in`);
    await browser.submit(
      page,
      {},
      { form: page.forms.findIndex(({ action }) => action.endsWith('/certificate')) },
    );
    assert.equal(await isSignedIn(browser), true);

    const before = await server.opened.storage.users.list({ limit: 50 });
    const again = await bring('people.csv', csv);
    assert.deepEqual(new Set(Object.values(outcomesOf(again.stdout))), new Set(['present']));
    assert.deepEqual((await server.opened.storage.users.list({ limit: 50 })).items, before.items);
    const other = await bring('people.csv', csv.replace('ana@x.example,true', 'ana@y.example,true'));
    assert.deepEqual(
      Object.entries(outcomesOf(other.stdout)).filter(([, outcome]) => outcome !== 'present'),
      [['ana', 'differs']],
    );
  });

  test('confirm who they are by the codes of their app, whatever it makes', async () => {
    const kinds: readonly TotpParameters[] = [
      { algorithm: 'SHA1', digits: 6, period: 30 },
      { algorithm: 'SHA256', digits: 8, period: 60 },
      { algorithm: 'SHA512', digits: 6, period: 120 },
    ];
    const secret = base32(randomBytes(20));
    const lines = kinds.map((kind, index) =>
      JSON.stringify({
        username: `totp${index}`,
        password: { form: 'hash', value: DIGEST },
        totp: [{ secret, ...kind }],
      }),
    );
    const done = await bring('people.jsonl', lines.join('\n'));
    assert.equal(done.code, 0, done.stderr);
    for (const [index, kind] of kinds.entries()) {
      const browser = createHttpBrowser();
      const page = await signIn(`totp${index}`, TYPED, browser);
      assert.match(page.url, /second-factor/);
      assert.equal(await isSignedIn(browser), false);
      const code = totpCode(secret, totpStep(Date.now(), kind), kind);
      const wrong = code.replace(/^./, (first) => String((Number(first) + 5) % 10));
      assert.equal((await browser.submit(page, { code: wrong })).status, 403);
      assert.equal((await browser.submit(page, { code })).status, 303);
      assert.equal(await isSignedIn(browser), true);
      const elsewhere = createHttpBrowser();
      const second = await signIn(`totp${index}`, TYPED, elsewhere);
      assert.equal((await elsewhere.submit(second, { code })).status, 403, 'each code once');
    }
    const again = await bring('people.jsonl', lines.join('\n'));
    assert.deepEqual(new Set(Object.values(outcomesOf(again.stdout))), new Set(['present']));
  });

  test('do not take the place of anybody', async () => {
    const client = await server.register();
    const { sub } = await stored('admin');
    const lines = [
      { username: 'as-client', sub: client.client_id },
      { username: 'as-admin', sub },
      { username: 'first', sub: 'twice' },
      { username: 'second', sub: 'twice' },
      { username: 'thief', certificates: [identity.pem] },
      { username: 'unseen', sub: 'a\u0000b' },
    ];
    const done = await bring('others.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    assert.deepEqual(outcomesOf(done.stdout), {
      ...{ 'as-client': 'left_out', 'as-admin': 'left_out', first: 'added', second: 'left_out' },
      ...{ thief: 'added', unseen: 'left_out' },
    });
    assert.match(done.stdout, /is the client_id of a client/);
    assert.match(done.stdout, /is that of \\"admin\\"/);
    assert.match(done.stdout, /signs \\"captain\\" in/);
    const credentials = await server.opened.storage.credentials.list((await stored('thief')).sub);
    assert.deepEqual(credentials, []);
  });

  test('are none of a file that is broken', async () => {
    const broken = await bring('broken.csv', 'username,email\nearly,e@x.example\nlate,"');
    assert.equal(broken.code, 1);
    assert.match(broken.stderr, /broken\.csv, line 3: a quotation mark is not closed/);
    assert.equal(await server.opened.storage.users.findByUsername('early'), undefined);
  });
});
