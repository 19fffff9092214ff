import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { pipeline, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { selfSigned } from '../../test/https-on-loopback.ts';
import { Present } from './present.ts';
import { endSlowReaders } from './slow-readers.ts';

const identity = await selfSigned('loopback', ['localhost']);
const MEGABYTES = 40;

/** A server that answers with more than the sockets' buffers hold, and whom it gave up. */
async function serving(t: TestContext) {
  const given: number[] = [];
  const server = createServer({ cert: identity.pem, key: identity.key }, (_request, response) => {
    const pieces = Array.from({ length: MEGABYTES * 16 }, () => Buffer.alloc(65_536));
    pipeline(Readable.from(pieces), response, () => {});
  });
  const open = new Present<TLSSocket>();
  server.on('secureConnection', (socket) => void socket.once('close', open.enter(socket)));
  endSlowReaders(server, {
    open: () => open.now(),
    timeoutMs: 500,
    leastRate: 2 ** 30,
    events: { recordSampled: (type) => assert.fail(type) },
    onEnded: (_socket, unread) => given.push(unread),
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const ask = async () => {
    const socket = connect({ port: address.port, host: '127.0.0.1', rejectUnauthorized: false });
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    await once(socket, 'secureConnect');
    socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
    return socket;
  };
  return { given, ask };
}

test('a peer that does not read its answer is not waited for', async (t) => {
  const { given, ask } = await serving(t);
  const socket = await ask();
  socket.pause();
  const closed = once(socket, 'close');
  while (given.length === 0) await new Promise((go) => setTimeout(go, 50));
  assert.ok((given[0] ?? 0) > 0);
  socket.resume();
  await closed;
});

test('one that reads slowly, and on, gets all of it', async (t) => {
  const { given, ask } = await serving(t);
  const socket = await ask();
  let received = 0;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 1);
  });
  while (received < MEGABYTES * 1024 ** 2) {
    assert.deepEqual(given, []);
    await new Promise((go) => setTimeout(go, 50));
  }
});
