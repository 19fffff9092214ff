import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { createOtlpNetworkExportDelegate, OTLPExporterBase } from '@opentelemetry/otlp-exporter-base';
import { createOtlpHttpExporterMetrics } from '@opentelemetry/otlp-exporter-base/node-http';
import type { IExporterMetricsHelper, ISerializer } from '@opentelemetry/otlp-transformer';
import { createOtlpTransport } from './otlp-transport.ts';
import type { OnDelivery, ReceiverSettings } from './telemetry-settings.ts';

/** Milliseconds from the first attempt to send something to the last. */
const TIMEOUT_MS = 10_000;
/** How many requests may be under way; what comes beside them is not sent. */
const CONCURRENT = 4;

/** One kind of thing that is sent: where to, and as what. */
export type Signal<Sent, Answer> = {
  readonly path: 'v1/traces' | 'v1/metrics';
  readonly serializer: ISerializer<Sent, Answer>;
  readonly helper: IExporterMetricsHelper<Sent>;
};

/** The SDK's exporter of one signal, which tells of each delivery. */
class OtlpExporter<Sent> extends OTLPExporterBase<Sent> {
  /** Ends what is under way at once. */
  readonly abort: () => void;
  readonly #onDelivery: OnDelivery;

  constructor(
    delegate: ConstructorParameters<typeof OTLPExporterBase<Sent>>[0],
    abort: () => void,
    onDelivery: OnDelivery,
  ) {
    super(delegate);
    this.abort = abort;
    this.#onDelivery = onDelivery;
  }

  override export(sent: Sent, resultCallback: (result: ExportResult) => void): void {
    super.export(sent, (result) => {
      this.#onDelivery(
        result.code === ExportResultCode.SUCCESS ? undefined : (result.error ?? new Error('not delivered')),
      );
      resultCallback(result);
    });
  }
}

export type { OtlpExporter };

/**
 * Makes the exporter of one signal: OTLP over HTTP, protobuf. Nothing of it is read from `OTEL_` variables of the
 * environment: deployment.toml says everything.
 * @throws what reading the certificate files throws
 */
export function createOtlpExporter<Sent, Answer>(
  settings: ReceiverSettings,
  { path, serializer, helper }: Signal<Sent, Answer>,
  userAgent: string,
  onDelivery: OnDelivery,
): OtlpExporter<Sent> {
  const transport = createOtlpTransport(settings, path, userAgent);
  const delegate = createOtlpNetworkExportDelegate(
    { timeoutMillis: TIMEOUT_MS, concurrencyLimit: CONCURRENT, compression: 'none' },
    serializer,
    createOtlpHttpExporterMetrics('otlp_http_exporter', helper, undefined, undefined),
    transport,
  );
  return new OtlpExporter(delegate, transport.abort, onDelivery);
}
