import { mkdirSync } from 'node:fs';
import { HYDRA } from './hydra.ts';
import { KEYCLOAK } from './keycloak.ts';
import type { Peer } from './peer.ts';

const PEERS: readonly Peer[] = [KEYCLOAK, HYDRA];

/**
 * Fetches those that are not there yet.
 * @returns the exit code: 1 when one could not be had
 */
export async function fetchPeers(folder: string, progress: (text: string) => void): Promise<number> {
  mkdirSync(folder, { recursive: true });
  // Without a handler a signal would end this process and leave what it started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  let code = 0;
  for (const peer of PEERS) {
    if (peer.whyMissing(folder) === undefined) {
      progress(`${peer.name} is in ${folder}`);
      continue;
    }
    try {
      progress(`fetching ${peer.name}`);
      await peer.fetch(folder);
      progress(`${peer.name} is in ${folder} now`);
    } catch (error) {
      progress(`${peer.name}: ${error instanceof Error ? error.message : String(error)}`);
      code = 1;
    }
  }
  return code;
}
