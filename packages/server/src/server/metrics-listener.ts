import type { Registry } from 'prom-client';
import type { EventRecorder } from '../event/event-recorder.ts';
import { type PlainListener, startPlainListener } from './plain-listener.ts';

/** Serves `/metrics` on a listener of its own, so that it is never reachable where clients are. */
export const startMetricsListener = (
  registry: Pick<Registry, 'metrics' | 'contentType'>,
  where: { readonly bind: string; readonly port: number },
  events: Pick<EventRecorder, 'recordSampled'>,
): Promise<PlainListener> =>
  startPlainListener(where, events, 'answering with metrics', async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    const body = await registry.metrics().catch((error: unknown) => {
      response.writeHead(500).end();
      throw error;
    });
    response.writeHead(200, { 'content-type': registry.contentType }).end(body);
  });
