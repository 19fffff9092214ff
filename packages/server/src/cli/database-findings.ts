import { type Connections, LEAST_POOL, type Reach } from '../storage/reach.ts';
import { type Found, failed, ok, warning } from './doctor/finding.ts';

/** Seconds by which clocks may differ without a word: certificates and logs of this machine are not far off. */
const NOTABLE_OFFSET = 2;

/** How the clock of this machine stands to the database's. */
export function clockFindings({
  clockOffset,
  isClockRight,
}: Pick<Reach, 'clockOffset' | 'isClockRight'>): Found[] {
  const offset = clockOffset() / 1000;
  if (Math.abs(offset) < NOTABLE_OFFSET) return [];
  const way = offset > 0 ? 'behind' : 'ahead of';
  const detail = `the clock of this machine is ${Math.abs(offset).toFixed(1)} seconds ${way} the database's`;
  return [
    isClockRight()
      ? warning('clock_differs', detail)
      : failed('clock_differs', `${detail}: a server here is not ready`),
  ];
}

/**
 * Whether the pools of all nodes fit into the server; this command is one of the processes and has no server. Workers divide
 * the pool of their node, down to `LEAST_POOL` each.
 */
export function connectionFindings(found: Connections | undefined, poolSize: number): Found[] {
  if (found === undefined) return [];
  const { most, addresses } = found;
  const nodes = Math.max(1, addresses);
  const sum = Math.max(nodes * poolSize, LEAST_POOL * (found.processes - 1)) + found.processes;
  const detail = `${nodes} ${nodes === 1 ? 'node' : 'nodes'} with a pool_size of ${poolSize} may hold ${sum} connections, and the server takes ${most}`;
  return [
    sum > most
      ? warning('connections_too_many', `${detail}: lower pool_size, or raise max_connections`)
      : ok(detail),
  ];
}
