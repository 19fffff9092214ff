import type { StoredServerKey } from '../token/server-key.ts';
import type { Watched } from './watched.ts';

/** Since when a key is in use; where that was not written down, since the one before it was retired, or it was made. */
function activeSince(
  { alg, activated_at, created_at }: StoredServerKey,
  keys: readonly StoredServerKey[],
): number {
  const retired = keys.flatMap((key) =>
    key.alg === alg && key.retired_at !== undefined ? [key.retired_at] : [],
  );
  return activated_at ?? Math.max(created_at, ...retired);
}

/**
 * The keys in use, and when each was meant to be rotated.
 * @param ageMs how long a key is meant to be used, milliseconds
 */
export const signingKeys = (keys: readonly StoredServerKey[], ageMs: number): readonly Watched[] =>
  keys
    .filter(({ state }) => state === 'active')
    .map((key) => {
      const since = activeSince(key, keys);
      return {
        kind: 'signing_key',
        key: `signing_key ${key.kid}`,
        name: `${key.alg} ${key.kid}`,
        not_before: since,
        not_after: since + ageMs,
      };
    });
