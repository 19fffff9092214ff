import { Gauge } from 'prom-client';
import type { Metrics } from '../event/metrics.ts';
import type { Supervisor } from '../worker/supervisor.ts';

/** Has the metrics say how many workers serve. */
export function measureWorkers(
  { registry }: Pick<Metrics, 'registry'>,
  supervisor: Pick<Supervisor, 'serving'>,
): void {
  new Gauge({
    name: 'countersign_workers',
    help: 'Processes of this node that answer requests.',
    registers: [registry],
    collect() {
      this.set(supervisor.serving());
    },
  });
}
