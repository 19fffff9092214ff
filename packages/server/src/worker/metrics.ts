import { AggregatorRegistry, type Registry } from 'prom-client';
import type { Channel } from './channel.ts';
import type { AskedOfWorker, MetricValues } from './questions.ts';

/** How long a scrape waits for a worker, and how often workers are asked in between; milliseconds. */
const PATIENCE_MS = 2_000;
const ASK_EVERY_MS = 5_000;

/** A worker as far as its metrics are concerned. */
export type Measured = Pick<Channel<AskedOfWorker>, 'ask'>;

/** The metrics of a node: those of the supervisor and all its workers, added up. */
export type NodeMetrics = Pick<Registry, 'metrics' | 'contentType' | 'getMetricsAsJSON'> & {
  /** Keeps what a worker that ended had counted: what was told once never becomes less. */
  ended(worker: Measured): void;
  close(): void;
};

/** What a process leaves behind: what it counted. What it was, it is no more. */
const isCount = ({ type }: MetricValues[number]): boolean => String(type) !== 'gauge';

const sumOf = (values: readonly MetricValues[]): Registry => AggregatorRegistry.aggregate([...values]);

/**
 * @param own what the supervisor itself counts
 * @param onAsked told of each worker that was asked, and whether it answered in time
 */
export function createNodeMetrics<Asked extends Measured>(
  own: Registry,
  workers: () => Iterable<Asked>,
  onAsked: (worker: Asked, answered: boolean) => void,
): NodeMetrics {
  const last = new Map<Measured, MetricValues>();
  let past: Promise<MetricValues> = Promise.resolve([]);

  const look = async (worker: Asked) => {
    try {
      last.set(worker, await worker.ask('metrics', undefined, AbortSignal.timeout(PATIENCE_MS)));
      onAsked(worker, true);
    } catch {
      onAsked(worker, false);
    }
  };
  const lookAtAll = async () => {
    await Promise.all(Array.from(workers(), look));
  };
  const timer = setInterval(() => void lookAtAll(), ASK_EVERY_MS).unref();

  const ofAll = async () => {
    await lookAtAll();
    const present = Array.from(workers(), (worker) => last.get(worker) ?? []);
    return sumOf([await own.getMetricsAsJSON(), await past, ...present]);
  };

  return {
    contentType: own.contentType,
    metrics: async () => (await ofAll()).metrics(),
    getMetricsAsJSON: async () => (await ofAll()).getMetricsAsJSON(),
    ended(worker) {
      const counted = (last.get(worker) ?? []).filter(isCount);
      last.delete(worker);
      past = past.then((before) => sumOf([before, counted]).getMetricsAsJSON());
    },
    close: () => clearInterval(timer),
  };
}
