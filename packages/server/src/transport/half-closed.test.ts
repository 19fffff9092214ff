import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { answerHalfClosed } from './half-closed.ts';

test('whoever ends sending with the request reads an answer that takes its time, and the connection ends', async (context) => {
  const server = createServer(async (_request, response) => {
    await delay(50);
    response.end('the answer');
  });
  answerHalfClosed(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const socket = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  let answered = '';
  socket.on('data', (octets: Buffer) => {
    answered += octets.toString();
  });
  socket.end('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'end');
  assert.match(answered, /the answer/);
});
