import { algorithmIdentifier } from '../certificate-fields.ts';
import {
  DerReader,
  integer,
  MalformedDer,
  objectIdentifier,
  octetAligned,
  onlyElement,
  TAG,
} from '../der.ts';
import type { AlgorithmRules, CertificateProfile } from './path-rules.ts';

export type PublicKey =
  | { readonly kind: 'rsa'; readonly bits: number; readonly exponent: bigint }
  | { readonly kind: 'ec'; readonly curve: string }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'unsupported'; readonly algorithm: string };

/** The longest modulus that is worked with: beyond it one signature check costs too much. */
const LONGEST_MODULUS_BITS = 8192;
const FIELD = 'subjectPublicKeyInfo';

const CURVES = new Map([
  ['1.2.840.10045.3.1.7', 'P-256'],
  ['1.3.132.0.34', 'P-384'],
  ['1.3.132.0.35', 'P-521'],
]);

const KEY_ALGORITHMS = new Map([
  ['1.2.840.10040.4.1', 'DSA'],
  ['1.3.101.113', 'Ed448'],
  ['1.3.101.110', 'X25519'],
  ['1.2.840.10046.2.1', 'Diffie-Hellman'],
]);

function unsigned(octets: Uint8Array): bigint {
  if ((octets[0] ?? 0x80) >= 0x80) throw new MalformedDer(FIELD, 'an RSA number that is negative');
  return BigInt(`0x${Buffer.from(octets).toString('hex')}`);
}

/** Reads a SubjectPublicKeyInfo as far as its strength shows. @throws MalformedDer */
export function readPublicKey(subjectPublicKeyInfo: Uint8Array): PublicKey {
  const reader = new DerReader(onlyElement(subjectPublicKeyInfo, TAG.sequence, FIELD).content, FIELD);
  const { oid, parameters } = algorithmIdentifier(reader.element(TAG.sequence), `${FIELD}.algorithm`);
  const key = octetAligned(reader.element(TAG.bitString), FIELD);
  reader.end();
  switch (oid) {
    case '1.2.840.113549.1.1.1':
    case '1.2.840.113549.1.1.10': {
      const numbers = new DerReader(onlyElement(key, TAG.sequence, FIELD).content, FIELD);
      const modulus = integer(numbers.element(TAG.integer), FIELD);
      const exponent = integer(numbers.element(TAG.integer), FIELD);
      numbers.end();
      if (modulus.length > LONGEST_MODULUS_BITS / 8 + 1 || exponent.length > 32) {
        return { kind: 'unsupported', algorithm: `RSA with ${modulus.length * 8} bits` };
      }
      return { kind: 'rsa', bits: unsigned(modulus).toString(2).length, exponent: unsigned(exponent) };
    }
    case '1.2.840.10045.2.1': {
      if (parameters?.[0] !== TAG.objectIdentifier) {
        return { kind: 'unsupported', algorithm: 'EC with explicit or absent parameters' };
      }
      const named = objectIdentifier(onlyElement(parameters, TAG.objectIdentifier, FIELD), FIELD);
      const curve = CURVES.get(named);
      return curve ? { kind: 'ec', curve } : { kind: 'unsupported', algorithm: `EC on curve ${named}` };
    }
    case '1.3.101.112':
      return { kind: 'ed25519' };
    default:
      return { kind: 'unsupported', algorithm: KEY_ALGORITHMS.get(oid) ?? oid };
  }
}

/** Why a key is not relied on; undefined when it is. */
export function publicKeyProblem(
  key: PublicKey,
  { minimumRsaBits }: AlgorithmRules,
  profile: CertificateProfile,
): { reason: 'weak-key' | 'unsupported-key'; expected: string; presented: string } | undefined {
  if (key.kind === 'unsupported') {
    return {
      reason: 'unsupported-key',
      expected: `RSA up to ${LONGEST_MODULUS_BITS} bits, EC on the named curves P-256, P-384 and P-521, or Ed25519`,
      presented: key.algorithm,
    };
  }
  if (key.kind !== 'rsa') return undefined;
  if (key.bits < minimumRsaBits) {
    return {
      reason: 'weak-key',
      expected: `RSA with at least ${minimumRsaBits} bits`,
      presented: `RSA with ${key.bits} bits`,
    };
  }
  if (key.exponent < 3n || key.exponent % 2n === 0n) {
    return { reason: 'weak-key', expected: 'an odd RSA exponent above 2', presented: `${key.exponent}` };
  }
  if (profile === 'web-pki' && key.bits % 8 !== 0) {
    return {
      reason: 'weak-key',
      expected: 'an RSA modulus of whole octets (Baseline Requirements §6.1.5)',
      presented: `${key.bits} bits`,
    };
  }
  return undefined;
}
