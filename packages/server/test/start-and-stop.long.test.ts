import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createIdentity } from './client-identity.ts';
import {
  countersignProgram,
  createUnstartedHome,
  type RunningCountersign,
  type TestDeployment,
} from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type Answer, call, post } from './token-client.ts';

/** A server, its probes without TLS, and a client with a certificate. */
async function started(t: TestContext, deployment: TestDeployment) {
  const health = await freePort();
  const home = await createUnstartedHome({ health: { port: health }, ...deployment });
  t.after(() => home.remove());
  const identity = await createIdentity('CN=client');
  const certificate = join(home.home, 'client.pem');
  await writeFile(certificate, identity.pem);
  const added = await home.json(
    ...['client', 'add', '--client-name', 'client', '--grant-types', 'client_credentials'],
    ...['--token-endpoint-auth-method', 'self_signed_tls_client_auth', '--certificate', certificate],
  );
  assert.ok(added !== null && typeof added === 'object' && 'client_id' in added);
  const client_id = String(added.client_id);
  const running: RunningCountersign[] = [];
  t.after(() => Promise.all(running.map((each) => each.stop('SIGKILL'))));
  return {
    home,
    start: async () => {
      const server = await home.start();
      running.push(server);
      return server;
    },
    probe: (path: string) => call(`http://127.0.0.1:${health}${path}`),
    token: (agent?: Agent) =>
      post(
        `${home.issuer}/oauth2/token`,
        { grant_type: 'client_credentials', client_id },
        agent ? { agent } : { certificate: identity },
      ),
    keepingAgent: (maxSockets: number) => new NotingAgent({ keepAlive: true, maxSockets, ...identity }),
  };
}

const exit = async ({ process: child }: RunningCountersign): Promise<number | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
};

/** Errors of connections that got no further than their handshake: the request was never sent, and may be sent elsewhere. */
const neverSent = new WeakSet<Error>();

/** Keeps connections, and notes what became of those that were not made. */
class NotingAgent extends Agent {
  override createConnection(...given: Parameters<Agent['createConnection']>) {
    const socket = super.createConnection(...given);
    const note = (error: Error) => neverSent.add(error);
    socket?.once('error', note);
    socket?.once('secureConnect', () => socket.off('error', note));
    return socket;
  }
}

test('a restart behind clients that keep their connections loses no request', {
  timeout: 60_000,
}, async (t) => {
  const { start, token, keepingAgent } = await started(t, { server: { drain_grace: 1 } });
  let server = await start();
  const agent = keepingAgent(8);
  t.after(() => agent.destroy());
  const statuses = new Map<number, number>();
  let over = false;
  t.after(() => {
    over = true;
  });
  let turnedAway = 0;
  /** A client that is refused a connection asks again; whoever has one gets an answer. */
  const client = async () => {
    while (!over) {
      const answer = await token(agent).catch(async (error: unknown): Promise<Answer | undefined> => {
        if (!(error instanceof Error && neverSent.has(error))) throw error;
        turnedAway++;
        await pause(20);
        return undefined;
      });
      if (answer) statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    }
  };
  const clients = Promise.all(Array.from({ length: 16 }, client));
  for (let round = 0; round < 2; round++) {
    await pause(500);
    server.process.kill('SIGTERM');
    assert.equal(await exit(server), 0);
    server = await start();
  }
  await pause(500);
  over = true;
  await clients;
  assert.deepEqual([...statuses.keys()], [200]);
  assert.ok(turnedAway > 0, 'nobody met a closed door');
});

test('from SIGTERM on a server says that it ends, and answers while it does', async (t) => {
  const { home, start, probe, token, keepingAgent } = await started(t, { server: { drain_grace: 2 } });
  const server = await start();
  const agent = keepingAgent(1);
  t.after(() => agent.destroy());
  assert.equal((await probe('/health/ready')).status, 200);
  assert.equal((await token(agent)).headers.connection, 'keep-alive');
  server.process.kill('SIGTERM');
  const notReady = await eventually(
    () => probe('/health/ready'),
    ({ status }) => status === 503,
    1_000,
  );
  assert.deepEqual(notReady.json(), { status: 'draining' });
  assert.equal(notReady.headers.connection, 'close');
  const last = await token(agent);
  assert.equal(last.connection, 'kept');
  for (const answer of [
    last,
    await token(),
    await call(`${home.issuer}/health/ready`),
    await call(`${home.issuer}/nowhere`),
  ]) {
    assert.equal(answer.headers.connection, 'close');
  }
  assert.equal(last.status, 200);
  assert.equal((await probe('/health/live')).status, 200);
  assert.equal(await exit(server), 0);
});

test('a second signal ends at once, and Ctrl-C asks for no grace', async (t) => {
  const { start } = await started(t, { server: { drain_grace: 60 } });
  const twice = await start();
  const stopping = twice.line(/"stopping"/);
  twice.process.kill('SIGTERM');
  await stopping;
  twice.process.kill('SIGTERM');
  assert.equal(await exit(twice), 143);
  const interrupted = await start();
  // As a terminal and npm do it.
  interrupted.process.kill('SIGINT');
  interrupted.process.kill('SIGINT');
  assert.equal(await exit(interrupted), 0);
});

test('a probe needs no certificate where every client does', async (t) => {
  const { home, start, probe } = await started(t, { 'transport.https': { clientAuth: 'require' } });
  const server = await start();
  await assert.rejects(call(`${home.issuer}/health/live`));
  const answers = await Promise.all(['/health/live', '/health/ready', '/health/ready?writes'].map(probe));
  assert.deepEqual(
    answers.map(({ status, text }) => [status, text]),
    [
      [200, '{"status":"live"}'],
      [200, '{"status":"ready"}'],
      [200, '{"status":"ready"}'],
    ],
  );
  assert.equal((await probe('/oauth2/jwks')).status, 404);
  await server.stop();
});

test('a process that waits for its database is live, not ready, and ends when it is told to', async (t) => {
  const [health, nobody] = [await freePort(), await freePort()];
  const home = await createUnstartedHome({
    health: { port: health },
    'database.identity_db': { type: 'postgres', url: `postgres://a:b@127.0.0.1:${nobody}/c` },
  });
  t.after(() => home.remove());
  const child = spawn(process.execPath, [countersignProgram(), 'serve', '--home', home.home], {
    stdio: 'ignore',
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const probe = (path: string) => call(`http://127.0.0.1:${health}${path}`);
  await eventually(
    () => probe('/health/live').catch(() => undefined),
    (answer) => answer?.status === 200,
  );
  const ready = await probe('/health/ready');
  assert.deepEqual([ready.status, ready.text], [503, '{"status":"starting"}']);
  assert.equal((await call(`${home.issuer}/health/live`)).status, 200);
  const early = await post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials' });
  assert.deepEqual(
    [early.status, early.headers['retry-after'], early.headers.connection, early.json().error],
    [503, '5', 'close', 'temporarily_unavailable'],
  );
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('SIGHUP takes up deployment.toml and goes on in a new audit file', async (t) => {
  const { home, start, token } = await started(t, {});
  const server = await start();
  const file = join(home.home, 'repository/logs/audit.log');
  await rename(file, `${file}.moved`);
  await home.editDeployment((text) => `${text}\n[oauth]\naccess_token_lifetime = 77\n`);
  server.process.kill('SIGHUP');
  await eventually(
    async () => (await token()).json().expires_in,
    (lifetime) => lifetime === 77,
    900,
  );
  await server.stop();
});
