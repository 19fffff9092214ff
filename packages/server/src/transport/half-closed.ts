import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { TLSSocket } from 'node:tls';

/**
 * Answers those who say with their request that nothing more will come, and go on reading: each direction of a connection
 * ends by itself (RFC 9293 §3.6), in TLS too (RFC 8446 §6.1). Node.js would end the other one as well, and an answer that
 * is not out by then is lost. To be called before the server has connections.
 */
export function answerHalfClosed(server: Server | HttpsServer): void {
  // Its connection ends with the answer (`http.Server`).
  Object.assign(server, { httpAllowHalfOpen: true });
  // Not before the handshake: whoever goes away meanwhile is gone.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    socket.allowHalfOpen = true;
  });
}
