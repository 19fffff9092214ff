import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import {
  countersignProgram,
  createTestHome,
  createUnstartedHome,
  type RunningCountersign,
  type TestHome,
} from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { eventually } from './eventually.ts';
import { type Answer, call, post } from './token-client.ts';

const auditFile = (home: TestHome) => join(home.home, 'repository/logs/audit.log');

const basic = ({ client_id, client_secret }: Registered) => ({
  authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
});

const items = (answer: Record<string, unknown>): readonly Record<string, unknown>[] => {
  assert.ok(Array.isArray(answer.items));
  return answer.items;
};

for (const database of DATABASES) {
  describe(`the audit trail on ${database.name}`, { skip: database.skip, timeout: 300_000 }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let api: AdminApi;
    let closeDatabase = async () => {};

    before(async () => {
      const opened = await database.open();
      closeDatabase = opened.close;
      home = await createTestHome(opened.deployment);
      server = await home.start();
      api = adminApiOf(home.issuer);
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await closeDatabase();
    });

    const token = (form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
      post(`${home.issuer}/oauth2/token`, form, { headers });
    const eventOf = async (answer: Answer) =>
      api.json('GET', `/events/${String(answer.headers['countersign-event-id'])}`);
    const listed = async (query: string) => items(await api.json('GET', `/events?${query}`));

    test('a refusal names the client, however the request went wrong', async () => {
      const client = await api.register({
        client_name: 'refused',
        grant_types: ['client_credentials', 'password'],
        token_endpoint_auth_method: 'client_secret_basic',
        scope: 'read',
      });
      const { client_id, client_secret } = client;
      const granted = { grant_type: 'client_credentials' };
      const refusals = {
        'a scope': await token({ ...granted, scope: 'write' }, basic(client)),
        'a password': await token(
          { grant_type: 'password', username: 'admin', password: 'x' },
          basic(client),
        ),
        'a wrong secret in the other place': await token({ ...granted, client_id, client_secret: 'x' }),
        'two methods': await token({ ...granted, client_id, client_secret }, basic(client)),
        'a wrong secret': await token(granted, basic({ client_id, client_secret: 'x' })),
        'an unknown grant': await token({ grant_type: 'unknown' }, basic(client)),
        'a parameter': await token({}, basic(client)),
        'a token to revoke': await post(`${home.issuer}/oauth2/revoke`, {}, { headers: basic(client) }),
        'a request to push': await post(`${home.issuer}/oauth2/par`, {}, { headers: basic(client) }),
        'a code': await token({ grant_type: 'authorization_code', code: 'x' }, basic(client)),
        'a registration': await call(`${home.issuer}/oauth2/register/${client_id}`, {
          headers: { authorization: 'Bearer x' },
        }),
      };
      for (const [what, answer] of Object.entries(refusals)) {
        assert.ok(answer.status >= 400, what);
        assert.equal((await eventOf(answer)).client_id, client_id, what);
      }
    });

    test('a change says who made it, to what, through what and from where', async () => {
      const { client_id } = await api.register({
        client_name: 'changed',
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials'],
      });
      await api.update(client_id, { client_name: 'changed again' });
      await api.json('POST', '/users', { username: 'Zoë', password: 'correct horse battery', roles: [] });
      await api.json('DELETE', '/users/Zo%C3%AB/sessions');
      await home.json('client', 'update', client_id, '--client-name', 'changed at the command line');
      await api.json('DELETE', `/clients/${client_id}`);

      const [removed, byCommand, updated, created] = await listed(`object=${client_id}`);
      const actor = { name: 'admin', through: 'admin-api', remote_address: '127.0.0.1' };
      for (const event of [removed, updated, created]) {
        assert.deepEqual(event?.actor, actor);
        assert.deepEqual(event?.object, { kind: 'client', id: client_id });
        assert.equal(event?.remote_address, '127.0.0.1');
        assert.equal(event?.client_id, client_id);
      }
      assert.deepEqual(
        [removed?.type, byCommand?.type, updated?.type, created?.type],
        ['client.removed', 'client.updated', 'client.updated', 'client.created'],
      );
      assert.match(JSON.stringify(byCommand?.actor), /"through":"command-line"/);
      const [signedOut, made] = await listed('actor=ADMIN&type=user.&search=zo%C3%AB');
      assert.equal(signedOut?.type, 'user.signed_out');
      assert.deepEqual(made?.object, signedOut?.object);
      const since = Date.parse(String(made?.time));
      const types = (events: readonly Record<string, unknown>[]) => events.map(({ type }) => type);
      assert.deepEqual(
        types(await listed(`actor=admin&address=127.0.0.1&until=${since}&object=${client_id}`)),
        ['client.updated', 'client.created'],
      );
      assert.deepEqual(types(await listed(`class=security&object=${client_id}`)), []);
      assert.deepEqual(await listed('address=192.0.2.1'), []);
    });

    test('an event is found by the thumbprint of the certificate', async () => {
      const stranger: Identity = await createIdentity('CN=stranger');
      const refused = await post(
        `${home.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id: 'nobody' },
        { certificate: stranger },
      );
      const [found] = await listed(`search=${encodeURIComponent(stranger.thumbprint)}`);
      assert.equal(found?.event_id, refused.headers['countersign-event-id']);
    });

    test('what is sampled says so, beside exact counts', async () => {
      const client = await api.register({
        client_name: 'busy',
        token_endpoint_auth_method: 'client_secret_basic',
        grant_types: ['client_credentials'],
      });
      const since = Date.now();
      // On connections that are kept: 100 within far less than the 5 seconds in which all would be kept.
      const agent = new Agent({ keepAlive: true, maxSockets: 4, rejectUnauthorized: false });
      const form = { grant_type: 'client_credentials' };
      const answers = await Promise.all(
        Array.from({ length: 100 }, () =>
          post(`${home.issuer}/oauth2/token`, form, { headers: basic(client), agent }),
        ),
      );
      agent.destroy();
      assert.ok(answers.every(({ status }) => status === 200));
      const issued = await listed(`client_id=${client.client_id}&type=token.issued&limit=500`);
      assert.ok(issued.length >= 20 && issued.length < 100, `${issued.length} of 100 kept`);
      assert.ok(issued.every(({ sampled }) => sampled === true));
      const counts = items(await api.json('GET', `/events/counts?since=${since}&type=token.issued`));
      assert.equal(counts.length, 1);
      assert.equal(counts[0]?.count, 100);
      assert.equal(counts[0]?.sampled, true);
      const { stdout } = await home.command('events', '--type', 'token.issued', '--limit', '1');
      assert.match(
        stdout,
        /token\.issued success is sampled: 100 happened in this time, \d\d of them are kept/,
      );
      assert.match(stdout, /\(sampled\)/);
    });

    test('countersign events finds by actor, person, address, client, kind, certificate, type and date', async () => {
      const events = async (...args: string[]) => {
        const { code, stdout, stderr } = await home.command('events', '--json', '--limit', '1000', ...args);
        assert.equal(code, 0, stderr);
        return JSON.parse(stdout).events;
      };
      assert.ok((await events('--actor', 'admin', '--type', 'client.')).length > 0);
      assert.deepEqual(await events('--actor', 'nobody'), []);
      assert.ok((await events('--person', 'ADMIN', '--kind', 'administration')).length > 0);
      const tried = await events('--kind', 'sign_in', '--outcome', 'refused');
      assert.ok(tried.some(({ type }: { type: string }) => type === 'token.refused'));
      assert.deepEqual(await events('--certificate', 'no-such-thumbprint'), []);
      assert.equal((await home.command('events', '--kind', 'other')).code, 2);
      assert.ok((await events('--address', '127.0.0.1', '--since', '1h')).length > 0);
      assert.deepEqual(await events('--until', '2020-01-31'), []);
      assert.equal((await home.command('events', '--since', 'soon')).code, 2);
      assert.equal((await home.command('events', '--class', 'other')).code, 2);
    });

    test('the audit file is verified while the server writes it, through rotation, and a change is found', async () => {
      const file = auditFile(home);
      const verified = async () => home.command('audit', 'verify');
      const whole = await verified();
      assert.equal(whole.code, 0, whole.stdout);
      assert.match(whole.stdout, /whole and unchanged/);

      await rename(file, `${file}.1`);
      server.process.kill('SIGHUP');
      await eventually(
        async () => {
          await token({ grant_type: 'client_credentials', client_id: 'nobody' });
          return readFile(file, 'utf8').catch(() => '');
        },
        (text) => text.includes('client_unknown'),
      );
      assert.equal((await verified()).code, 0, 'after rotation');

      const text = await readFile(`${file}.1`, 'utf8');
      await writeFile(`${file}.1`, text.replace('"name":"admin"', '"name":"other"'));
      const changed = await home.command('audit', 'verify', '--json');
      assert.equal(changed.code, 1);
      const { findings } = JSON.parse(changed.stdout);
      const line = text.split('\n').findIndex((each) => each.includes('"name":"admin"')) + 1;
      assert.deepEqual(
        findings.map((each: Record<string, unknown>) => [each.what, each.file, each.line]),
        [['changed', `${file}.1`, line]],
      );
      await rm(`${file}.1`);
      const gone = await verified();
      assert.equal(gone.code, 1);
      assert.match(gone.stdout, /MISSING .*none|MISSING .*no file|REMOVED /s);
      await writeFile(`${file}.1`, text);
      assert.equal((await verified()).code, 0);
    });
  });
}

describe('where the audit file cannot be written', { timeout: 300_000 }, () => {
  const unwritable = async (audit_unwritable: string) => {
    const home = await createUnstartedHome({ logging: { audit_unwritable } });
    await rm(auditFile(home), { force: true });
    await symlink('/dev/full', auditFile(home));
    return { home, server: await home.start() };
  };
  const refusedToken = (home: TestHome) =>
    post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id: 'nobody' });

  test('the server goes on and ends as ever', async (t) => {
    const { home, server } = await unwritable('continue');
    t.after(async () => {
      await server.stop('SIGKILL');
      await home.remove();
    });
    for (let count = 0; count < 20; count++) assert.equal((await refusedToken(home)).status, 401);
    const api = adminApiOf(home.issuer);
    await server.line(/the audit file cannot be written/);
    assert.equal(items(await api.json('GET', '/events?type=token.refused')).length, 20);
    const before = Date.now();
    await server.stop();
    assert.ok(Date.now() - before < 15_000);
    const { stdout } = await home.command('events', '--type', 'audit.');
    assert.match(stdout, /audit\.file_incomplete failure/);
  });

  test('or refuses with 503 until it can be, and is told when', async (t) => {
    const { home, server } = await unwritable('refuse');
    t.after(async () => {
      await server.stop('SIGKILL');
      await home.remove();
    });
    const unavailable = await eventually(
      () => refusedToken(home),
      ({ status }) => status === 503,
    );
    assert.equal(unavailable.json().error, 'temporarily_unavailable');
    assert.equal((await call(`${home.issuer}/health/live`)).status, 200);
    assert.equal((await call(`${home.issuer}/health/ready`)).status, 503);
    assert.equal((await call(`${home.issuer}/.well-known/openid-configuration`)).status, 503);
    await rm(auditFile(home));
    await eventually(
      () => refusedToken(home),
      ({ status }) => status === 401,
    );
    await server.stop();
    const { code, stdout } = await home.command('audit', 'verify');
    assert.equal(code, 0, stdout);
  });
});

test('a full disk under standard output leaves refusals what they are', { timeout: 120_000 }, async (t) => {
  const home = await createUnstartedHome();
  const server = spawn(process.execPath, [countersignProgram(), 'serve', '--home', home.home], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'inherit'],
  });
  t.after(async () => {
    if (server.exitCode === null) {
      server.kill('SIGKILL');
      await new Promise((done) => server.once('exit', done));
    }
    await home.remove();
  });
  await eventually(
    () => call(`${home.issuer}/health/live`).then(({ status }) => status, String),
    (status) => status === 200,
  );
  for (let count = 0; count < 5; count++) {
    const refused = await post(`${home.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: 'nobody',
    });
    assert.equal(refused.status, 401);
    assert.ok(refused.headers['countersign-event-id']);
  }
  server.kill('SIGTERM');
  const code = await new Promise((done) => server.once('exit', done));
  assert.equal(code, 0);
});
