import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

/** What was found to be so a while ago, each thing known by its parts. */
export type RememberedMarks = {
  has(parts: readonly unknown[]): boolean;
  add(parts: readonly unknown[]): void;
};

/**
 * Remembers that a secret was found to be right, among other things, without keeping anything that it could be found out
 * from: an HMAC under a key that this process drew.
 * @param most how many are kept; of more, those that were longest not used are forgotten
 * @param forMs milliseconds from when it was added; use does not prolong them. For good when absent
 */
export function createRememberedMarks(
  clock: Clock,
  { most, forMs = Number.POSITIVE_INFINITY }: { readonly most: number; readonly forMs?: number },
): RememberedMarks {
  const key = createSecretKey(randomBytes(32));
  const addedAt = new LRUCache<string, number>({ max: most });
  const markOf = (parts: readonly unknown[]): string =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64');
  return {
    has(parts) {
      const mark = markOf(parts);
      const at = addedAt.get(mark);
      if (at === undefined) return false;
      const age = clock() - at;
      if (age >= 0 && age < forMs) return true;
      addedAt.delete(mark);
      return false;
    },
    add(parts) {
      addedAt.set(markOf(parts), clock());
    },
  };
}
