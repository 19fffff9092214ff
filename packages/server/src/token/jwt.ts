import { constants, type KeyObject, sign } from 'node:crypto';
import type { SigningAlgorithm, SigningKey } from './server-key.ts';

type SignatureOf = (input: Buffer, key: KeyObject) => Buffer;

/**
 * The signature of RFC 7518 §3.4, r and s of 32 octets each, from the DER that ECDSA makes. `sign` could give it
 * directly, but with options it takes more than twice as long as with the key alone (docs/performance.md).
 */
function joseSignature(der: Buffer): Buffer {
  const signature = Buffer.alloc(64);
  const rLength = der[3] ?? 0;
  const r = der.subarray(4, 4 + rLength).subarray(-32);
  const s = der.subarray(6 + rLength).subarray(-32);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return signature;
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const SIGNATURES: Record<SigningAlgorithm, SignatureOf> = {
  ES256: (input, key) => joseSignature(sign('sha256', input, key)),
  PS256: (input, key) => sign('sha256', input, { key, ...PSS }),
  RS256: (input, key) => sign('sha256', input, key),
  EdDSA: (input, key) => sign(null, input, key),
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
  const signatureOf = SIGNATURES[key.alg];
  return (claims) => {
    const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${input}.${signatureOf(Buffer.from(input), key.privateKey).toString('base64url')}`;
  };
}
