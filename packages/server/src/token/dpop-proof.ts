import { hash } from 'node:crypto';
import { z } from 'zod';
import { parseJwks } from '../outbound/json-web-key-set.ts';
import { JwsRefused, readJwsHeader, verifyJws } from './jws.ts';
import { claimsOfPayload } from './jwt-claims.ts';
import { jwkThumbprint } from './server-key.ts';

/** The signature algorithms of DPoP proofs: those of FAPI 2.0 §5.4.1, for every client. */
export const DPOP_SIGNING_ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** Seconds a proof may be old, and by which the clock of its maker may be ahead (FAPI 2.0 §5.3.2.1-13). */
const OLDEST = 300;
const AHEAD = 30;

const Claims = z.object({
  jti: z.string().min(1).max(500),
  htm: z.string(),
  htu: z.string().max(2000),
  iat: z.number(),
  ath: z.string().optional(),
  nonce: z.string().max(200).optional(),
});
type Claims = z.infer<typeof Claims>;

/** What a proof has to fit. */
export type ProvenRequest = {
  readonly method: string;
  /** The URLs under which the endpoint is reached. */
  readonly urls: readonly string[];
  /** The access token that is sent along. */
  readonly access_token?: string;
};

/** A proof that fits its request. Whether it was used before and its nonce are the caller's to check. */
export type DpopProof = {
  /** RFC 7638 SHA-256 thumbprint of the key. */
  readonly jkt: string;
  readonly jti: string;
  readonly nonce: string | undefined;
  /** Milliseconds since the epoch: no proof like it is accepted later. */
  readonly expires_at: number;
};

/** Without query and fragment, scheme and host in lower case, no default port (RFC 9449 §4.3, RFC 3986 §6.2). */
function normalisedUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
}

async function verifiedClaims(proof: string): Promise<{ readonly jkt: string; readonly claims: Claims }> {
  const { alg, typ, jwk } = readJwsHeader(proof, DPOP_SIGNING_ALGORITHMS);
  if (typ !== 'dpop+jwt') {
    throw new JwsRefused({ field: 'typ', expected: 'dpop+jwt', presented: typ ?? 'none' });
  }
  const { keys, skipped } = parseJwks({ keys: [jwk ?? {}] });
  const [key] = keys;
  if (!key) {
    const presented = skipped[0]?.message ?? 'none';
    throw new JwsRefused({ field: 'jwk', expected: 'a public key', presented });
  }
  const payload = await verifyJws(proof, [key.publicKey], alg);
  return { jkt: jwkThumbprint(key.publicKey), claims: claimsOfPayload(payload, Claims) };
}

/**
 * Verifies a DPoP proof (RFC 9449 §4.3) as far as it can be judged by itself.
 * @param now milliseconds since the epoch
 * @throws JwsRefused
 */
export async function verifyDpopProof(
  proof: string,
  { method, urls, access_token }: ProvenRequest,
  now: number,
): Promise<DpopProof> {
  const { jkt, claims } = await verifiedClaims(proof);
  const { jti, htm, htu, iat, ath, nonce } = claims;
  if (htm !== method) throw new JwsRefused({ field: 'htm', expected: method, presented: htm.slice(0, 20) });
  const presented = normalisedUrl(htu);
  if (presented === undefined || !urls.some((url) => normalisedUrl(url) === presented)) {
    throw new JwsRefused({ field: 'htu', expected: urls, presented: htu });
  }
  const seconds = now / 1000;
  if (iat > seconds + AHEAD || iat < seconds - OLDEST) {
    throw new JwsRefused({
      field: 'iat',
      expected: `${OLDEST} seconds ago to ${AHEAD} seconds ahead of ${Math.floor(seconds)}`,
      presented: iat,
    });
  }
  if (access_token !== undefined) {
    const expected = hash('sha256', access_token, 'base64url');
    if (ath !== expected) throw new JwsRefused({ field: 'ath', expected, presented: ath ?? 'none' });
  }
  return { jkt, jti, nonce, expires_at: Math.ceil(iat + OLDEST + 1) * 1000 };
}
