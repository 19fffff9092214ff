/** The first line of a private key in PEM format, whichever kind it is; OpenSSH's and PGP's among them. */
const PEM_PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/i;
/** What makes a JSON Web Key private, where a key type stands beside it (RFC 7518 §6). */
const JWK_PRIVATE = /"(?:d|k|p|q|dp|dq|qi)"\s*:\s*"/;
const JWK = /"kty"\s*:\s*"/;

/** Whether a text holds a private key: PEM, or a JSON Web Key with its private part. */
export const holdsPrivateKey = (text: string): boolean =>
  PEM_PRIVATE_KEY.test(text) || (JWK.test(text) && JWK_PRIVATE.test(text));

/** What a file of bytes is, where it must not be sent as a certificate. */
export type PrivateFile = 'private key' | 'key store';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const JKS = [0xfe, 0xed, 0xfe, 0xed];

/** Where the content of a DER value begins (X.690 §8.1.3); -1 where there is none. */
function contentOf(bytes: Uint8Array): number {
  const length = bytes[1] ?? 0;
  if (bytes[0] !== SEQUENCE) return -1;
  return length < 0x80 ? 2 : 2 + (length & 0x7f);
}

/**
 * Whether a file is a private key in DER (PKCS#1, PKCS#8, SEC 1: a sequence that begins with version 0 or 1) or a key store
 * (PKCS#12, with version 3; JKS). A certificate begins with another sequence. An encrypted PKCS#8 key is known by its
 * algorithm, of PBES2.
 */
export function privateFile(bytes: Uint8Array): PrivateFile | undefined {
  if (JKS.every((byte, index) => bytes[index] === byte)) return 'key store';
  const at = contentOf(bytes);
  if (at < 0) return undefined;
  if (bytes[at] === INTEGER && bytes[at + 1] === 1)
    return (bytes[at + 2] ?? 0) <= 1 ? 'private key' : 'key store';
  // SEQUENCE { OBJECT IDENTIFIER 1.2.840.113549.1.5.… is how an encrypted key begins (RFC 5958 §3).
  const inner = contentOf(bytes.subarray(at));
  const PBE = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
  return inner > 0 && PBE.every((byte, index) => bytes[at + inner + index] === byte)
    ? 'private key'
    : undefined;
}

const JCEKS = [0xce, 0xce, 0xce, 0xce];
/** A key or secret in a store of Java; the other entries are certificates. */
const CERTIFICATE_ENTRY = 2;

/** Whether a store of Java (JKS, JCEKS) has an entry that is no certificate, as one may that is cut off; undefined of another file. */
function javaStoreHoldsKey(bytes: Uint8Array): boolean | undefined {
  if (![JKS, JCEKS].some((magic) => magic.every((byte, index) => bytes[index] === byte))) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const version = view.getUint32(4);
    let at = 12;
    for (let left = view.getUint32(8); left > 0; left--) {
      if (view.getUint32(at) !== CERTIFICATE_ENTRY) return true;
      at += 4;
      // Its alias and the time it was made; since version 2 the kind of the certificate, and the certificate.
      at += 2 + view.getUint16(at) + 8;
      if (version > 1) at += 2 + view.getUint16(at);
      at += 4 + view.getUint32(at);
    }
    return false;
  } catch {
    return true;
  }
}

/** keyBag and pkcs8ShroudedKeyBag (RFC 7292 §4.2.1, §4.2.2), up to their last byte. */
const KEY_BAG = [0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];

const hasKeyBag = (bytes: Uint8Array): boolean =>
  bytes.some(
    (byte, from) =>
      byte === KEY_BAG[0] &&
      KEY_BAG.every((each, index) => bytes[from + index] === each) &&
      [1, 2].includes(bytes[from + KEY_BAG.length] ?? 0),
  );

/**
 * What of a file must not be sent to a trust store: a private key, or a key store with one. Stores of certificates alone may:
 * keys of PKCS#12 stand beside what is encrypted of it, as every program writes them, each encrypted by itself.
 */
export function exposedFile(bytes: Uint8Array): PrivateFile | undefined {
  const ofJava = javaStoreHoldsKey(bytes);
  if (ofJava !== undefined) return ofJava ? 'key store' : undefined;
  const kind = privateFile(bytes);
  return kind === 'key store' && !hasKeyBag(bytes) ? undefined : kind;
}
