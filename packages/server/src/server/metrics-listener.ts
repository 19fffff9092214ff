import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Registry } from 'prom-client';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import { refuseUnreadRequests } from '../transport/refused-request.ts';

/**
 * Serves `/metrics` on a listener of its own, so that it is never reachable where clients are. What it cannot read is an
 * event as at the listeners of clients.
 */
export async function startMetricsListener(
  registry: Registry,
  { bind, port }: { readonly bind: string; readonly port: number },
  events: Pick<EventRecorder, 'recordSampled'>,
): Promise<{ close(): Promise<void> }> {
  const unread = refuseUnreadRequests({
    events,
    addressOf: (socket) => (socket instanceof Socket ? socket.remoteAddress : undefined),
    bytesFrom: (socket) => (socket instanceof Socket ? socket.bytesRead : 0),
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const body = await registry.metrics().catch((error: unknown) => {
      response.writeHead(500).end();
      throw error;
    });
    response.writeHead(200, { 'content-type': registry.contentType }).end(body);
  };
  const server = createServer(
    { requireHostHeader: false },
    unread.around(guarded('answering with metrics', events, answer)),
  );
  unread.on(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, bind, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
