import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The server's Prometheus metrics; one registry a server, so that several can run in one process. */
export type Metrics = {
  readonly registry: Registry;
  /** Everything that happened, by event type, outcome and cause. */
  readonly events: Counter<'type' | 'outcome' | 'because'>;
  /** Events a flood kept out of the database; log and audit file have them. */
  readonly eventsDropped: Counter;
  readonly connections: Gauge;
  /** Client certificate headers that were not believed, by header name. */
  readonly certificateHeadersDropped: Counter<'header'>;
};

/** Makes an empty registry with this server's metrics and those of the Node.js process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    events: new Counter({
      name: 'countersign_events_total',
      help: 'What happened, by event type, outcome and cause.',
      labelNames: ['type', 'outcome', 'because'],
      registers: [registry],
    }),
    eventsDropped: new Counter({
      name: 'countersign_events_dropped_total',
      help: 'Events that were logged but not stored because the database could not keep up.',
      registers: [registry],
    }),
    connections: new Gauge({
      name: 'countersign_connections',
      help: 'Open TLS connections.',
      registers: [registry],
    }),
    certificateHeadersDropped: new Counter({
      name: 'countersign_certificate_headers_dropped_total',
      help: 'Client certificate headers that came from no trusted proxy or in another format, by header name.',
      labelNames: ['header'],
      registers: [registry],
    }),
  };
}
