import type { HrTime } from '@opentelemetry/api';
import { hrTime, millisToHrTime } from '@opentelemetry/core';
import { MetricsExporterMetricsHelper, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  MeterProvider,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { type Measured, metricDataOf } from './metric-data.ts';
import { createOtlpExporter } from './otlp-exporter.ts';
import { FLUSH_MS, type OnDelivery, type ReceiverSettings, type Sender } from './telemetry-settings.ts';
import { within } from './within.ts';

/**
 * Sends what is counted as OTLP, every so often and once more at the end: the numbers of `/metrics`, and no others.
 * @param measure those of the whole node
 * @param intervalMs milliseconds from one time to the next
 * @throws what reading the certificate files throws
 */
export function createMetricExport(
  settings: ReceiverSettings,
  measure: () => Promise<readonly Measured[]>,
  intervalMs: number,
  sender: Sender,
  version: string,
  onDelivery: OnDelivery,
): { close(): Promise<void> } {
  const signal = {
    path: 'v1/metrics',
    serializer: ProtobufMetricsSerializer,
    helper: MetricsExporterMetricsHelper,
  } as const;
  const exporter = createOtlpExporter(settings, signal, `countersign/${version}`, onDelivery);
  const resource = resourceFromAttributes({ ...sender });
  const since: HrTime = millisToHrTime(performance.timeOrigin);
  const producer: MetricProducer = {
    async collect() {
      const { metrics, left } = metricDataOf(await measure(), since, hrTime());
      const scopeMetrics = [{ scope: { name: 'countersign', version }, metrics }];
      return {
        resourceMetrics: { resource, scopeMetrics },
        errors: left.map((name) => new Error(`${name} is a summary`)),
      };
    },
  };
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMs,
    exportTimeoutMillis: Math.min(intervalMs, 30_000),
    metricProducers: [producer],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return {
    async close() {
      await within(FLUSH_MS, provider.shutdown());
      exporter.abort();
    },
  };
}
