import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EVENT_ID_HEADER } from '../event/event-id.ts';
import type { TraceHeaders, Tracing } from '../telemetry/tracing.ts';

/** What requests are traced with. */
export type TracedRequests = {
  readonly tracing: Pick<Tracing, 'begin'>;
  /** The issuer: what this server is called, whatever a request calls it. */
  readonly issuer: string;
  /** Whether a peer is believed when it says which trace a request belongs to. */
  isFromProxy(request: IncomingMessage): boolean;
};

/** Probes come every few seconds, and tell nothing. */
const isProbe = ({ routeOptions: { url } }: FastifyRequest): boolean => url?.startsWith('/health') ?? false;

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;

const eventIdOf = (header: unknown): string | undefined => (typeof header === 'string' ? header : undefined);

/** The trace that a request goes on with: what anybody but a trusted proxy says of it counts for nothing. */
function traceOf({ raw }: FastifyRequest, { isFromProxy }: TracedRequests): TraceHeaders | undefined {
  const { traceparent, tracestate } = raw.headers;
  if (typeof traceparent !== 'string' || !isFromProxy(raw)) return undefined;
  return { traceparent, tracestate: textOf(tracestate) };
}

/**
 * Has every request to `app` that finds a route, or none, be traced: from here until its answer is sent, or its connection
 * gone. To be called once origins are decided and before anything else is added. Of the path no more than the route is told,
 * for it may name people.
 */
export function traceRequests(app: FastifyInstance, traced: TracedRequests): void {
  const { hostname, port, protocol } = new URL(traced.issuer);
  const server = {
    'url.scheme': protocol.slice(0, -1),
    'server.address': hostname,
    'server.port': Number(port || 443),
  };
  app.addHook('onRequest', (request, reply, done) => {
    if (isProbe(request)) {
      done();
      return;
    }
    const { method, origin } = request;
    const route = request.is404 ? undefined : request.routeOptions.url;
    const attributes = {
      ...server,
      'http.request.method': method,
      'http.route': route,
      'client.address': origin.remote_address,
      'network.protocol.version': request.raw.httpVersion,
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = traced.tracing.begin(name, attributes, traceOf(request, traced));
    if (span === undefined) {
      done();
      return;
    }
    reply.raw.once('close', () => {
      const { statusCode, headersSent, writableFinished } = reply.raw;
      const event_id = eventIdOf(reply.raw.getHeader(EVENT_ID_HEADER));
      const cause = request.refused_because ?? (writableFinished ? undefined : 'aborted');
      span.end(
        {
          'http.response.status_code': headersSent ? statusCode : undefined,
          'countersign.client_id': request.client_id,
          ...(event_id !== undefined && { 'countersign.event_id': event_id }),
          'error.type': cause ?? (statusCode >= 500 ? String(statusCode) : undefined),
        },
        headersSent && statusCode >= 500,
      );
    });
    span.run(() => {
      // A body that comes later is told of in the context of its connection: what reads it belongs to this request.
      const { raw } = request;
      raw.emit = AsyncResource.bind(raw.emit.bind(raw));
      done();
    });
  });
}
