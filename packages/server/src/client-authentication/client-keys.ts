import { fittingKeys } from '../outbound/fitting-keys.ts';
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
  const fits = (key: JwksKey) => canHaveSigned(key, kid, alg);
  const { jwks_uri } = client.metadata;
  if (jwks_uri === undefined) {
    const keys = jwksKeys.filter(fits).slice(0, MOST_KEYS_TRIED);
    return keys.length > 0 ? { kind: 'found', keys } : unfound(jwksKeys, kid);
  }
  const found = await fittingKeys(jwks, jwks_uri, fits);
  if (found.kind === 'unavailable') return found;
  return found.kind === 'fitting'
    ? { kind: 'found', keys: found.keys.slice(0, MOST_KEYS_TRIED) }
    : unfound(found.published, kid);
}
