import { constants, sign } from 'node:crypto';
import type { SigningAlgorithm, SigningKey } from './signing-key.ts';

type SignatureOptions = {
  readonly digest: 'sha256' | null;
  readonly options: { dsaEncoding?: 'ieee-p1363'; padding?: number; saltLength?: number };
};

const SIGNATURES: Record<SigningAlgorithm, SignatureOptions> = {
  ES256: { digest: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
  PS256: { digest: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
  RS256: { digest: 'sha256', options: {} },
  EdDSA: { digest: null, options: {} },
};

/** Makes JWTs (RFC 7519) of one type with one key. */
export type JwtSigner = (claims: Readonly<Record<string, unknown>>) => string;

/**
 * Prepares signing with `key`. Synchronous `node:crypto` and a header encoded once: one ES256
 * signature is then most of what a token costs (docs/performance.md).
 * @param typ the JOSE `typ`, e.g. `at+jwt` (RFC 9068 §2.1)
 */
export function jwtSigner(key: SigningKey, typ: string): JwtSigner {
  const header = Buffer.from(JSON.stringify({ typ, alg: key.alg, kid: key.kid })).toString('base64url');
  const { digest, options } = SIGNATURES[key.alg];
  const signingKey = { key: key.privateKey, ...options };
  return (claims) => {
    const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${input}.${sign(digest, Buffer.from(input), signingKey).toString('base64url')}`;
  };
}
