import type { Registry } from 'prom-client';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { guarded } from '../event/guarded.ts';
import { removeEndedSigningKeys } from '../registration/key-rotation.ts';
import { placeOf } from '../storage/relocation/place.ts';
import { watchEnds } from './expiry.ts';
import { keepLastChange } from './last-change.ts';
import { startMetricsListener } from './metrics-listener.ts';
import { type OpenHome, storageOptionsOf } from './open-home.ts';
import type { PlainListener } from './plain-listener.ts';
import { startMetricExport } from './telemetry.ts';
import { sendToWebhooks } from './webhooks.ts';

const SWEEP_INTERVAL_MS = 60_000;
/** Whoever swept last does so again, unless it is late: then another takes over. */
const SWEEP_LEASE_MS = 90_000;

/**
 * What a node does once, however many processes answer its requests: it serves and sends metrics, tells webhooks, watches
 * what ends, removes what has ended, and knows where the database was.
 */
export type TendedNode = {
  /** Removes nothing any more. */
  stop(): void;
  close(): Promise<void>;
};

/** Tends a node until it is closed. @param metrics those of all its processes */
export async function tendNode(
  opened: OpenHome,
  configuration: FollowedConfiguration,
  metrics: Pick<Registry, 'metrics' | 'contentType' | 'getMetricsAsJSON'>,
): Promise<TendedNode> {
  const sweeping = sweepRegularly(opened);
  const { home, storage, log } = opened;
  const watching = watchEnds(opened, configuration);
  const database = placeOf(storageOptionsOf(configuration.atStart));
  const endKeeping = keepLastChange(home, database, storage, log);
  const webhooks = sendToWebhooks(opened, configuration.stores);
  const listener = await serveMetrics(opened, metrics);
  const sending = await startMetricExport(opened, () => metrics.getMetricsAsJSON());
  return {
    stop() {
      clearInterval(sweeping);
      watching.stop();
    },
    async close() {
      clearInterval(sweeping);
      await sending?.close();
      await webhooks.close();
      await listener?.close();
      await watching.close();
      await endKeeping();
    },
  };
}

/** A second server on this machine does not fail for the sake of its metrics. */
async function serveMetrics(
  { configuration, events, log }: OpenHome,
  metrics: Pick<Registry, 'metrics' | 'contentType'>,
): Promise<PlainListener | undefined> {
  const settings = configuration.atStart.metrics;
  if (!settings.enable) return undefined;
  try {
    return await startMetricsListener(metrics, settings, events);
  } catch (error) {
    log.warn({ err: error }, `metrics are not served on port ${settings.port}`);
    return undefined;
  }
}

/**
 * Removes what has ended, and has in the index of searches what it lacks, every minute, without keeping the process alive;
 * of the nodes of a deployment one does. A machine whose clock is wrong removes nothing.
 */
function sweepRegularly({ storage, events, log, clock }: OpenHome): NodeJS.Timeout {
  const sweep = async () => {
    try {
      if (!storage.reach.isClockRight() || !(await storage.leases.take('sweep', SWEEP_LEASE_MS))) return;
      const now = clock();
      await Promise.all([
        storage.sweep(now),
        removeEndedSigningKeys(storage, events, now),
        storage.indexSearch(),
      ]);
    } catch (error) {
      log.error({ err: error }, 'sweeping failed');
    }
  };
  const sweeping = setInterval(guarded('sweeping', events, sweep), SWEEP_INTERVAL_MS);
  return sweeping.unref();
}
