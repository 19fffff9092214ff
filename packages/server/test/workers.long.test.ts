import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createUnstartedHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { causeOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { clientAssertion, createClientKey } from './request-object.ts';
import { call, post } from './token-client.ts';

const GUESSES = 4;
const WAITING = 5;
const GRACE_S = 1;
/** How long workers may take to start beside everything else that the machine does. */
const START_MS = 90_000;

/** How often the events of this kind were logged by each worker. */
function linesByWorker(output: string, type: string): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const line of output.split('\n')) {
    if (!line.includes(`"type":"${type}"`)) continue;
    const { worker }: { worker: number } = JSON.parse(line);
    counts.set(worker, (counts.get(worker) ?? 0) + 1);
  }
  return counts;
}

for (const database of DATABASES) {
  describe(`workers on ${database.name}`, { skip: database.skip, timeout: 300_000 }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let admin: AdminApi;
    let metricsPort: number;
    let healthPort: number;
    let closeDatabase = async () => {};
    let intermediate: Identity;
    let leaf: Identity;
    let chained: string;

    before(async () => {
      const opened = await database.open();
      closeDatabase = opened.close;
      metricsPort = await freePort();
      healthPort = await freePort();
      home = await createUnstartedHome({
        ...opened.deployment,
        server: { drain_grace: GRACE_S },
        metrics: { enable: true, port: metricsPort },
        health: { port: healthPort },
        account_lock: { max_failed_attempts: GUESSES },
        oauth: { waiting_requests_per_address: WAITING },
        console: { enable: true },
        logging: { level: 'debug' },
      });
      server = await home.start(undefined, undefined, '--workers', '2');
      admin = adminApiOf(home.issuer);
      const root = await createIdentity('CN=root', { usage: 'ca' });
      intermediate = await createIdentity('CN=intermediate', { usage: 'ca', issuer: root });
      leaf = await createIdentity('CN=leaf', { issuer: intermediate });
      const { client_id } = await admin.register({
        client_name: 'leaf',
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=leaf',
        grant_types: ['client_credentials'],
      });
      chained = client_id;
      await admin.json('POST', '/truststore/certificates', { content: root.pem, alias: 'root' });
    });
    after(async () => {
      await server?.stop('SIGKILL');
      await home?.remove();
      await closeDatabase();
    });

    const token = (form: Readonly<Record<string, string>>, agent?: Agent) =>
      post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...form }, agent && { agent });
    const bySecret = ({ client_id, client_secret }: Registered) => token({ client_id, client_secret });
    const secretClient = (metadata: Readonly<Record<string, unknown>> = {}) =>
      admin.register({ client_name: 'c', token_endpoint_auth_method: 'client_secret_post', ...metadata });
    const many = <T>(count: number, work: (index: number) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_, index) => work(index)));
    const metric = async (pattern: RegExp): Promise<number> => {
      const { text } = await call(`http://127.0.0.1:${metricsPort}/metrics`);
      const lines = text.split('\n').filter((line) => pattern.test(line));
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    };
    const issued = () => metric(/^countersign_events_total\{type="token\.issued"/);
    /** The process of a worker, of those that are there or, with `fresh`, of one that is not yet. */
    const pids = () =>
      Array.from(server.output().matchAll(/"worker":(\d+),"pid":(\d+)/g), ([, , pid]) => Number(pid));
    const kill = (pid: number | undefined) => {
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
    };
    const served = (count: number) =>
      eventually(
        () => metric(/^countersign_workers /),
        (n) => n === count,
        START_MS,
      );

    test('a certificate that was imported a moment ago counts at each worker', async () => {
      const answers = await many(6, () =>
        token({ client_id: chained }, new Agent({ ...leaf, keepAlive: false })),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]), answers[0]?.text);
    });

    for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
      test(`${maxVersion}: a session is resumed at the other worker, with the chain that it began with`, async () => {
        const agent = new Agent({ ...leaf, keepAlive: false, maxVersion });
        const before = linesByWorker(server.output(), 'token.issued');
        const served = () => {
          const now = linesByWorker(server.output(), 'token.issued');
          return [...now]
            .map(([worker, count]) => count - (before.get(worker) ?? 0))
            .filter((count) => count > 0);
        };
        const answers = [await token({ client_id: chained }, agent)];
        // Who accepts a connection is whoever has time.
        for (let turn = 0; turn < 100 && (turn < 4 || served().length < 2); turn++) {
          answers.push(...(await many(3, () => token({ client_id: chained }, agent))));
        }
        assert.equal(served().length, 2);
        assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
        const [first, ...others] = answers.map(({ connection }) => connection);
        assert.deepEqual([first, new Set(others)], ['new', new Set(['resumed'])]);
      });
    }

    test('a change made at one is seen at the other', async () => {
      const client = await secretClient();
      assert.deepEqual(
        (await many(6, () => bySecret(client))).map(({ status }) => status),
        Array(6).fill(200),
      );
      await admin.update(client.client_id, { enabled: false });
      await eventually(
        async () => (await many(6, () => bySecret(client))).map(({ status }) => status),
        (statuses) => statuses.every((status) => status === 401),
        2_000,
      );
    });

    test('one assertion, presented 50 times at once, is accepted once', async () => {
      const key = createClientKey();
      const { client_id } = await admin.register({
        client_name: 'asserting',
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: key.jwks,
      });
      const proof = await clientAssertion(key, client_id, home.issuer);
      const answers = await many(50, () => token({ client_id, ...proof }));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      for (const answer of answers.filter(({ status }) => status !== 200)) {
        assert.equal(await causeOf(server, answer), 'client_assertion_replayed');
      }
    });

    test('what several workers import into the trust store in the same moment is all there, at each of them', async () => {
      const names = Array.from({ length: 8 }, (_, index) => `imported-${index}`);
      const roots = await Promise.all(names.map((name) => createIdentity(`CN=${name}`, { usage: 'ca' })));
      await many(names.length, (index) =>
        admin.json('POST', '/truststore/certificates', { content: roots[index]?.pem, alias: names[index] }),
      );
      for (const listed of await many(6, () => admin.json('GET', '/truststore'))) {
        const text = JSON.stringify(listed);
        assert.deepEqual(
          names.filter((name) => !text.includes(`"${name}"`)),
          [],
        );
      }
    });

    test('guesses are counted over workers, exactly', async () => {
      const client = await secretClient({ grant_types: ['password'] });
      await admin.json('POST', '/users', { username: 'alice', password: 'the password of alice' });
      const answers = await many(16, () =>
        token({ ...client, grant_type: 'password', username: 'alice', password: 'wrong' }),
      );
      const causes = await Promise.all(answers.map((answer) => causeOf(server, answer)));
      assert.equal(causes.filter((cause) => cause === 'password_wrong').length, GUESSES, causes.join());
      assert.equal(causes.filter((cause) => cause === 'guessing_limited').length, 16 - GUESSES);
    });

    test('what ends is measured by the supervisor, once', async () => {
      const text = await eventually(
        async () => (await call(`http://127.0.0.1:${metricsPort}/metrics`)).text,
        (metrics) => metrics.includes('countersign_watched_ends_in_seconds{kind="server"}'),
      );
      const [, left] = /^countersign_watched_ends_in_seconds\{kind="server"\} (\S+)$/m.exec(text) ?? [];
      const days = Number(left) / 86_400;
      assert.ok(days > 800 && days < 830, `${days} days, and not those of several processes added up`);
    });

    test('metrics are those of all workers together', async () => {
      const client = await secretClient();
      const before = await issued();
      await many(10, () => bySecret(client));
      assert.equal((await issued()) - before, 10);
      assert.equal(await metric(/^countersign_workers /), 2);
      assert.equal(await metric(/^countersign_audit_writable /), 1);
    });

    test('a worker that is killed under load is replaced, and nothing acknowledged is lost', async () => {
      const device = await admin.register({
        client_name: 'device',
        token_endpoint_auth_method: 'none',
        grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      });
      const begin = () => post(`${home.issuer}/oauth2/device_authorize`, { client_id: device.client_id });
      const begun = await many(12, begin);
      assert.equal(begun.filter(({ status }) => status === 200).length, WAITING, 'exact over workers');
      const issuedBefore = await issued();

      const acknowledged: Registered[] = [];
      let ended = false;
      const stream = async () => {
        while (!ended)
          await secretClient().then(
            (client) => acknowledged.push(client),
            () => {},
          );
      };
      const streams = [stream(), stream(), stream()];
      await eventually(
        async () => acknowledged.length,
        (count) => count >= 5,
      );
      kill(pids().at(-1));
      await server.line(/"type":"worker\.ended".*SIGKILL/);
      await served(2);
      const count = acknowledged.length;
      await eventually(
        async () => acknowledged.length,
        (now) => now >= count + 5,
      );
      ended = true;
      await Promise.all(streams);

      for (const client of acknowledged) assert.equal((await bySecret(client)).status, 200, client.client_id);
      assert.equal((await begin()).status, 429, 'the count outlived its worker');
      assert.ok(
        (await issued()) >= issuedBefore + acknowledged.length,
        'so did what it had counted for metrics',
      );
    });

    test('a roll under load loses no request, and takes up what needs a restart', async () => {
      const client = await secretClient();
      assert.equal((await call(`${home.issuer}/console/`)).status, 200);
      await home.editDeployment((text) =>
        text.replace(/^\[console\]\nenable = true$/m, '[console]\nenable = false'),
      );
      await server.line(/configuration\.needs_restart/);

      let ended = false;
      let asked = 0;
      const failures: unknown[] = [];
      const { client_id, client_secret } = client;
      const stream = async (agent: Agent) => {
        while (!ended) {
          asked++;
          await token({ client_id, client_secret }, agent).then(
            (answer) => answer.status === 200 || failures.push(answer.text),
            (error) => failures.push(error),
          );
        }
      };
      const streams = [
        ...Array.from({ length: 2 }, () => stream(new Agent({ keepAlive: true, maxSockets: 1 }))),
        ...Array.from({ length: 2 }, () => stream(new Agent({ keepAlive: false }))),
      ];
      const before = pids();
      server.process.kill('SIGUSR2');
      await eventually(
        async () => pids().length,
        (count) => count === before.length + 2,
        START_MS,
      );
      await served(2);
      await pause(GRACE_S * 1000);
      ended = true;
      await Promise.all(streams);
      assert.deepEqual(failures, [], `of ${asked}`);
      assert.ok(asked > 20);
      assert.equal((await call(`${home.issuer}/console/`)).status, 404);
    });

    test('a configuration with which no worker starts stops the roll', async () => {
      const before = pids();
      const good = await readFile(home.deploymentFile, 'utf8');
      await writeFile(home.deploymentFile, `${good}\n[no_such_section]\nkey = 1\n`);
      server.process.kill('SIGUSR2');
      assert.match(await server.line(/"type":"worker\.roll_stopped"/), /no_such_section/);
      // What the supervisor goes by as well is not a worker's to change.
      await writeFile(
        home.deploymentFile,
        good.replace(/^\[logging\]$/m, '[logging]\naudit_file_size = 1000000'),
      );
      server.process.kill('SIGUSR2');
      assert.match(
        await server.line(/"type":"worker\.roll_stopped".*\[logging\]/),
        /restart of the whole service/,
      );
      await writeFile(home.deploymentFile, good);
      assert.equal(pids().length, before.length);
      assert.equal(await metric(/^countersign_workers /), 2);
      assert.equal((await call(`${home.issuer}/health/ready`)).status, 200);
    });

    test('SIGTERM drains all workers, and the audit chain has what each of them wrote', async () => {
      server.process.kill('SIGTERM');
      await eventually(
        async () => (await call(`http://127.0.0.1:${healthPort}/health/ready`)).status,
        (status) => status === 503,
      );
      for (const { status, headers } of await many(4, () => call(`${home.issuer}/health/ready`))) {
        assert.deepEqual([status, headers.connection], [503, 'close']);
      }
      const [code] = await once(server.process, 'exit');
      assert.equal(code, 0);
      const verified = await home.command('audit', 'verify');
      assert.equal(verified.code, 0, verified.stdout + verified.stderr);
      const audit = await readFile(join(home.home, 'repository/logs/audit.log'), 'utf8');
      const logged = [...linesByWorker(server.output(), 'client.created').values()];
      const written = audit.split('\n').filter((line) => line.includes('"client.created"')).length;
      assert.ok(logged.length >= 2, 'several workers made clients');
      const sum = logged.reduce((total, count) => total + count, 0);
      // What a kill caught on its way to the file is in the database, and comes into it when that is looked after.
      assert.ok(written <= sum && written >= sum - 3, `${written} of ${sum}`);
    });
  });
}

