import type { Socket } from 'node:net';
import { EVENT_ID_HEADER } from '../event/event-id.ts';

const BODY = 'This port speaks https. Begin the address with https:// instead of http://.\n';

/**
 * Tells those who speak plain http to a TLS server that it wants https, instead of closing the connection without a word.
 * What they sent is not read.
 * @param socket the accepted one; that of TLS is unusable by then
 */
export function answerPlainHttp(socket: Socket, event_id: string | undefined): void {
  if (!socket.writable) return;
  const answer = [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(BODY)}`,
    'Connection: close',
    ...(event_id === undefined ? [] : [`${EVENT_ID_HEADER}: ${event_id}`]),
    '',
    BODY,
  ];
  socket.write(answer.join('\r\n'));
  socket.destroySoon();
}
