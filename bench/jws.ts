import crypto, { type KeyObject, sign } from 'node:crypto';

/**
 * An ECDSA signature as JWS has it (RFC 7518 §3.4), from the DER that `sign` returns when it is given the key and
 * nothing else: any option beside the key, `dsaEncoding` too, more than doubles what a signature costs.
 */
function joseFromDer(der: Buffer): Buffer {
  const signature = Buffer.alloc(64);
  const rBytes = der[3] ?? 0;
  const r = der.subarray(4, 4 + rBytes).subarray(-32);
  const s = der.subarray(6 + rBytes).subarray(-32);
  signature.set(r, 32 - r.length);
  signature.set(s, 64 - s.length);
  return signature;
}

/** An integer of DER: the fewest octets, and none that reads as negative. */
function derInteger(octets: Buffer): Buffer {
  const first = octets.findIndex((octet) => octet !== 0);
  const least = octets.subarray(first < 0 ? octets.length - 1 : first);
  const padding = (least[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.from([2, least.length + padding.length, ...padding, ...least]);
}

/** The way back, for the same reason. */
function derFromJose(signature: Buffer): Buffer {
  const r = derInteger(signature.subarray(0, 32));
  const s = derInteger(signature.subarray(32));
  return Buffer.concat([Buffer.from([0x30, r.length + s.length]), r, s]);
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signs claims with ES256, under a header that is encoded once. */
export function es256Signer(
  header: Readonly<Record<string, unknown>>,
  key: KeyObject,
): (claims: Readonly<Record<string, unknown>>) => string {
  const first = encoded({ ...header, alg: 'ES256' });
  return (claims) => {
    const input = `${first}.${encoded(claims)}`;
    return `${input}.${joseFromDer(sign('sha256', Buffer.from(input), key)).toString('base64url')}`;
  };
}

/** Whether a compact JWS carries an ES256 signature by this key. */
export function isSignedBy(jws: string, key: KeyObject): boolean {
  const end = jws.lastIndexOf('.');
  const signature = Buffer.from(jws.slice(end + 1), 'base64url');
  return (
    signature.length === 64 &&
    crypto.verify('sha256', Buffer.from(jws.slice(0, end)), key, derFromJose(signature))
  );
}

/** The claims of a JWT, unverified. */
export const claimsOf = (jwt: string): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());

/** The header of a JWT. */
export const headerOf = (jwt: string): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString());
