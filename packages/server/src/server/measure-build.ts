import { Gauge } from 'prom-client';
import type { Metrics } from '../event/metrics.ts';
import { VERSION } from './version.ts';

/** Has the metrics say what runs here. */
export function measureBuild({ registry }: Pick<Metrics, 'registry'>): void {
  new Gauge({
    name: 'countersign_build_info',
    help: '1, with the version of this server and of the Node.js that runs it.',
    labelNames: ['version', 'node_version'],
    // The processes of a node are of one build.
    aggregator: 'first',
    registers: [registry],
  }).set({ version: VERSION, node_version: process.versions.node }, 1);
}
