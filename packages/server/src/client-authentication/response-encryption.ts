import {
  DEFAULT_CONTENT_ENCRYPTION,
  ENCRYPTED_RESPONSES,
  type EncryptedResponse,
  type KeyManagementAlgorithm,
} from '../client/client-encryption.ts';
import { fittingKeys } from '../outbound/fitting-keys.ts';
import { canBeEncryptedTo } from '../outbound/json-web-key-set.ts';
import type { JwksKey, JwksSource } from '../outbound/jwks-source.ts';
import { temporarilyUnavailable } from '../refusal/error-codes.ts';
import { encryptedTo } from '../token/jwe.ts';
import type { KnownClient } from './client-directory.ts';

/**
 * Encrypts what this server answers to a client that registered encryption for it: a signed JWT becomes a nested one
 * (RFC 7519 §11.2), JSON a JWE (OIDC Core §5.3.2).
 * @param content whether the text is a JWT
 * @returns the text as it is where the client registered nothing of the kind
 * @throws Refusal `temporarily_unavailable` where the client has no key to encrypt to: nothing is sent that others can read
 */
export type EncryptResponse = (
  text: string,
  known: KnownClient,
  of: EncryptedResponse,
  content?: 'JWT' | 'JSON',
) => Promise<string>;

const FAILED = 'The answer cannot be encrypted for the client.';

/** Those that say what they are for come before those that do not. */
const best = (keys: readonly JwksKey[]): JwksKey | undefined =>
  keys.find(({ use }) => use === 'enc') ?? keys[0];

/** Whether a client registered encryption for an answer. */
export const encryptsResponse = ({ client: { metadata } }: KnownClient, of: EncryptedResponse): boolean =>
  metadata[ENCRYPTED_RESPONSES[of].alg] !== undefined;

export function createResponseEncryption(jwks: JwksSource): EncryptResponse {
  const keyOf = async ({ client, jwksKeys }: KnownClient, alg: KeyManagementAlgorithm): Promise<JwksKey> => {
    const { client_id, metadata } = client;
    const missing = (keys: readonly JwksKey[]) =>
      temporarilyUnavailable(FAILED, 'client_encryption_key_missing', {
        client_id,
        expected: `a key that ${alg} can encrypt to, of use enc or none`,
        presented: keys.map(({ kid, kty, use }) => `${kty} ${use ?? 'of any use'} ${kid ?? '(no kid)'}`),
      });
    const { jwks_uri } = metadata;
    if (jwks_uri === undefined) {
      const key = best(jwksKeys.filter((each) => canBeEncryptedTo(each, alg)));
      if (key) return key;
      throw missing(jwksKeys);
    }
    const found = await fittingKeys(jwks, jwks_uri, (key) => canBeEncryptedTo(key, alg));
    if (found.kind === 'unavailable') {
      throw temporarilyUnavailable(FAILED, 'jwks_unavailable', { client_id, jwks_uri, ...found.failure });
    }
    const key = found.kind === 'fitting' ? best(found.keys) : undefined;
    if (key) return key;
    throw missing(found.kind === 'none' ? found.published : []);
  };

  return async (text, known, of, content = 'JWT') => {
    const { metadata } = known.client;
    const members = ENCRYPTED_RESPONSES[of];
    const alg = metadata[members.alg];
    if (alg === undefined) return text;
    const enc = metadata[members.enc] ?? DEFAULT_CONTENT_ENCRYPTION;
    const { publicKey, kid } = await keyOf(known, alg);
    return encryptedTo(text, { alg, enc, publicKey, kid }, content === 'JWT' ? 'JWT' : undefined);
  };
}
