import { inTime } from '../storage/in-time.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import type { DecryptionJwk, DecryptionKeys } from '../token/decryption-keys.ts';
import type { KeyRing } from '../token/key-ring.ts';
import type { SigningKey } from '../token/server-key.ts';
import { JWKS_MAX_AGE } from '../token/signing-turnover.ts';
import type { Endpoint } from './endpoint.ts';

const STATES: readonly SigningKey['state'][] = ['active', 'next', 'retired'];
const ALGORITHMS: readonly SigningKey['alg'][] = ['RS256', 'ES256', 'PS256', 'EdDSA'];

/** What is looked for most comes first: there are verifiers that look no further. */
const inOrder = (keys: readonly SigningKey[]): readonly SigningKey[] =>
  keys.toSorted(
    (one, other) =>
      STATES.indexOf(one.state) - STATES.indexOf(other.state) ||
      ALGORITHMS.indexOf(one.alg) - ALGORITHMS.indexOf(other.alg),
  );

/** Milliseconds. Where the database is away, or slow, the decryption keys are left out, and tokens verify all the same. */
const LONGEST_WAIT = 1_000;

async function published(decryptionKeys: DecryptionKeys): Promise<readonly DecryptionJwk[]> {
  try {
    return await inTime(
      decryptionKeys.published(),
      LONGEST_WAIT,
      () => new StorageUnavailable('the decryption keys were waited for in vain'),
    );
  } catch (error) {
    if (error instanceof StorageUnavailable) return [];
    throw error;
  }
}

/** A key that verifies what another server signed. */
export type PublicJwk = { readonly kid: string; readonly [member: string]: unknown };

/**
 * The JWK Set that tokens of this server verify with, and that request objects are encrypted to (RFC 7517 §5).
 * @param ofOthers keys of the server before this one, whose tokens APIs go on verifying
 */
export function jwksEndpoint(
  issuer: string,
  keyRing: KeyRing,
  decryptionKeys: DecryptionKeys,
  ofOthers: () => readonly PublicJwk[],
): Endpoint {
  return {
    metadata: { jwks_uri: `${issuer}/oauth2/jwks` },
    register(app) {
      app.get('/oauth2/jwks', async (_request, reply) => {
        const keys = await keyRing.keys();
        const encrypting = await published(decryptionKeys);
        const own = [...inOrder(keys).map((key) => key.publicJwk), ...encrypting];
        const kids = new Set(own.map(({ kid }) => kid));
        const others = ofOthers().filter(({ kid }) => !kids.has(kid));
        return reply
          .header('cache-control', `public, max-age=${JWKS_MAX_AGE}`)
          .type('application/jwk-set+json')
          .send(JSON.stringify({ keys: [...own, ...others] }));
      });
    },
  };
}
