import { Counter, Gauge, Registry } from 'prom-client';
import { CacheUses } from '../cache-use.ts';
import { CAUSES } from '../refusal/causes.ts';
import { type Counts, createCounts } from './counts.ts';
import { createDurations, type Durations } from './durations.ts';
import { measureProcess } from './process-metrics.ts';

/** How a request, or what was asked of others, ended. */
export type Outcome = 'success' | 'refused' | 'failure';

/** The server's Prometheus metrics; one registry a server, so that several can run in one process. */
export type Metrics = {
  readonly registry: Registry;
  /** Everything that happened, by event type, outcome and cause. */
  readonly events: Counts<'type' | 'outcome' | 'because'>;
  /** What was refused or failed, by its cause; each cause is there from the start, so that the first of its kind is a rise. */
  readonly refusals: Counts<'because'>;
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
  /** Seconds from the first line of a request to the last byte of its answer, by the name of the endpoint. */
  readonly requestDuration: Durations<'endpoint' | 'outcome'>;
  readonly connections: Gauge;
  /** TLS handshakes, by outcome and the version of TLS that was agreed on. */
  readonly handshakes: Counts<'outcome' | 'version'>;
  /** 1, or 0 while the process of a plug-in is not there, by file. */
  readonly plugInUp: Gauge<'plug_in'>;
  /** Client certificate headers that were not believed, by header name. */
  readonly certificateHeadersDropped: Counter<'header'>;
  readonly tokensIssued: Counts<'grant_type' | 'token_endpoint_auth_method'>;
  /** What was fetched from elsewhere; the outcome is `success` or the cause of its failure. */
  readonly outboundRequests: Counts<'purpose' | 'outcome'>;
  readonly outboundDuration: Durations<'purpose'>;
  /** Seconds that checks of passwords waited before argon2id began. */
  readonly passwordHashWait: Durations<never>;
  /** Caches that are to be told of. */
  readonly caches: CacheUses;
};

/** Makes an empty registry with this server's metrics and those of the Node.js process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  measureProcess(registry);
  return {
    registry,
    ...eventMetrics(registry),
    ...requestMetrics(registry),
    outboundRequests: createCounts(registry, {
      name: 'countersign_outbound_requests_total',
      help: 'Documents fetched from elsewhere, by what for; the outcome is success, or why there was none.',
      labels: ['purpose', 'outcome'],
    }),
    outboundDuration: createDurations(registry, {
      name: 'countersign_outbound_request_duration_seconds',
      help: 'How long fetching a document from elsewhere took, the wait for its turn included.',
      labels: ['purpose'],
    }),
    passwordHashWait: createDurations(registry, {
      name: 'countersign_password_hash_wait_seconds',
      help: 'How long checks of passwords waited for their turn, before argon2id began.',
      labels: [],
    }),
    caches: measuredCaches(registry),
  };
}

function eventMetrics(registry: Registry) {
  const auditWritable = new Gauge({
    name: 'countersign_audit_writable',
    help: 'Whether the audit file can be written.',
    // Of several processes each would add its own.
    aggregator: 'min',
    registers: [registry],
  });
  auditWritable.set(1);
  return {
    events: createCounts(registry, {
      name: 'countersign_events_total',
      help: 'What happened, by event type, outcome and cause.',
      labels: ['type', 'outcome', 'because'],
    }),
    refusals: refusalCounts(registry),
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
  };
}

function requestMetrics(registry: Registry) {
  return {
    requestDuration: createDurations(registry, {
      name: 'countersign_http_request_duration_seconds',
      help: 'How long requests took until they were answered, by endpoint; refused is an answer of 400 to 499 or to an application that says so, failure one of 500 or more.',
      labels: ['endpoint', 'outcome'],
    }),
    connections: new Gauge({
      name: 'countersign_connections',
      help: 'Open TLS connections.',
      registers: [registry],
    }),
    handshakes: createCounts(registry, {
      name: 'countersign_handshakes_total',
      help: 'TLS handshakes by version; refused for the certificate, or failure of TLS itself. The version of one that failed early is unknown.',
      labels: ['outcome', 'version'],
    }),
    plugInUp: new Gauge({
      name: 'countersign_plug_in_up',
      help: 'Whether the process of a plug-in serves, by file.',
      aggregator: 'min',
      labelNames: ['plug_in'] as const,
      registers: [registry],
    }),
    certificateHeadersDropped: new Counter({
      name: 'countersign_certificate_headers_dropped_total',
      help: 'Client certificate headers that came from no trusted proxy or in another format, by header name.',
      labelNames: ['header'] as const,
      registers: [registry],
    }),
    tokensIssued: createCounts(registry, {
      name: 'countersign_tokens_issued_total',
      help: 'Answers of the token endpoint with tokens, by grant type and by how the client authenticated.',
      labels: ['grant_type', 'token_endpoint_auth_method'],
    }),
  };
}

function refusalCounts(registry: Registry): Counts<'because'> {
  const counts = createCounts(registry, {
    name: 'countersign_refusals_total',
    help: 'What was refused or failed, by its cause. Each cause is there from the start.',
    labels: ['because'],
  });
  for (const because of Object.keys(CAUSES)) counts.of({ because });
  return counts;
}

function measuredCaches(registry: Registry): CacheUses {
  const caches = new CacheUses();
  new Counter({
    name: 'countersign_cache_lookups_total',
    help: 'Lookups in a cache; a miss is one that had to wait for the database, the network or a decision.',
    labelNames: ['cache', 'result'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { cache, hits, misses } of caches.told()) {
        this.inc({ cache, result: 'hit' }, hits);
        this.inc({ cache, result: 'miss' }, misses);
      }
    },
  });
  new Gauge({
    name: 'countersign_cache_entries',
    help: 'What a cache holds.',
    labelNames: ['cache'],
    registers: [registry],
    collect() {
      for (const { cache, entries } of caches.told()) this.set({ cache }, entries);
    },
  });
  return caches;
}
