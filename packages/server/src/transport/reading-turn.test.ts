import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { beginTogether } from './reading-turn.ts';

/** Two requests that come in one piece, at a server that tells `onRead` of each as soon as it is read. @returns all it answered */
async function twoAtOnce(
  context: TestContext,
  handler: RequestListener,
  onRead: (request: IncomingMessage) => void,
): Promise<string> {
  const server = createServer(beginTogether(handler));
  server.prependListener('request', onRead);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const address = server.address();
  assert.ok(address && typeof address === 'object');
  const socket = connect(address.port, '127.0.0.1');
  let answered = '';
  socket.on('data', (octets: Buffer) => {
    answered += octets.toString();
  });
  socket.write('GET /1 HTTP/1.1\r\nhost: x\r\n\r\nGET /2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
  return answered;
}

describe('requests that one turn reads', () => {
  it('begin once all of them are read, in the order they came', async (context) => {
    const order: string[] = [];
    const answered = await twoAtOnce(
      context,
      (request, response) => {
        order.push(`begin ${request.url}`);
        response.end(`answer to ${request.url}`);
      },
      (request) => order.push(`read ${request.url}`),
    );
    assert.deepEqual(order, ['read /1', 'read /2', 'begin /1', 'begin /2']);
    assert.match(answered, /answer to \/1[\s\S]*answer to \/2/);
  });

  it('have the address of their connection where it has ended meanwhile', async (context) => {
    const begun: unknown[] = [];
    const both = Promise.withResolvers<void>();
    await twoAtOnce(
      context,
      ({ socket: { remoteAddress, destroyed } }) => {
        begun.push({ remoteAddress, destroyed });
        if (begun.length === 2) both.resolve();
      },
      (request) => {
        // The listener of the second request runs after the first was taken up and before either begins.
        if (request.url === '/2') process.nextTick(() => request.socket.destroy());
      },
    );
    await both.promise;
    assert.deepEqual(begun, [
      { remoteAddress: '127.0.0.1', destroyed: true },
      { remoteAddress: '127.0.0.1', destroyed: true },
    ]);
  });
});
