import { mkdirSync } from 'node:fs';
import { KEYCLOAK } from '../../../../bench/peers/keycloak.ts';
import { DEFAULT_PEERS } from '../../../../bench/peers/peer.ts';

/** Fetches Keycloak from Maven Central, where the bench keeps it; what is there already stays. */
if (KEYCLOAK.whyMissing(DEFAULT_PEERS) !== undefined) {
  mkdirSync(DEFAULT_PEERS, { recursive: true });
  try {
    process.stdout.write(`fetching ${KEYCLOAK.name}\n`);
    await KEYCLOAK.fetch(DEFAULT_PEERS);
  } catch (error) {
    process.stdout.write(
      `${KEYCLOAK.name} cannot be had: ${error instanceof Error ? error.message : String(error)}\n`,
    );
  }
}
