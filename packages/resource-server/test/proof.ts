import { generateKeyPairSync, hash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';

/** A key of a client that sends DPoP proofs, and the proofs it makes. */
export type DpopKey = {
  readonly jkt: string;
  /** A proof for a request with an access token, but for the changes. */
  proof(
    request: { readonly method?: string; readonly url: string; readonly token: string },
    changes?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>;
};

export async function dpopKey(): Promise<DpopKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    jkt: await calculateJwkThumbprint(jwk),
    proof: ({ method = 'GET', url, token }, changes = {}, header = {}) =>
      new SignJWT({
        jti: randomUUID(),
        htm: method,
        htu: url,
        iat: Math.floor(Date.now() / 1000),
        ath: hash('sha256', token, 'base64url'),
        ...changes,
      })
        .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...header })
        .sign(privateKey),
  };
}
