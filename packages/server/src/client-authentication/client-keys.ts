import { canHaveSigned, isForEncryption } from '../outbound/json-web-key-set.ts';
import type { JwksFailure, JwksKey, JwksSource } from '../outbound/jwks-source.ts';
import type { KnownClient } from './client-directory.ts';

/** The keys of a client that may have signed something, or why none can be had. */
export type ClientKeys =
  | { readonly kind: 'found'; readonly keys: readonly JwksKey[] }
  | { readonly kind: 'none'; readonly published: readonly string[] }
  /** The `kid` names a key that is for encryption. */
  | { readonly kind: 'of other use'; readonly uses: readonly string[] }
  | { readonly kind: 'unavailable'; readonly failure: JwksFailure };

/** Of a client, what says where its keys are. */
type HoldsKeys = Pick<KnownClient, 'jwksKeys'> & {
  readonly client: { readonly metadata: Pick<KnownClient['client']['metadata'], 'jwks_uri'> };
};

/** Without a `kid` each one costs a check of its signature; a client with more of one type says which it used. */
const MOST_KEYS_TRIED = 4;

function unfound(keys: readonly JwksKey[], kid: string | undefined): ClientKeys {
  const named = keys.filter((key) => kid !== undefined && key.kid === kid && isForEncryption(key));
  return named.length > 0
    ? { kind: 'of other use', uses: named.map(({ use, key_ops = [] }) => use ?? key_ops.join(' ')) }
    : { kind: 'none', published: keys.map((key) => key.kid ?? '(no kid)') };
}

/**
 * The client's registered keys that fit a signature's `kid` and `alg` (RFC 7515 §6), four at most. An unknown `kid`
 * causes one rate-limited look at the client's `jwks_uri`.
 */
export async function findClientKeys(
  { client, jwksKeys }: HoldsKeys,
  jwks: JwksSource,
  kid: string | undefined,
  alg: string,
): Promise<ClientKeys> {
  const fitting = (keys: readonly JwksKey[]) =>
    keys.filter((key) => canHaveSigned(key, kid, alg)).slice(0, MOST_KEYS_TRIED);
  const { jwks_uri } = client.metadata;
  if (jwks_uri === undefined) {
    const keys = fitting(jwksKeys);
    return keys.length > 0 ? { kind: 'found', keys } : unfound(jwksKeys, kid);
  }
  const held = await jwks.keysOf(jwks_uri);
  if (held.kind !== 'unavailable') {
    const keys = fitting(held.keys);
    if (keys.length > 0) return { kind: 'found', keys };
  }
  const refreshed = await jwks.refreshFor(jwks_uri, 'unknown-kid');
  if (refreshed.kind === 'unavailable') return { kind: 'unavailable', failure: refreshed.failure };
  const keys = fitting(refreshed.keys);
  return keys.length > 0 ? { kind: 'found', keys } : unfound(refreshed.keys, kid);
}
