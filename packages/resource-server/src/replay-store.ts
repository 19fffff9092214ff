import { ReplayStoreUnavailable } from './token-refused.ts';

/** Remembers which DPoP proofs were used (RFC 9449 §11.1); several processes of one API share one. */
export type ReplayStore = {
  /**
   * @param key names the proof, at most 200 characters
   * @param expiresAt milliseconds since the epoch, from when on the proof is refused by its age; then it may be forgotten
   * @returns true for the first caller with this key, false for every later one
   */
  claim(key: string, expiresAt: number, now: number): boolean | Promise<boolean>;
};

const MOST = 200_000;
const SWEEP_EVERY_MS = 5_000;

/**
 * A replay store in the memory of this process. It forgets what expired, and takes no more than it can remember: a proof
 * beyond that is answered as "not now" (503), never let through unchecked.
 * @param most proofs remembered at a time
 */
export function memoryReplayStore(most: number = MOST): ReplayStore {
  const used = new Map<string, number>();
  let nextSweep = 0;
  return {
    claim(key, expiresAt, now) {
      const known = used.get(key);
      if (known !== undefined && known > now) return false;
      if (now >= nextSweep) {
        for (const [each, end] of used) if (end <= now) used.delete(each);
        nextSweep = now + SWEEP_EVERY_MS;
      }
      if (used.size >= most) {
        throw new ReplayStoreUnavailable(`${most} DPoP proofs are remembered; no more can be now`);
      }
      used.set(key, expiresAt);
      return true;
    },
  };
}
