import { collectDefaultMetrics, type Registry } from 'prom-client';

/** Gauges that are named like counters. Each is the sum of another one, which stays. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
] as const;

/** Has a registry tell of the Node.js process, in names that Prometheus takes for what they are. */
export function measureProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
}
