import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The server's Prometheus metrics; one registry a server, so that several can run in one process. */
export type Metrics = {
  readonly registry: Registry;
  /** Everything that happened, by event type, outcome and cause. */
  readonly events: Counter<'type' | 'outcome' | 'because'>;
  /** Events a flood kept out of the database; log and audit file have them. */
  readonly eventsDropped: Counter;
  /** Events the audit file lacks. */
  readonly auditEventsMissing: Counter;
  /** 1, or 0 while the audit file cannot be written. */
  readonly auditWritable: Gauge;
  /** Audit lines that could not be sent to syslog. */
  readonly syslogFailures: Counter;
  /** Lines of the log that standard output did not take. */
  readonly logLinesDropped: Counter;
  readonly connections: Gauge;
  /** 1, or 0 while the process of a plug-in is not there, by file. */
  readonly plugInUp: Gauge<'plug_in'>;
  /** Client certificate headers that were not believed, by header name. */
  readonly certificateHeadersDropped: Counter<'header'>;
};

/** Makes an empty registry with this server's metrics and those of the Node.js process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const auditWritable = new Gauge({
    name: 'countersign_audit_writable',
    help: 'Whether the audit file can be written.',
    // Of several processes each would add its own.
    aggregator: 'min',
    registers: [registry],
  });
  auditWritable.set(1);
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
      help: 'Events that were logged but not stored because the database could not keep up, or was away for too long.',
      registers: [registry],
    }),
    auditEventsMissing: new Counter({
      name: 'countersign_audit_events_missing_total',
      help: 'Events that the audit file lacks because it could not be written.',
      registers: [registry],
    }),
    auditWritable,
    syslogFailures: new Counter({
      name: 'countersign_syslog_failures_total',
      help: 'Audit lines that could not be sent to syslog.',
      registers: [registry],
    }),
    logLinesDropped: new Counter({
      name: 'countersign_log_lines_dropped_total',
      help: 'Lines of the log that standard output did not take, for instance because its disk was full.',
      registers: [registry],
    }),
    connections: new Gauge({
      name: 'countersign_connections',
      help: 'Open TLS connections.',
      registers: [registry],
    }),
    plugInUp: new Gauge({
      name: 'countersign_plug_in_up',
      help: 'Whether the process of a plug-in serves, by file.',
      labelNames: ['plug_in'],
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
