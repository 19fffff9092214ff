import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { recorderInto } from '../../test/recorder-into.ts';
import { refuseUnreadRequests } from './refused-request.ts';

/** A server that refuses what it cannot read, and where it listens. */
async function refusing(t: TestContext): Promise<{ readonly server: Server; readonly port: number }> {
  const unread = refuseUnreadRequests({
    events: recorderInto([]),
    addressOf: () => '192.0.2.1',
    bytesFrom: (socket) => (socket instanceof Socket ? socket.bytesRead : 0),
  });
  const server = createServer(
    { requireHostHeader: false },
    unread.around((_request, response) => response.end('read')),
  );
  unread.on(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  return { server, port: address.port };
}

const BOUNDED = { timeout: 20_000 };
const PIECE = `X-Mark: ${'Mark'.repeat(5_000)}\r\n`;

test(
  'whoever goes on sending what is too large reads why it is refused once all is sent',
  BOUNDED,
  async (t) => {
    const { port } = await refusing(t);
    const socket = connect({ port, host: '127.0.0.1' });
    const failed: Error[] = [];
    socket.on('error', (error) => failed.push(error));
    const closed = once(socket, 'close');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
    for (let piece = 0; piece < 10; piece++) {
      socket.write(PIECE);
      await delay(15);
    }
    let answered = '';
    socket.on('data', (octets: Buffer) => {
      answered += octets.toString();
    });
    await closed;
    assert.match(answered, /^HTTP\/1\.1 431 /);
    assert.equal(answered.split('HTTP/1.1').length, 2, 'one answer');
    assert.deepEqual(failed, []);
  },
);

test('whoever sends on and on is waited for no longer than for some octets', BOUNDED, async (t) => {
  const { server, port } = await refusing(t);
  const ended = new Promise<number>((resolve) =>
    server.once('connection', (socket: Socket) => socket.once('close', () => resolve(socket.bytesRead))),
  );
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n');
  while (!socket.destroyed) {
    socket.write(PIECE);
    await delay(1);
  }
  const octets = await ended;
  assert.ok(octets > 250_000 && octets < 1_000_000, `${octets} octets`);
});

test('whoever keeps the connection open is waited for no longer than a second', BOUNDED, async (t) => {
  const { port } = await refusing(t);
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write('Mark\r\n\r\n');
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 400 /);
  const refusedAt = performance.now();
  // Its own half stays open: what it sends then finds nobody.
  const [error] = await Promise.all([
    once(socket, 'error'),
    (async () => {
      for (; !socket.destroyed; await delay(50)) socket.write('x');
    })(),
  ]);
  assert.ok(error);
  const waited = performance.now() - refusedAt;
  assert.ok(waited > 500 && waited < 5_000, `${waited} ms`);
});
