import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { openHome } from '../src/server/open-home.ts';
import { hashOpaqueToken } from '../src/token/opaque-token.ts';
import {
  countersignProgram,
  createUnstartedHome,
  programEnvironment,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { call } from './token-client.ts';

const PASSWORD = 'five words that nobody guesses';
const MANY = 1_000;
/** MiB of memory that the program may use: less than a large export would take as a whole. */
const HEAP = 96;

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

/** Many clients and people, as another program would write them down. */
function manyLines(): string {
  const lines: object[] = [{ countersign_export: 1 }, { kind: 'group', name: 'everybody' }];
  for (let at = 0; at < MANY; at++) {
    lines.push({
      kind: 'client',
      client_id: `client-${at}`,
      metadata: {
        client_name: `Client ${at}`,
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_basic',
        contacts: [`${'x'.repeat(300)}@example.com`],
      },
      secret: { form: 'sha256', value: sha256(`secret of ${at}`) },
      groups: ['everybody'],
    });
  }
  for (let at = 0; at < MANY; at++) {
    lines.push({
      kind: 'person',
      username: `person-${at}`,
      sub: randomUUID(),
      claims: { name: `Person ${at}` },
      password: {
        form: 'hash',
        value: '$pbkdf2-sha256$i=27500$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ',
      },
      groups: ['everybody'],
    });
  }
  lines.push({ end: { records: { group: 1, client: MANY, person: MANY } } });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

describe('countersign export and import', () => {
  let here: TestHome;
  let there: TestHome;

  before(async () => {
    [here, there] = await Promise.all([createUnstartedHome(), createUnstartedHome()]);
  });
  after(() => Promise.all([here.remove(), there.remove()]));

  const run = (home: TestHome, args: readonly string[], environment: NodeJS.ProcessEnv = {}, input = '') =>
    runProgram(process.execPath, [countersignProgram(), ...args, '--home', home.home], {
      env: { ...programEnvironment(), NODE_OPTIONS: `--max-old-space-size=${HEAP}`, ...environment },
      timeout: 240_000,
      input,
    });
  const file = (name: string) => join(here.home, name);
  const tokenAt = (
    { issuer }: TestHome,
    [id, secret]: readonly [string, string],
    form: Readonly<Record<string, string>>,
  ) =>
    call(`${issuer}/oauth2/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      },
      body: `${new URLSearchParams(form)}`,
    });
  const countsIn = (stdout: string): unknown => JSON.parse(stdout).counts;

  test('bring thousands out and in, in little memory, and the same octet for octet', async () => {
    await writeFile(file('many.jsonl'), manyLines());
    const imported = await run(here, ['import', '--from', 'countersign', file('many.jsonl'), '--json']);
    assert.equal(imported.code, 0, imported.stderr);
    assert.deepEqual(countsIn(imported.stdout), {
      group: { added: 1 },
      client: { added: MANY },
      person: { added: MANY },
    });
    for (const name of ['one.jsonl', 'other.jsonl']) {
      const exported = await run(here, ['export', file(name), '--json']);
      assert.equal(exported.code, 0, exported.stderr);
      const { records, encrypted, left_out } = JSON.parse(exported.stdout);
      assert.equal(records.client, MANY);
      assert.equal(encrypted, false);
      assert.deepEqual(left_out, []);
    }
    assert.deepEqual(await readFile(file('one.jsonl')), await readFile(file('other.jsonl')));
    const again = await run(here, ['import', '--from', 'countersign', file('many.jsonl'), '--json']);
    assert.deepEqual(countsIn(again.stdout), {
      group: { present: 1 },
      client: { present: MANY },
      person: { present: MANY },
    });
  });

  test('let clients go on with their secrets and refresh tokens on the next server', async () => {
    const opened = await openHome(here.home, { quiet: true });
    const now = Date.now();
    const { client_secret } = await opened.clients.register(
      {
        client_id: 'web',
        client_name: 'web',
        redirect_uris: ['https://web.example/cb'],
        grant_types: ['authorization_code', 'refresh_token'],
        scope: 'openid offline_access',
      },
      { name: 'test', through: 'command-line' },
    );
    assert.ok(client_secret);
    const person = await opened.storage.users.findByUsername('person-7');
    assert.ok(person);
    const of = {
      grant_id: 'grant of the test',
      client_id: 'web',
      sub: person.sub,
      scope: 'openid offline_access',
    };
    await opened.storage.grants.insert({ ...of, created_at: now, expires_at: now + 3_600_000 });
    const refresh_token = 'the token that the client has';
    await opened.storage.refreshTokens.insert({
      ...of,
      token_sha256: hashOpaqueToken(refresh_token),
      issued_at: now,
      expires_at: now + 3_600_000,
    });
    await opened.close();

    const secret = { COUNTERSIGN_EXPORT_PASSWORD: PASSWORD };
    const short = await run(here, ['export', file('short.age'), '--encrypt'], {
      COUNTERSIGN_EXPORT_PASSWORD: 'short',
    });
    assert.equal(short.code, 2);
    assert.match(short.stderr, /has 5 characters; .* needs 12 at least/);
    const without = await run(here, ['export', file('without.age'), '--encrypt']);
    assert.equal(without.code, 2);
    assert.match(without.stderr, /COUNTERSIGN_EXPORT_PASSWORD/);
    const exported = await run(here, ['export', file('all.age'), '--encrypt', '--grants'], secret);
    assert.equal(exported.code, 0, exported.stderr);
    assert.equal((await stat(file('all.age'))).mode & 0o777, 0o600);
    const taken = await run(here, ['export', file('all.age')]);
    assert.equal(taken.code, 1);
    assert.match(taken.stderr, /all\.age is there already/);

    const wrong = await run(
      there,
      ['import', '--from', 'countersign', file('all.age'), '--password-stdin'],
      {},
      'another password\n',
    );
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /cannot be opened: the password is not the one/);
    const imported = await run(
      there,
      ['import', '--from', 'countersign', file('all.age'), '--password-stdin', '--json'],
      {},
      `${PASSWORD}\n`,
    );
    assert.equal(imported.code, 0, imported.stderr);
    assert.ok(!`${imported.stdout}${exported.stdout}`.includes(PASSWORD));

    await there.start();
    const right = await tokenAt(there, ['client-42', 'secret of 42'], { grant_type: 'client_credentials' });
    assert.equal(right.status, 200, right.text);
    const guessed = await tokenAt(there, ['client-42', 'secret of 43'], { grant_type: 'client_credentials' });
    assert.equal(guessed.status, 401);
    const refreshed = await tokenAt(there, ['web', client_secret], {
      grant_type: 'refresh_token',
      refresh_token,
    });
    assert.equal(refreshed.status, 200, refreshed.text);
    const [, claims = ''] = String(refreshed.json().access_token).split('.');
    assert.equal(JSON.parse(Buffer.from(claims, 'base64url').toString()).sub, person.sub);
  });

  test('have client show and client add say the same', async () => {
    const shown = file('shown.json');
    const names = [
      '--client-name',
      'As shown',
      '--grant-types',
      'client_credentials',
      '--scope',
      'read write',
    ];
    await here.json(
      'client',
      'add',
      '--new-client-id',
      'as-shown',
      ...names,
      '--access-token-lifetime',
      '90',
    );
    await here.json('client', 'update', 'as-shown', '--disable');
    const before = await here.json('client', 'show', 'as-shown');
    await writeFile(shown, JSON.stringify(before));
    const { code, stdout, stderr } = await run(there, ['client', 'add', '--metadata', shown, '--json']);
    assert.equal(code, 0, stderr);
    assert.match(JSON.parse(stdout).client_secret, /^[A-Za-z0-9_-]{64}$/);
    const present = JSON.parse((await run(there, ['client', 'show', 'as-shown', '--json'])).stdout);
    const own = { client_id_issued_at: 0, revision: 0 };
    assert.deepEqual({ ...present, ...own }, { ...Object(before), ...own });
    assert.equal(present.enabled, false);
    const twice = await run(there, ['client', 'add', '--metadata', shown]);
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /is taken/);
  });
});
