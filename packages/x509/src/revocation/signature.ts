import { constants, type KeyObject, verify } from 'node:crypto';
import type { AlgorithmIdentifier } from '../certificate-fields.ts';
import { contextTag, count, DerReader, objectIdentifier, onlyElement, TAG } from '../der.ts';

/** What is wrong with a signature; `detail` says expected against presented. */
export type SignatureProblem = {
  readonly because: 'signature-invalid' | 'signature-algorithm' | 'weak-key';
  readonly detail: string;
};

/** What was signed, the AlgorithmIdentifier beside the signature, and the signature's octets. */
export type Signed = {
  readonly content: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
};

const LEAST_RSA_BITS = 2048;
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

const HASHES = new Map([
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

type Scheme =
  | { readonly kind: 'rsa-pkcs1'; readonly hash: string }
  | { readonly kind: 'rsa-pss'; readonly hash: string; readonly saltLength: number }
  | { readonly kind: 'ecdsa'; readonly hash: string }
  | { readonly kind: 'ed25519' };

const SCHEMES = new Map<string, Scheme>([
  ['1.2.840.113549.1.1.11', { kind: 'rsa-pkcs1', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { kind: 'rsa-pkcs1', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { kind: 'rsa-pkcs1', hash: 'sha512' }],
  ['1.2.840.10045.4.3.2', { kind: 'ecdsa', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { kind: 'ecdsa', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { kind: 'ecdsa', hash: 'sha512' }],
  ['1.3.101.112', { kind: 'ed25519' }],
]);

const RSASSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const FIELD = 'signatureAlgorithm';

const identifierIn = (reader: DerReader): string =>
  objectIdentifier(reader.element(TAG.objectIdentifier), FIELD);

/** RSASSA-PSS-params (RFC 4055 §3.1). The defaults mean SHA-1 and so are never good: all must be stated. */
function pssScheme(parameters: Uint8Array): Scheme | undefined {
  const reader = new DerReader(onlyElement(parameters, TAG.sequence, FIELD).content, FIELD);
  const [hash, mask, salt, trailer] = [0, 1, 2, 3].map((number) => {
    const wrapper = reader.optional(contextTag(number, true));
    return wrapper && new DerReader(wrapper.content, FIELD).any();
  });
  reader.end();
  if (!hash || !mask || !salt || (trailer && count(trailer, FIELD) !== 1)) return undefined;
  const hashName = HASHES.get(identifierIn(new DerReader(hash.content, FIELD)));
  const generator = new DerReader(mask.content, FIELD);
  if (identifierIn(generator) !== MGF1) return undefined;
  const maskHash = identifierIn(new DerReader(generator.element(TAG.sequence).content, FIELD));
  if (hashName === undefined || HASHES.get(maskHash) !== hashName) return undefined;
  return { kind: 'rsa-pss', hash: hashName, saltLength: count(salt, FIELD) };
}

function keyProblem(key: KeyObject, scheme: Scheme): SignatureProblem | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const fitting = {
    'rsa-pkcs1': ['rsa'],
    'rsa-pss': ['rsa', 'rsa-pss'],
    ecdsa: ['ec'],
    ed25519: ['ed25519'],
  }[scheme.kind];
  if (type === undefined || !fitting.includes(type)) {
    return {
      because: 'signature-algorithm',
      detail: `a ${type} key cannot have made a ${scheme.kind} signature`,
    };
  }
  if (type === 'ec' && !CURVES.has(details?.namedCurve ?? '')) {
    return { because: 'weak-key', detail: `curve ${details?.namedCurve}, expected P-256, P-384 or P-521` };
  }
  const bits = details?.modulusLength;
  if (bits !== undefined && bits < LEAST_RSA_BITS) {
    return { because: 'weak-key', detail: `an RSA key of ${bits} bits, expected at least ${LEAST_RSA_BITS}` };
  }
  return undefined;
}

/**
 * Verifies the signature of a CRL, an OCSP response or a signer's certificate: RSA PKCS#1 v1.5 and PSS,
 * ECDSA on P-256, P-384 and P-521, with SHA-2; Ed25519. SHA-1, MD5 and RSA below 2048 bits are refused.
 * @returns undefined when the signature is good
 * @throws MalformedDer when the algorithm's parameters cannot be read
 */
export function signatureProblem(signed: Signed, publicKey: KeyObject): SignatureProblem | undefined {
  const { oid, parameters } = signed.algorithm;
  const scheme = oid === RSASSA_PSS ? parameters && pssScheme(parameters) : SCHEMES.get(oid);
  if (scheme === undefined) {
    return { because: 'signature-algorithm', detail: `signature algorithm ${oid} is not accepted` };
  }
  const problem = keyProblem(publicKey, scheme);
  if (problem) return problem;
  const key =
    scheme.kind === 'rsa-pss'
      ? { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength }
      : publicKey;
  let good: boolean;
  try {
    good = verify(scheme.kind === 'ed25519' ? null : scheme.hash, signed.content, key, signed.signature);
  } catch {
    good = false;
  }
  return good ? undefined : { because: 'signature-invalid', detail: 'the signature does not verify' };
}
