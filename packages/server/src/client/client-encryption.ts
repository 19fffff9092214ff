import type { JwksKey } from '../outbound/json-web-key-set.ts';
import { canBeEncryptedTo } from '../outbound/json-web-key-set.ts';

/**
 * How the key of a JWE is brought to its reader (RFC 7518 §4.1). RSA1_5 is not among them (RFC 8725 §3.2), nor is what
 * needs a secret that both sides know.
 */
export const KEY_MANAGEMENT_ALGORITHMS = ['RSA-OAEP-256', 'RSA-OAEP', 'ECDH-ES', 'ECDH-ES+A256KW'] as const;
export type KeyManagementAlgorithm = (typeof KEY_MANAGEMENT_ALGORITHMS)[number];

/** What a JWE's content is encrypted with (RFC 7518 §5.1). */
export const CONTENT_ENCRYPTION_ALGORITHMS = [
  'A256GCM',
  'A128GCM',
  'A256CBC-HS512',
  'A128CBC-HS256',
] as const;
export type ContentEncryptionAlgorithm = (typeof CONTENT_ENCRYPTION_ALGORITHMS)[number];

/** Where an `alg` is registered alone (OIDC Registration §2, JARM §3, RFC 9701 §6). */
export const DEFAULT_CONTENT_ENCRYPTION: ContentEncryptionAlgorithm = 'A128CBC-HS256';

/** What can be encrypted to a client, each with the members that ask for it. */
export const ENCRYPTED_RESPONSES = {
  id_token: { alg: 'id_token_encrypted_response_alg', enc: 'id_token_encrypted_response_enc' },
  userinfo: { alg: 'userinfo_encrypted_response_alg', enc: 'userinfo_encrypted_response_enc' },
  introspection: { alg: 'introspection_encrypted_response_alg', enc: 'introspection_encrypted_response_enc' },
  authorization: { alg: 'authorization_encrypted_response_alg', enc: 'authorization_encrypted_response_enc' },
} as const;
export type EncryptedResponse = keyof typeof ENCRYPTED_RESPONSES;

/** Every pair of members, that of request objects with them, which are encrypted to this server. */
export const ENCRYPTION_MEMBERS = [
  ...Object.values(ENCRYPTED_RESPONSES),
  { alg: 'request_object_encryption_alg', enc: 'request_object_encryption_enc' },
] as const;

/** The members of a client that ask for encryption. */
export type ClientEncryption = {
  readonly [Member in (typeof ENCRYPTION_MEMBERS)[number]['alg']]?: KeyManagementAlgorithm | undefined;
} & {
  readonly [Member in (typeof ENCRYPTION_MEMBERS)[number]['enc']]?: ContentEncryptionAlgorithm | undefined;
};

/**
 * What of a client's metadata cannot be encrypted as it asks.
 * @param keys those of its `jwks`; undefined where it has none
 * @returns the member at fault and why
 */
export function encryptionProblem(
  metadata: ClientEncryption & { readonly jwks_uri?: string | undefined },
  keys: readonly JwksKey[] | undefined,
): { readonly field: string; readonly message: string } | undefined {
  for (const { alg, enc } of ENCRYPTION_MEMBERS) {
    if (metadata[enc] !== undefined && metadata[alg] === undefined) {
      return { field: enc, message: `goes with ${alg}, which is missing (OIDC Registration §2)` };
    }
  }
  for (const { alg } of Object.values(ENCRYPTED_RESPONSES)) {
    const algorithm = metadata[alg];
    if (algorithm === undefined || metadata.jwks_uri !== undefined) continue;
    if (keys === undefined) {
      return { field: 'jwks', message: `or jwks_uri is needed for the key of ${alg}` };
    }
    if (!keys.some((key) => canBeEncryptedTo(key, algorithm))) {
      return {
        field: 'jwks',
        message: `has no key that ${algorithm} can encrypt to (${alg}): of ${algorithm.startsWith('RSA') ? 'kty RSA' : 'kty EC, or OKP with crv X25519'}, with use enc or none`,
      };
    }
  }
  return undefined;
}

/** The members that say how content is encrypted, for those that say only how its key is. */
export const contentEncryptionDefaults = (metadata: ClientEncryption): ClientEncryption =>
  Object.fromEntries(
    ENCRYPTION_MEMBERS.flatMap(({ alg, enc }) =>
      metadata[alg] === undefined ? [] : [[enc, metadata[enc] ?? DEFAULT_CONTENT_ENCRYPTION]],
    ),
  );
