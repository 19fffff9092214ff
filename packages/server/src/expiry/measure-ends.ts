import { Gauge } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../event/metrics.ts';
import type { WatchedKind } from './watched.ts';

const SECOND = 1000;

/** Has the metrics say how long it is to the soonest end of each kind. @param soonest as they were at the last look */
export function measureEnds(
  { registry }: Pick<Metrics, 'registry'>,
  soonest: () => ReadonlyMap<WatchedKind, number>,
  clock: Clock,
): void {
  new Gauge({
    name: 'countersign_watched_ends_in_seconds',
    help: 'Seconds to the soonest end of what is watched, by kind; negative for what ended within the last thirty days.',
    labelNames: ['kind'],
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.reset();
      for (const [kind, ends_at] of soonest()) this.set({ kind }, (ends_at - clock()) / SECOND);
    },
  });
}
