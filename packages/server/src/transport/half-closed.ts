import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';

/**
 * Answers those who say with their request that nothing more will come, and go on reading: `close_notify` ends one direction
 * (RFC 8446 §6.1). Node.js would end the other too, and an answer that is not out by then is lost. To be called before the
 * server has connections.
 */
export function answerHalfClosed(server: Server): void {
  // Its connection ends with the answer (`http.Server`).
  Object.assign(server, { httpAllowHalfOpen: true });
  // Not before the handshake: whoever goes away meanwhile is gone.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    socket.allowHalfOpen = true;
  });
}
