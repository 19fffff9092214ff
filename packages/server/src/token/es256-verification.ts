import { KeyObject, verify } from 'node:crypto';

/** Octets of an ES256 signature: r and s of 32 each (RFC 7518 §3.4). */
const SIGNATURE_OCTETS = 64;

/** An unsigned integer as DER has it: in as few octets as can be, and none that reads as negative (X.690 §8.3). */
function derInteger(octets: Uint8Array): readonly number[] {
  let from = 0;
  while (from < octets.length - 1 && octets[from] === 0) from++;
  const least = octets.subarray(from);
  const padding = (least[0] ?? 0) >= 0x80 ? [0] : [];
  return [2, least.length + padding.length, ...padding, ...least];
}

/** The DER of an ECDSA signature, which `verify` takes in two thirds of the time that it needs for r and s as they are. */
function derSignature(signature: Uint8Array): Buffer {
  const half = SIGNATURE_OCTETS / 2;
  const integers = [
    ...derInteger(signature.subarray(0, half)),
    ...derInteger(signature.subarray(half, SIGNATURE_OCTETS)),
  ];
  return Buffer.from([0x30, integers.length, ...integers]);
}

const looked = new WeakMap<KeyObject, boolean>();

function isFit(key: KeyObject): boolean {
  const { type, asymmetricKeyType } = key;
  if (type !== 'public' || asymmetricKeyType !== 'ec') return false;
  const fits = looked.get(key) ?? key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
  looked.set(key, fits);
  return fits;
}

/** Whether `key` is one that ES256 signatures are verified with (RFC 7518 §3.4). */
export const isEs256Key = (key: KeyObject | Uint8Array): key is KeyObject =>
  key instanceof KeyObject && isFit(key);

/**
 * Verifies an ES256 signature at once. It takes less time than handing it to another thread would, and is what most
 * assertions and proofs are signed with.
 * @param input what is signed: header and payload with the dot between them (RFC 7515 §5.2)
 * @param key one of {@link isEs256Key}
 */
export const isEs256Signature = (input: string, signature: Uint8Array, key: KeyObject): boolean =>
  signature.length === SIGNATURE_OCTETS &&
  verify('sha256', Buffer.from(input, 'latin1'), key, derSignature(signature));
