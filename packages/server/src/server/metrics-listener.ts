import { createServer } from 'node:http';
import type { Registry } from 'prom-client';

/** Serves `/metrics` on a listener of its own, so that it is never reachable where clients are. */
export async function startMetricsListener(
  registry: Registry,
  { bind, port }: { readonly bind: string; readonly port: number },
): Promise<{ close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const body = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(body);
  });
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
