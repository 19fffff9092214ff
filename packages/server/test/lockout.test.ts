import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import {
  countersignProgram,
  createTestHome,
  type RunningCountersign,
  runProgram,
  type TestHome,
} from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Answer, call, post } from './token-client.ts';

const LIMIT = 3;

describe('guessing passwords', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let client: Registered;

  before(async () => {
    home = await createTestHome({ account_lock: { max_failed_attempts: LIMIT, lock_time: 3600 } });
    server = await home.start();
    admin = adminApiOf(home.issuer);
    client = await admin.register({
      client_name: 'client',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['password'],
    });
    for (const username of ['alice', 'bob', 'carol', 'dave']) {
      await admin.json('POST', '/users', { username, password: `the password of ${username}` });
    }
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const signIn = (username: string, password: string) =>
    post(`${home.issuer}/oauth2/token`, { ...client, grant_type: 'password', username, password });
  /** Everything of an answer that anyone outside can tell apart. */
  const visible = ({ status, text, headers }: Answer) => {
    const { date: _date, 'countersign-event-id': _id, ...rest } = headers;
    return { status, text, headers: rest };
  };
  const guess = async (username: string) => {
    let last = await signIn(username, 'wrong');
    for (let turn = 1; turn < LIMIT; turn++) last = await signIn(username, 'wrong');
    return last;
  };

  test('a locked account refuses the right password with the answer of a wrong one', async () => {
    assert.equal((await signIn('alice', 'the password of alice')).status, 200);
    const wrong = await guess('alice');
    assert.deepEqual([wrong.status, wrong.json().error], [400, 'invalid_grant']);
    const right = await signIn('alice', 'the password of alice');
    assert.deepEqual(visible(right), visible(wrong));
    const { because, evidence } = await eventOf(server, right);
    assert.equal(because, 'guessing_limited');
    assert.match(JSON.stringify(evidence), /"locked":"user:alice"/);
    assert.equal((await signIn('bob', 'the password of bob')).status, 200, 'nobody else is locked');
  });

  test('the lock counts however the name is written, and at the admin API', async () => {
    assert.deepEqual((await eventOf(server, await signIn('ALICE', 'wrong'))).because, 'guessing_limited');
    const answer = await call(`${home.issuer}/api/admin/v1/clients`, {
      headers: { authorization: `Basic ${Buffer.from('alice:the password of alice').toString('base64')}` },
    });
    assert.equal(answer.status, 401);
    assert.equal((await eventOf(server, answer)).because, 'guessing_limited');
  });

  test('a password that a script sent a moment ago is refused once another process has set another', async () => {
    const basic = async (password: string) => {
      const authorization = `Basic ${Buffer.from(`erin:${password}`).toString('base64')}`;
      return (await call(`${home.issuer}/api/admin/v1/me`, { headers: { authorization } })).status;
    };
    const account = { username: 'erin', password: 'the password of erin', roles: ['auditor'] };
    await admin.json('POST', '/users', account);
    assert.deepEqual([await basic(account.password), await basic(account.password)], [200, 200]);
    const { code, stderr } = await runProgram(
      process.execPath,
      [
        ...[countersignProgram(), 'user', 'set-password', 'erin'],
        ...['--password-stdin', '--home', home.home],
      ],
      { input: 'another password of erin\n' },
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual([await basic(account.password), await basic('another password of erin')], [401, 200]);
  });

  test('a name that does not exist locks like one that does', async () => {
    const wrong = await guess('nobody');
    const locked = await signIn('nobody', 'wrong');
    assert.deepEqual(visible(locked), visible(wrong));
    assert.equal((await eventOf(server, locked)).because, 'guessing_limited');
  });

  test('a new password set at the command line lifts the lock', async () => {
    const { code, stderr } = await runProgram(
      process.execPath,
      [
        ...[countersignProgram(), 'user', 'set-password', 'alice'],
        ...['--password-stdin', '--home', home.home],
      ],
      { input: 'another good password\n' },
    );
    assert.equal(code, 0, stderr);
    assert.equal((await signIn('alice', 'another good password')).status, 200);
    assert.equal((await signIn('alice', 'the password of alice')).status, 400);
  });

  test('so does one set through the admin API', async () => {
    await guess('bob');
    assert.equal((await signIn('bob', 'the password of bob')).status, 400);
    await admin.json('PUT', '/users/bob/password', { password: 'another good password' });
    assert.equal((await signIn('bob', 'another good password')).status, 200);
  });

  test('a lock ends by itself, after a time that is changed live', async () => {
    await home.editDeployment((text) => text.replace(/^lock_time = 3600$/m, 'lock_time = 1'));
    await server.line(/configuration\.reloaded.*account_lock\.lock_time/);
    await guess('carol');
    await eventually(
      async () => (await signIn('carol', 'the password of carol')).status,
      (status) => status === 200,
    );
  });

  test('an address that guesses at many accounts is locked for all of them', async () => {
    await home.editDeployment((text) => text.replace(/^lock_time = 1$/m, 'lock_time = 7200'));
    await server.line(/configuration\.reloaded.*account_lock\.lock_time/);
    let guesses = 0;
    const locked = await eventually(
      async () => eventOf(server, await signIn(`guess-${++guesses}`, 'wrong')),
      ({ because }) => because === 'guessing_limited',
    );
    assert.match(JSON.stringify(locked.evidence), /"locked":"address:127\.0\.0\.1"/);
    assert.equal((await signIn('alice', 'another good password')).status, 400);
  });
});

test('a fresh home lets nobody in with admin and admin', async (t) => {
  const home = await createTestHome({ super_admin: { username: 'admin' } });
  t.after(() => home.remove());
  const server = await home.start();
  t.after(() => server.stop());
  const line = await server.line(/^Administrator: /);
  const password = /^Administrator: admin, password: (\S+) {3}\(shown once\)$/.exec(line)?.[1];
  assert.ok(password);
  const listClients = (secret: string) =>
    call(`${home.issuer}/api/admin/v1/clients`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${secret}`).toString('base64')}` },
    });
  const refused = await listClients('admin');
  assert.equal(refused.status, 401);
  assert.equal((await eventOf(server, refused)).because, 'password_wrong');
  assert.equal((await listClients(password)).status, 200);
  await server.stop();
  const again = await home.start();
  t.after(() => again.stop());
  assert.doesNotMatch(again.output(), /shown once/);
  assert.equal((await listClients(password)).status, 200, 'and the printed password goes on counting');
});
