import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import { endingAnswers } from '../transport/ending-answers.ts';
import { answerHalfClosed } from '../transport/half-closed.ts';
import { refuseUnreadRequests } from '../transport/refused-request.ts';

/** A listener without TLS, for what never goes to clients. */
export type PlainListener = {
  /** From here on every answer ends its connection. */
  drain(): void;
  close(): Promise<void>;
};

/**
 * Starts one. What it cannot read is an event as at the listeners of clients.
 * @param what names its work in events: `answering with metrics`
 * @throws the error of a port in use
 */
export async function startPlainListener(
  { bind, port }: { readonly bind: string; readonly port: number },
  events: Pick<EventRecorder, 'recordSampled'>,
  what: string,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<PlainListener> {
  const unread = refuseUnreadRequests({
    events,
    addressOf: (socket) => (socket instanceof Socket ? socket.remoteAddress : undefined),
    bytesFrom: (socket) => (socket instanceof Socket ? socket.bytesRead : 0),
  });
  const server = createServer({ requireHostHeader: false }, unread.around(guarded(what, events, answer)));
  answerHalfClosed(server);
  const drain = endingAnswers(server);
  unread.on(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bind, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    drain,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
