import type { Certificate } from '@countersign/x509';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import { claimsOnKeys } from '../client/own-certificates.ts';
import type { Clock } from '../clock.ts';
import type { JwksKey } from '../outbound/jwks-source.ts';
import type { Storage } from '../storage/storage.ts';

/** Notes what clients turn out to have, so that none of it vouches for others. */
export type AuthorityClaims = {
  /** A client authenticated with this certificate. Waits for nothing, and never throws. */
  proven(client_id: string, certificate: Certificate): void;
  /** These keys were fetched from the `jwks_uri` of a client. Waits for nothing, and never throws. */
  published(client_id: string, keys: readonly JwksKey[]): void;
};

/** Where nothing is to be remembered: a decision that is only explained. */
export const NO_CLAIMS: AuthorityClaims = { proven: () => {}, published: () => {} };

/** What was noted and need not be asked for again by this process. */
const LIMIT = 100_000;

/**
 * Notes claims once each: what the database has already is not written again.
 * @param reportError told when the database could not take one; the next occasion tries again
 */
export function createAuthorityClaims(
  storage: Pick<Storage, 'authorities' | 'dynamicRegistrations' | 'commit' | 'reach'>,
  clock: Clock,
  reportError: (error: unknown) => void,
): AuthorityClaims {
  const noted = new LRUCache<string, true>(atMost(LIMIT));

  const note = async (client_id: string, claims: readonly Claim[]) => {
    const known = await storage.authorities.claimants(claims);
    const fresh = claims.filter((claim) => !known.get(claim)?.includes(client_id));
    if (fresh.length > 0) await storage.commit(storage.authorities.steps.claim(client_id, fresh, clock()));
  };
  const once = (key: string, work: () => Promise<void>) => {
    // Where the database is away the next occasion notes it.
    if (noted.has(key) || storage.reach.state() !== 'reached') return;
    noted.set(key, true);
    work().catch((error: unknown) => {
      noted.delete(key);
      reportError(error);
    });
  };

  return {
    proven(client_id, certificate) {
      once(`${client_id} ${certificate.thumbprint}`, () => note(client_id, claimsOn(certificate)));
    },
    published(client_id, keys) {
      const claims = claimsOnKeys(keys);
      once(`${client_id} ${claims.join()}`, async () => {
        // What a stranger publishes is a word, and no proof.
        if (!(await storage.dynamicRegistrations.find(client_id))) await note(client_id, claims);
      });
    },
  };
}
