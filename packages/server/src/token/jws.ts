import type { KeyObject } from 'node:crypto';
import { compactVerify, decodeProtectedHeader, errors } from 'jose';
import { ownMember } from '../own-member.ts';
import { isCompact, LONGEST_COMPACT } from './compact-serialization.ts';
import { isEs256Key, isEs256Signature } from './es256-verification.ts';

/** Why a JWS cannot be believed; `evidence` tells the operator what was compared. */
export class JwsRefused extends Error {
  override readonly name = 'JwsRefused';
  readonly evidence: Readonly<Record<string, unknown>>;

  constructor(evidence: Readonly<Record<string, unknown>>) {
    super('the JWS cannot be believed');
    this.evidence = evidence;
  }
}

/** The protected header of a JWS, before its signature is checked: what it says of itself proves nothing. */
export type JwsHeader = {
  readonly alg: string;
  readonly kid: string | undefined;
  readonly typ: string | undefined;
  readonly jwk: unknown;
};

/**
 * Reads the header of a compact JWS (RFC 7515 §3.1) that someone else made.
 * @param algorithms the algorithms it may name; `none` is never among them (RFC 8725 §3.1)
 * @throws JwsRefused
 */
export function readJwsHeader(jws: string, algorithms: readonly string[]): JwsHeader {
  if (jws.length > LONGEST_COMPACT) {
    throw new JwsRefused({ expected: `at most ${LONGEST_COMPACT} characters`, presented: jws.length });
  }
  if (!isCompact(jws, 3)) {
    throw new JwsRefused({ expected: 'a compact JWS (RFC 7515 §7.1)', presented: 'another serialization' });
  }
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(jws);
  } catch (error) {
    throw new JwsRefused({ presented: error instanceof Error ? error.message : 'not a JWS' });
  }
  const { alg, kid, typ, jwk } = header;
  if (typeof alg !== 'string' || alg === 'none' || !algorithms.includes(alg)) {
    throw new JwsRefused({ field: 'alg', expected: algorithms, presented: alg ?? 'none' });
  }
  return {
    alg,
    kid: typeof kid === 'string' ? kid : undefined,
    typ: typeof typ === 'string' ? typ : undefined,
    jwk,
  };
}

/** A symmetric key is as long as the hash at least (RFC 7518 §3.2). */
const FEWEST_KEY_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** A key of another type or curve than `alg` has, or of too few bits, is not the one: Web Crypto and jose throw these. */
export const isUnfitKey = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof DOMException;

/** What a JWS says of itself that changes what is signed or how it is to be read (RFC 7515 §4.1.11, RFC 7797). */
const isExtended = (header: string): boolean => {
  const read: unknown = JSON.parse(Buffer.from(header, 'base64url').toString());
  return typeof read !== 'object' || read === null || 'crit' in read || 'b64' in read;
};

/** Verifies a compact JWS by ES256. @returns its payload; undefined where it is not signed by `key` */
function es256Payload(jws: string, key: KeyObject): Uint8Array | undefined {
  const [header = '', payload = '', signature = ''] = jws.split('.');
  return isEs256Signature(`${header}.${payload}`, Buffer.from(signature, 'base64url'), key)
    ? Buffer.from(payload, 'base64url')
    : undefined;
}

/**
 * Verifies a compact JWS (RFC 7515 §5.2) with the first of `keys` that made it.
 * @param alg the one algorithm it may use, as {@link readJwsHeader} found it among those allowed
 * @returns the payload
 * @throws JwsRefused
 */
export async function verifyJws(
  jws: string,
  keys: readonly (KeyObject | Uint8Array)[],
  alg: string,
): Promise<Uint8Array> {
  const fewest = ownMember(FEWEST_KEY_BYTES, alg) ?? 0;
  const isPlainEs256 = alg === 'ES256' && !isExtended(jws.slice(0, jws.indexOf('.')));
  for (const key of keys) {
    if (isPlainEs256 && isEs256Key(key)) {
      const payload = es256Payload(jws, key);
      if (payload) return payload;
      continue;
    }
    if (key instanceof Uint8Array && key.length < fewest) {
      throw new JwsRefused({
        field: 'alg',
        expected: `a secret of at least ${fewest} bytes for ${alg} (RFC 7518 §3.2)`,
        presented: key.length,
      });
    }
    try {
      return (await compactVerify(jws, key, { algorithms: [alg] })).payload;
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed || isUnfitKey(error)) continue;
      if (error instanceof errors.JOSEError) {
        throw new JwsRefused({ presented: error.message, code: error.code });
      }
      throw error;
    }
  }
  throw new JwsRefused({
    field: 'signature',
    expected: `a signature by one of ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}`,
  });
}
