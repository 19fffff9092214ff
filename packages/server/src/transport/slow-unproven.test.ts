import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import type { Origin } from '../client-authentication/origin.ts';
import { Allowance } from './allowance.ts';
import { slowUnproven } from './slow-unproven.ts';
import { createUnprovenWork } from './unproven-work.ts';

/** A server with a clock of the test's, what it handled and what was recorded. */
async function serving(t: TestContext) {
  const at = { now: 1_000_000, handled: 0, recorded: [] as string[] };
  const clock = () => at.now;
  const allowance = new Allowance(clock, () => 1);
  const events = {
    recordSampled: (
      type: string,
      outcome: string,
      _draft: () => unknown,
      { because }: { readonly because?: string } = {},
    ) => {
      at.recorded.push(`${type} ${outcome} ${because}`);
      return undefined;
    },
  };
  const work = createUnprovenWork(events, clock, allowance);
  const app = Fastify({ forceCloseConnections: true });
  app.decorateRequest('origin');
  app.addHook('onRequest', (request, _reply, done) => {
    const remote_address = String(request.headers['x-address'] ?? '127.0.0.1');
    request.setDecorator<Origin>('origin', { kind: 'no-certificate', remote_address });
    done();
  });
  slowUnproven(app, { work, events });
  app.get('/health', () => {
    at.handled++;
    return 'ok';
  });
  app.post('/oauth2/token', (request) => {
    at.handled++;
    request.is_authenticated = true;
    return 'token';
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  /** Strangers have no time left, as when somebody proven is served. */
  const exhaust = () => {
    allowance.leaveTime();
    allowance.spend(100_000);
  };
  const left = () => {
    allowance.leaveTime();
    allowance.spend(31);
    const wait = allowance.wait();
    allowance.spend(-31);
    return wait;
  };
  return { at, url, exhaust, left };
}

/** Asks on one connection that is kept. */
function keeping(t: TestContext, url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: '127.0.0.1' });
  t.after(() => agent.destroy());
  return (method: string, path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}${path}`, { method, agent }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      });
      sent.once('error', reject);
      sent.end();
    });
}

test('a stranger waits for its turn, and is not read from meanwhile', async (t) => {
  const { at, url, exhaust } = await serving(t);
  exhaust();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n');
  await new Promise((go) => setTimeout(go, 100));
  assert.equal(at.handled, 0);
  at.now += 2_000;
  await once(socket, 'data');
  assert.equal(at.handled, 1);
});

test('what waited too long is refused, and told when to come back', async (t) => {
  const { at, url, exhaust } = await serving(t);
  exhaust();
  const asked = fetch(`${url}/health`);
  await new Promise((go) => setTimeout(go, 100));
  at.now += 5_001;
  const refused = await asked;
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '5');
  assert.equal(refused.headers.get('connection'), 'close');
  assert.deepEqual(await refused.json(), {
    error: 'temporarily_unavailable',
    error_description: 'Too much was asked from this address; try again later.',
  });
  assert.equal(at.handled, 0);
  assert.deepEqual(at.recorded, ['request.refused refused unproven_work_limited']);
});

test('what ends in a token costs nothing, what does not costs, and a large body more', async (t) => {
  const { url, left } = await serving(t);
  const before = left();
  for (let times = 0; times < 20; times++) await fetch(`${url}/oauth2/token`, { method: 'POST' });
  assert.equal(Math.round(left()), Math.round(before));
  // Another address than that of the connection, which has proven itself.
  const headers = { 'x-address': '192.0.2.1' };
  for (let times = 0; times < 20; times++) await (await fetch(`${url}/nothing`, { headers })).text();
  const small = left();
  assert.ok(small >= before + 8 / 0.3, 'twenty requests of 0.4 ms');
  await fetch(`${url}/nothing`, { method: 'POST', headers, body: 'x'.repeat(900_000) });
  assert.ok(left() >= small + 22 / 0.3, '22 milliseconds of octets');
});

test('a connection that has proven who is at its other end does not wait for others of its address', async (t) => {
  const { at, url, exhaust } = await serving(t);
  const ask = keeping(t, url);
  assert.equal(await ask('POST', '/oauth2/token'), 200);
  // Until the proof counts for no new connection of the address.
  at.now += 600_000;
  exhaust();
  assert.equal(await ask('POST', '/oauth2/token'), 200);
  assert.equal(await ask('GET', '/health'), 200);
  const other = fetch(`${url}/health`);
  await new Promise((go) => setTimeout(go, 100));
  assert.equal(at.handled, 3);
  at.now += 2_000;
  assert.equal((await other).status, 200);
});
