import type { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Context,
  ROOT_CONTEXT,
  type Attributes as SdkAttributes,
  SpanKind as SdkSpanKind,
  type Span,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { ProtobufTraceSerializer, TraceExporterMetricsHelper } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createOtlpExporter } from './otlp-exporter.ts';
import type { ActiveSpan, Attributes, Note, SpanKind } from './span.ts';
import { carrySpans } from './span.ts';
import { FLUSH_MS, type OnDelivery, type ReceiverSettings, type Sender } from './telemetry-settings.ts';
import { within } from './within.ts';

/** Spans that wait to be sent; what ends beside them is lost. */
const QUEUE = { maxQueueSize: 4096, maxExportBatchSize: 512, scheduledDelayMillis: 1_000 };
/** A stranger's words may stand in an attribute. */
const LONGEST_ATTRIBUTE = 256;

/** The two headers of W3C Trace Context as they came. */
export type TraceHeaders = {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
};

/** A request that is traced. */
export type RequestSpan = ActiveSpan & {
  /** Runs what answers the request. */
  run<T>(work: () => T): T;
  /** @param isFailure whether it failed by a fault of this server */
  end(attributes: Attributes, isFailure: boolean): void;
};

/** Traces of one process. */
export type Tracing = {
  /**
   * Begins with a request.
   * @param name its method and route
   * @param from the headers of a peer whose trace is gone on with; malformed ones count as none
   * @returns undefined for one that is not in the sample, unless a peer knows it by a trace of its own
   */
  begin(name: string, attributes: Attributes, from: TraceHeaders | undefined): RequestSpan | undefined;
  /** Sends what is left, for {@link FLUSH_MS} at most. */
  close(): Promise<void>;
};

const KINDS: Readonly<Record<SpanKind, SdkSpanKind>> = {
  internal: SdkSpanKind.INTERNAL,
  client: SdkSpanKind.CLIENT,
};

const propagator = new W3CTraceContextPropagator();
const HEADERS = {
  get: (headers: TraceHeaders, name: string) =>
    name === 'traceparent' ? headers.traceparent : name === 'tracestate' ? headers.tracestate : undefined,
  keys: (headers: TraceHeaders) => Object.keys(headers),
};

/** What an error is called: the cause of a refusal, else its name. */
const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return '_OTHER';
  return 'because' in error && typeof error.because === 'string' ? error.because : error.name;
};

const set = (span: Span, attributes: Attributes): void => {
  const given: SdkAttributes = attributes;
  span.setAttributes(given);
};

class TracedWork implements RequestSpan {
  readonly ids: ActiveSpan['ids'];
  readonly #span: Span;
  readonly #context: Context;
  readonly #tracer: Tracer;
  readonly #carried: AsyncLocalStorage<ActiveSpan>;

  constructor(span: Span, around: Context, tracer: Tracer, carried: AsyncLocalStorage<ActiveSpan>) {
    const { traceId, spanId } = span.spanContext();
    this.ids = { trace_id: traceId, span_id: spanId };
    this.#span = span;
    this.#context = trace.setSpan(around, span);
    this.#tracer = tracer;
    this.#carried = carried;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-0${(traceFlags & TraceFlags.SAMPLED).toString(16)}`;
  }

  readonly note: Note = (attributes) => set(this.#span, attributes);

  run<T>(work: () => T): T {
    return this.#carried.run(this, work);
  }

  end(attributes: Attributes, isFailure: boolean): void {
    set(this.#span, attributes);
    if (isFailure) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
  }

  within<T>(name: string, work: (note?: Note) => T, kind: SpanKind = 'internal'): T {
    if (!this.#span.isRecording()) return work();
    const span = this.#tracer.startSpan(name, { kind: KINDS[kind] }, this.#context);
    const part = new TracedWork(span, this.#context, this.#tracer, this.#carried);
    const failed = (error: unknown) => part.end({ 'error.type': errorType(error) }, true);
    let result: T;
    try {
      result = part.run(() => work(part.note));
    } catch (error) {
      failed(error);
      throw error;
    }
    if (result instanceof Promise) result.then(() => span.end(), failed);
    else span.end();
    return result;
  }
}

/**
 * Has requests be traced, and sends the spans as OTLP.
 * @param sampleRatio the part of requests that is traced, from 0 to 1, where no trace is gone on with: the caller's choice holds
 * @throws what reading the certificate files throws
 */
export async function createTracing(
  settings: ReceiverSettings,
  sampleRatio: number,
  sender: Sender,
  version: string,
  onDelivery: OnDelivery,
): Promise<Tracing> {
  const signal = {
    path: 'v1/traces',
    serializer: ProtobufTraceSerializer,
    helper: TraceExporterMetricsHelper,
  } as const;
  const exporter = createOtlpExporter(settings, signal, `countersign/${version}`, onDelivery);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ ...sender }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(sampleRatio) }),
    spanLimits: { attributeValueLengthLimit: LONGEST_ATTRIBUTE },
    spanProcessors: [new BatchSpanProcessor({ exporter, ...QUEUE })],
  });
  const tracer = provider.getTracer('countersign', version);
  const carried = await carrySpans();
  return {
    begin(name, attributes, from) {
      const around = from === undefined ? ROOT_CONTEXT : propagator.extract(ROOT_CONTEXT, from, HEADERS);
      const given: SdkAttributes = attributes;
      const span = tracer.startSpan(name, { kind: SdkSpanKind.SERVER, attributes: given }, around);
      if (!span.isRecording() && around === ROOT_CONTEXT) return undefined;
      return new TracedWork(span, around, tracer, carried);
    },
    async close() {
      await within(FLUSH_MS, provider.shutdown());
      exporter.abort();
    },
  };
}
