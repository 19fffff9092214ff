import { nearestTime } from '@countersign/x509';
import { isSigningKey, type StoredServerKey } from './server-key.ts';
import { knownFrom } from './signing-turnover.ts';

/** A key of this server as people and the admin API are shown it: never its private part, sealed or not. */
export type DescribedKey = Pick<StoredServerKey, 'kid' | 'alg' | 'state'> & {
  readonly use: 'sig' | 'enc';
  /** RFC 3339, like the times below. */
  readonly created_at: string;
  readonly retired_at?: string;
  /** From when on everybody who verifies tokens knows it. */
  readonly known_from?: string;
};

/** Describes one of `keys`, which hold those of all algorithms. */
export function describedKey(
  key: StoredServerKey,
  _index: number,
  keys: readonly StoredServerKey[],
): DescribedKey {
  const { kid, alg, state, created_at, retired_at } = key;
  const signs = isSigningKey(key);
  return {
    kid,
    alg,
    use: signs ? 'sig' : 'enc',
    state,
    created_at: nearestTime(created_at),
    ...(retired_at !== undefined && { retired_at: nearestTime(retired_at) }),
    ...(signs && state !== 'retired' && { known_from: nearestTime(knownFrom(keys, key)) }),
  };
}