test('workers read the PROXY protocol, each on its own connections', { timeout: 120_000 }, async (t) => {
  const home = await createUnstartedHome({
    logging: { level: 'debug' },
    'transport.proxy': { trusted_addresses: ['127.0.0.1'], proxy_protocol: true },
  });
  t.after(() => home.remove());
  const server = await home.start(undefined, undefined, '--workers', '2');
  t.after(() => server.stop('SIGKILL'));
  /** What a client of that address is answered through a load balancer, on a connection of its own. */
  const askedBy = async (address: string) => {
    const tcp = connectTcp(home.port, '127.0.0.1');
    tcp.write(`PROXY TCP4 ${address} 192.0.2.1 40000 443\r\n`);
    const form = 'grant_type=client_credentials&client_id=nobody';
    const socket = connectTls({ socket: tcp, rejectUnauthorized: false });
    socket.write(
      [
        'POST /oauth2/token HTTP/1.1',
        'Host: localhost',
        'Connection: close',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${form.length}`,
        '',
        form,
      ].join('\r\n'),
    );
    return text(socket);
  };
  const linesOf = (address: string) =>
    server
      .output()
      .split('\n')
      .filter((line) => line.includes('"type":"token.refused"') && line.includes(`"${address}"`));
  const seen = new Map<unknown, string>();
  for (let turn = 1; seen.size < 2 && turn < 80; turn++) {
    const addresses = [1, 2, 3].map((of) => `198.51.100.${turn * 3 + of}`);
    for (const answer of await Promise.all(addresses.map(askedBy))) assert.match(answer, /^HTTP\/1\.1 401 /);
    for (const address of addresses) {
      const lines = await eventually(
        async () => linesOf(address),
        ({ length }) => length > 0,
      );
      for (const line of lines) seen.set(JSON.parse(line).worker, address);
    }
  }
  assert.equal(seen.size, 2, 'both answered, and knew whom');
  await assert.rejects(call(home.issuer), 'who says nothing of himself is no load balancer');
});

test('a start that fails says why, once', async (t) => {
  const home = await createUnstartedHome();
  t.after(() => home.remove());
  assert.equal((await home.command('serve', '--workers', '0')).code, 2);
  const other = await home.start();
  t.after(() => other.stop());
  const { code, stderr } = await home.command('serve', '--workers', '2');
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`^countersign: port ${home.port} of \\S+ is in use already`, 'm'));
});
