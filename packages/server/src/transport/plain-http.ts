import type { Socket } from 'node:net';
import type { Server } from 'node:tls';

const BODY = 'This port speaks https. Begin the address with https:// instead of http://.\n';
const ANSWER = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${Buffer.byteLength(BODY)}`,
  'Connection: close',
  '',
  BODY,
].join('\r\n');

const keyOf = ({ remoteAddress, remotePort, localPort }: Socket): string =>
  `${remoteAddress} ${remotePort} ${localPort}`;

/**
 * Tells those who speak plain http to a TLS server that it wants https, instead of closing the connection without a word.
 * What they sent is not read. The TLS socket is unusable by then, so that the answer goes out by the accepted one, which
 * is found by its addresses, as they belong to one connection at a time.
 */
export function answerPlainHttp(server: Server): void {
  const underHandshake = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const key = keyOf(socket);
    underHandshake.set(key, socket);
    socket.once('close', () => {
      if (underHandshake.get(key) === socket) underHandshake.delete(key);
    });
  });
  server.on('secureConnection', (socket) => underHandshake.delete(keyOf(socket)));
  server.on('tlsClientError', (error, secure) => {
    const key = keyOf(secure);
    const socket = underHandshake.get(key);
    underHandshake.delete(key);
    if (!('code' in error) || error.code !== 'ERR_SSL_HTTP_REQUEST' || !socket?.writable) return;
    socket.write(ANSWER);
    socket.destroySoon();
  });
}
