import { createPublicKey, type KeyObject } from 'node:crypto';
import { algorithmIdentifier } from '../algorithm-identifier.ts';
import {
  DerReader,
  integer,
  MalformedDer,
  objectIdentifier,
  octetAligned,
  onlyElement,
  TAG,
} from '../der.ts';
import { CURVES, KEY_ALGORITHM, OTHER_KEY_ALGORITHMS, RSA_BOUNDS } from './algorithms.ts';

/** What a public key is, as far as its strength shows. */
export type PublicKeyKind =
  /** `rsa-pss`: a key that signs by RSASSA-PSS alone (RFC 4055 §1.2). `bits` are those of the modulus. */
  | { readonly kind: 'rsa' | 'rsa-pss'; readonly bits: number; readonly exponent: bigint }
  | { readonly kind: 'ec'; readonly curve: 'P-256' | 'P-384' | 'P-521' }
  | { readonly kind: 'ed25519' }
  /** Not relied on, whatever it signs; `algorithm` says what it is, for messages. */
  | { readonly kind: 'unsupported'; readonly algorithm: string };

const FIELD = 'subjectPublicKeyInfo';

/** The octets of a number that is not negative, without the zero that keeps its sign. */
function magnitude(octets: Uint8Array): Uint8Array {
  if ((octets[0] ?? 0x80) >= 0x80) throw new MalformedDer(FIELD, 'an RSA number that is negative');
  return octets[0] === 0 ? octets.subarray(1) : octets;
}

const bitLength = (octets: Uint8Array): number =>
  octets.length * 8 - (octets.length === 0 ? 0 : Math.clz32(octets[0] ?? 0) - 24);

function rsa(key: Uint8Array, kind: 'rsa' | 'rsa-pss'): PublicKeyKind {
  const numbers = new DerReader(onlyElement(key, TAG.sequence, FIELD).content, FIELD);
  const modulus = magnitude(integer(numbers.element(TAG.integer), FIELD));
  const exponent = magnitude(integer(numbers.element(TAG.integer), FIELD));
  numbers.end();
  const [bits, exponentBits] = [bitLength(modulus), bitLength(exponent)];
  if (bits > RSA_BOUNDS.mostBits) return { kind: 'unsupported', algorithm: `RSA with ${bits} bits` };
  if (exponentBits > RSA_BOUNDS.mostExponentBits) {
    return { kind: 'unsupported', algorithm: `RSA with an exponent of ${exponentBits} bits` };
  }
  return { kind, bits, exponent: BigInt(`0x${Buffer.from(exponent).toString('hex') || '0'}`) };
}

function elliptic(parameters: Uint8Array | undefined): PublicKeyKind {
  if (parameters?.[0] !== TAG.objectIdentifier) {
    return { kind: 'unsupported', algorithm: 'EC with explicit or absent parameters' };
  }
  const named = objectIdentifier(onlyElement(parameters, TAG.objectIdentifier, FIELD), FIELD);
  for (const [oid, curve] of CURVES) if (oid === named) return { kind: 'ec', curve };
  return { kind: 'unsupported', algorithm: `EC on curve ${named}` };
}

/** A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) as a value. */
export class PublicKey {
  /** DER of the SubjectPublicKeyInfo. */
  readonly der: Uint8Array;
  /** What its BIT STRING holds: what OCSP and key identifiers hash. */
  readonly octets: Uint8Array;
  readonly kind: PublicKeyKind;
  #keyObject: KeyObject | undefined;

  private constructor(der: Uint8Array, octets: Uint8Array, kind: PublicKeyKind) {
    this.der = der;
    this.octets = octets;
    this.kind = kind;
  }

  /** @param der a SubjectPublicKeyInfo and nothing after it @throws MalformedDer */
  static fromDer(der: Uint8Array): PublicKey {
    const reader = new DerReader(onlyElement(der, TAG.sequence, FIELD).content, FIELD);
    const { oid, parameters } = algorithmIdentifier(reader.element(TAG.sequence), `${FIELD}.algorithm`);
    const octets = octetAligned(reader.element(TAG.bitString), FIELD);
    reader.end();
    const kind = (): PublicKeyKind => {
      switch (oid) {
        case KEY_ALGORITHM.rsaEncryption:
          return rsa(octets, 'rsa');
        case KEY_ALGORITHM['RSASSA-PSS']:
          return rsa(octets, 'rsa-pss');
        case KEY_ALGORITHM.ecPublicKey:
          return elliptic(parameters);
        case KEY_ALGORITHM.Ed25519:
          return { kind: 'ed25519' };
        default:
          return { kind: 'unsupported', algorithm: OTHER_KEY_ALGORITHMS.get(oid) ?? oid };
      }
    };
    return new PublicKey(der, octets, kind());
  }

  /** The key as node works with it, made when first asked for. @throws Error when OpenSSL does not take it */
  get keyObject(): KeyObject {
    this.#keyObject ??= createPublicKey({ key: Buffer.from(this.der), format: 'der', type: 'spki' });
    return this.#keyObject;
  }
}
