import type { JwksFailure, JwksKey, JwksSource } from './jwks-source.ts';

/** Keys of a JWK Set that fit, or why there are none. */
export type FittingKeys =
  | { readonly kind: 'fitting'; readonly keys: readonly JwksKey[] }
  | { readonly kind: 'none'; readonly published: readonly JwksKey[] }
  | { readonly kind: 'unavailable'; readonly failure: JwksFailure };

/**
 * The keys at `jwks_uri` that fit. Where none that is held does, the set may have changed: one rate-limited look is taken
 * (RFC 7517 §5, OIDC Core §10.1.1).
 */
export async function fittingKeys(
  jwks: Pick<JwksSource, 'keysOf' | 'refreshFor'>,
  jwks_uri: string,
  fits: (key: JwksKey) => boolean,
): Promise<FittingKeys> {
  const held = await jwks.keysOf(jwks_uri);
  const known = held.kind === 'unavailable' ? [] : held.keys.filter(fits);
  if (known.length > 0) return { kind: 'fitting', keys: known };
  const refreshed = await jwks.refreshFor(jwks_uri, 'unknown-kid');
  if (refreshed.kind === 'unavailable') return { kind: 'unavailable', failure: refreshed.failure };
  const keys = refreshed.keys.filter(fits);
  return keys.length > 0 ? { kind: 'fitting', keys } : { kind: 'none', published: refreshed.keys };
}
