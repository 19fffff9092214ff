import type { SigningAlgorithm, StoredServerKey } from './server-key.ts';

/** Seconds for which whoever fetches the published keys may keep them. */
export const JWKS_MAX_AGE = 300;

/** What verifiers keep the keys for beyond what they are told: ten minutes is the longest that libraries do by default. */
const VERIFIERS_KEEP_S = 600;

/** Milliseconds after which everybody who verifies tokens has seen a key that was published. */
const KNOWN_AFTER_MS = (JWKS_MAX_AGE + VERIFIERS_KEEP_S) * 1000;

type Published = Pick<StoredServerKey, 'kid' | 'alg' | 'state' | 'created_at' | 'retired_at'>;

/**
 * From when on everybody who verifies tokens knows a key. Whoever knows one of the first keys knows the other: they were
 * published together.
 * @param keys of all algorithms
 * @returns milliseconds since the epoch
 */
export function knownFrom(keys: readonly Published[], { alg, created_at }: Published): number {
  const isFirst = keys.every((other) => other.alg !== alg || other.created_at >= created_at);
  return isFirst ? created_at : created_at + KNOWN_AFTER_MS;
}

/**
 * The key that signs: the active one once everybody knows it, and until then the one that signed before, so that
 * rotations may follow each other closely. Where that one was ended, because it leaked, the active one signs at once.
 * @param now milliseconds since the epoch
 * @returns it, and until when that holds; undefined where there is no active key
 */
export function signingKeyAt<Key extends Published>(
  keys: readonly Key[],
  alg: SigningAlgorithm,
  now: number,
): { readonly key: Key; readonly until: number } | undefined {
  const active = keys.find((key) => key.alg === alg && key.state === 'active');
  if (!active) return undefined;
  const retired = keys
    .filter((key) => key.alg === alg && key.state === 'retired')
    .toSorted((one, other) => (other.retired_at ?? 0) - (one.retired_at ?? 0));
  const latestFirst = [active, ...retired];
  const known = latestFirst.findIndex((key) => knownFrom(keys, key) <= now);
  const newer = latestFirst.slice(0, Math.max(known, 0));
  return {
    key: latestFirst[known] ?? active,
    until: Math.min(Number.POSITIVE_INFINITY, ...newer.map((key) => knownFrom(keys, key))),
  };
}
