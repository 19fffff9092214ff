import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import Fastify from 'fastify';
import type { Origin } from '../client-authentication/origin.ts';
import { slowUnproven } from './slow-unproven.ts';
import { createUnprovenWork, UNPROVEN_WORK_LIMITS } from './unproven-work.ts';

/** A server whose strangers' account is the test's, and what was recorded. */
async function serving(t: TestContext, options: { readonly mostHeld?: number } = {}) {
  const at = { now: 0, handled: 0, recorded: [] as string[] };
  const limits = { ...UNPROVEN_WORK_LIMITS, burst: 1000, burstOverAll: 2000 };
  const work = createUnprovenWork(
    () => at.now,
    limits,
    () => 1,
  );
  const app = Fastify({ forceCloseConnections: true });
  app.decorateRequest('origin');
  app.addHook('onRequest', (request, _reply, done) => {
    const remote_address = String(request.headers['x-address'] ?? '192.0.2.1');
    request.setDecorator<Origin>('origin', { kind: 'no-certificate', remote_address });
    done();
  });
  slowUnproven(app, {
    work,
    ...options,
    events: {
      recordSampled: (type, outcome, draft) => {
        at.recorded.push(`${type} ${outcome} ${draft().because}`);
        return undefined;
      },
    },
  });
  app.get('/health', () => {
    at.handled++;
    return 'ok';
  });
  app.post('/oauth2/token', () => {
    at.handled++;
    return 'token';
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  return { at, work, url };
}

const stranger = { remote_address: '192.0.2.1' };

test('beside too many that wait a stranger is refused, and told when to come back; others are answered', async (t) => {
  const { at, work, url } = await serving(t, { mostHeld: 0 });
  work.charge(stranger, 2000);
  const refused = await fetch(`${url}/health`);
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '5');
  assert.equal(refused.headers.get('connection'), 'close');
  assert.deepEqual(await refused.json(), {
    error: 'temporarily_unavailable',
    error_description: 'Too much was asked from this address; try again later.',
  });
  assert.equal(at.handled, 0);
  assert.deepEqual(at.recorded, ['request.refused refused unproven_work_limited']);
  assert.equal((await fetch(`${url}/health`, { headers: { 'x-address': '192.0.2.2' } })).status, 200);
});

test('one a little over is slowed to its share, and not read from meanwhile', async (t) => {
  const { at, work, url } = await serving(t);
  work.charge(stranger, 1020);
  const began = performance.now();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n');
  setTimeout(() => socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n'), 50);
  await once(socket, 'data');
  assert.ok(performance.now() - began >= 190, 'slowed by 200 ms');
  assert.ok(at.handled >= 1);
});

test('what ends in a token costs nothing, what does not costs', async (t) => {
  const { work, url } = await serving(t);
  const left = () => {
    const before = work.delayOf(stranger);
    work.charge(stranger, 1000);
    const spent = work.delayOf(stranger) - before;
    work.charge(stranger, -1000);
    return spent;
  };
  for (let times = 0; times < 20; times++) await fetch(`${url}/oauth2/token`, { method: 'POST' });
  assert.equal(left(), 0);
  work.charge(stranger, -5000);
  for (let times = 0; times < 20; times++) await (await fetch(`${url}/nothing`)).text();
  assert.ok(left() >= 80, 'twenty requests of 0.4 ms, earned back at a tenth of the time');
});

test('a connection that has proven who is at its other end does not wait for others of its address', async (t) => {
  const { at, work, url } = await serving(t, { mostHeld: 0 });
  const { port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: '127.0.0.1' });
  t.after(() => agent.destroy());
  const ask = (method: string, path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'x-address': '127.0.0.1' };
      const sent = request({ host: '127.0.0.1', port, path, method, agent, headers }, (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode));
      });
      sent.once('error', reject);
      sent.end();
    });
  assert.equal(await ask('POST', '/oauth2/token'), 200);
  work.charge({ remote_address: '127.0.0.1' }, 5000);
  assert.equal(await ask('POST', '/oauth2/token'), 200);
  const other = await fetch(`${url}/health`, { headers: { 'x-address': '127.0.0.1' } });
  assert.equal(other.status, 429);
  assert.equal(at.handled, 2);
});
