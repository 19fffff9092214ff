import cluster from 'node:cluster';
import { hostname } from 'node:os';
import type { StartSettings } from '../config/settings.ts';
import type { Measured } from '../telemetry/metric-data.ts';
import type { OnDelivery, ReceiverSettings, Sender } from '../telemetry/telemetry-settings.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { BegunHome } from './open-home.ts';
import { nodeName } from './shared-trust.ts';
import { VERSION } from './version.ts';

type Home = Pick<BegunHome, 'home' | 'configuration' | 'log' | 'isWorker'>;

/** The receiver, where there is one. */
const receiverOf = ({
  otlp_endpoint,
  ...settings
}: StartSettings['telemetry']): ReceiverSettings | undefined =>
  otlp_endpoint === undefined ? undefined : { ...settings, otlp_endpoint };

/** This process among all that send (Semantic Conventions, Resource). */
function senderOf({ home, configuration, isWorker }: Home): Sender {
  const worker = isWorker ? ` worker ${cluster.worker?.id ?? 0}` : '';
  return {
    'service.name': configuration.atStart.telemetry.service_name,
    'service.version': VERSION,
    'service.instance.id': `${nodeName(home)}${worker}`,
    'host.name': hostname(),
    'process.pid': process.pid,
  };
}

/** Tells the log that something is not delivered, once until it is again. @param what plural */
function deliveryReport({ log }: Pick<Home, 'log'>, what: string, endpoint: string): OnDelivery {
  let isDown = false;
  return (failure) => {
    if (isDown === (failure !== undefined)) return;
    isDown = failure !== undefined;
    const to = { otlp_endpoint: endpoint };
    if (failure) log.warn({ err: failure, ...to }, `${what} are not delivered: ${failure.message}`);
    else log.info(to, `${what} are delivered again`);
  };
}

/** Telemetry keeps no server from serving: what it lacks is told, and it is left out. */
async function unlessImpossible<T>({ log }: Pick<Home, 'log'>, what: string, begin: () => Promise<T>) {
  try {
    return await begin();
  } catch (error) {
    log.error({ err: error }, `${what} are not sent: ${error instanceof Error ? error.message : 'unknown'}`);
    return undefined;
  }
}

/** Has the requests of this process be traced, where `[telemetry]` says so: nothing of it is loaded where it does not. */
export async function startTracing(home: Home): Promise<Tracing | undefined> {
  const settings = home.configuration.atStart.telemetry;
  const receiver = receiverOf(settings);
  if (receiver === undefined || !settings.traces) return undefined;
  return unlessImpossible(home, 'traces', async () => {
    const { createTracing } = await import('../telemetry/tracing.ts');
    const report = deliveryReport(home, 'traces', receiver.otlp_endpoint);
    return createTracing(receiver, settings.sample_ratio, senderOf(home), VERSION, report);
  });
}

/** Sends the metrics of this node, where `[telemetry]` says so. @param measure those of all its processes */
export async function startMetricExport(
  home: Home,
  measure: () => Promise<readonly Measured[]>,
): Promise<{ close(): Promise<void> } | undefined> {
  const settings = home.configuration.atStart.telemetry;
  const receiver = receiverOf(settings);
  if (receiver === undefined || !settings.metrics) return undefined;
  return unlessImpossible(home, 'metrics', async () => {
    const { createMetricExport } = await import('../telemetry/metric-export.ts');
    const report = deliveryReport(home, 'metrics', receiver.otlp_endpoint);
    const interval = settings.metrics_interval * 1000;
    return createMetricExport(receiver, measure, interval, senderOf(home), VERSION, report);
  });
}
