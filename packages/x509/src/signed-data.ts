import { constants, verify } from 'node:crypto';
import { type AlgorithmIdentifier, algorithmIdentifier } from './algorithm-identifier.ts';
import { type DerElement, type DerReader, MalformedDer, octetAligned, TAG } from './der.ts';
import {
  type AlgorithmRules,
  RSA_BOUNDS,
  type SignatureAlgorithm,
  signatureAlgorithm,
} from './signed-data/algorithms.ts';
import type { PublicKey } from './signed-data/public-key.ts';

/** What a certificate, a CRL and an OCSP response have in common: something signed, and by what algorithm. */
export type SignedData = {
  /** DER of what is signed: tbsCertificate, tbsCertList or tbsResponseData. */
  readonly content: Uint8Array;
  /** The algorithm beside the signature. */
  readonly algorithm: AlgorithmIdentifier;
  /** The algorithm within the signed part, which must be the same (RFC 5280 §4.1.1.2, §5.1.1.2); OCSP states none. */
  readonly algorithmWithin?: AlgorithmIdentifier;
  readonly signature: Uint8Array;
};

/**
 * Reads the three members that signed things begin with; whatever follows is left in the reader.
 * @throws MalformedDer
 */
export function readSigned(reader: DerReader): {
  readonly content: DerElement;
  readonly algorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
} {
  const content = reader.element(TAG.sequence);
  const algorithm = algorithmIdentifier(reader.element(TAG.sequence), 'signatureAlgorithm');
  const signature = octetAligned(reader.element(TAG.bitString), 'signatureValue');
  return { content, algorithm, signature };
}

/**
 * How much one check of a signature by a key costs, in checks by a P-256 key, roughly: RSA grows with the square of the
 * modulus and with the length of the exponent, and the larger curves have no fast path in OpenSSL.
 */
export function verificationCost({ kind: key }: PublicKey): number {
  switch (key.kind) {
    case 'rsa':
    case 'rsa-pss':
      return Math.ceil((key.bits / 2048) ** 2 * (key.exponent.toString(2).length / 17));
    case 'ec':
      return { 'P-256': 1, 'P-384': 8, 'P-521': 20 }[key.curve];
    default:
      return 3;
  }
}

/** How many signatures one decision may still verify, whatever it is shown: shared by all parts of the decision. */
export class SignatureBudget {
  /** How many it allowed at first. */
  readonly most: number;
  #left: number;
  #work: number;

  /** @param work what they may cost together, by `verificationCost` */
  constructor(most = 128, work = Number.POSITIVE_INFINITY) {
    this.most = most;
    this.#left = most;
    this.#work = work;
  }

  /** True once more was asked for than it allows. */
  get isExceeded(): boolean {
    return this.#left < 0;
  }

  /** Takes one signature check from it; false when none is left, or none that costs so much. */
  spend(cost = 1): boolean {
    this.#work -= cost;
    this.#left = this.#work < 0 ? -1 : Math.max(-1, this.#left - 1);
    return this.#left >= 0;
  }
}

/** What is wrong with a signature, its algorithm or its key, and at which field. */
export type SignatureProblem = {
  readonly reason:
    | 'signature-algorithm-mismatch'
    | 'malformed-signature-algorithm'
    | 'unsupported-signature-algorithm'
    | 'weak-signature-algorithm'
    | 'unsupported-key'
    | 'weak-key'
    /** The key cannot have made a signature by this algorithm. */
    | 'key-of-another-kind'
    | 'signature-invalid'
    /** The budget is used up: nothing is known of the signature. */
    | 'limit-exceeded';
  /** `signatureAlgorithm`, `signatureAlgorithm.parameters`, `subjectPublicKeyInfo` or `signatureValue`. */
  readonly field: string;
  readonly expected: string;
  readonly presented: string;
};

const ALGORITHM = 'signatureAlgorithm';

/** The algorithm of a signature if it can be relied on, else why not. */
function judgedAlgorithm(
  { algorithm: beside, algorithmWithin: within }: SignedData,
  { sha1 }: AlgorithmRules,
): { readonly algorithm: SignatureAlgorithm } | { readonly problem: SignatureProblem } {
  const refused = (
    reason: SignatureProblem['reason'],
    expected: string,
    presented: string,
    field = ALGORITHM,
  ) => ({ problem: { reason, field, expected, presented } });
  if (within && !Buffer.from(within.der).equals(beside.der)) {
    return refused(
      'signature-algorithm-mismatch',
      `the algorithm within the signed part, ${within.oid}`,
      within.oid === beside.oid ? 'other parameters' : beside.oid,
    );
  }
  let algorithm: SignatureAlgorithm | undefined;
  try {
    algorithm = signatureAlgorithm(beside);
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error;
    const { presented, field } = error;
    return refused('malformed-signature-algorithm', 'the parameters of its algorithm', presented, field);
  }
  if (!algorithm) {
    return refused(
      'unsupported-signature-algorithm',
      'RSA PKCS#1 v1.5 or PSS, ECDSA, or Ed25519',
      beside.oid,
    );
  }
  if (algorithm.hash === 'md5' || (algorithm.hash === 'sha1' && !sha1)) {
    const presented = algorithm.hash === 'md5' ? 'MD5' : 'SHA-1';
    return refused('weak-signature-algorithm', 'SHA-256 or stronger', presented);
  }
  return { algorithm };
}

/** Why a signature's algorithm is not relied on, whoever's it is; undefined when it is. */
export function algorithmProblem(signed: SignedData, rules: AlgorithmRules): SignatureProblem | undefined {
  const judged = judgedAlgorithm(signed, rules);
  return 'problem' in judged ? judged.problem : undefined;
}

/** Why a key is not relied on, whatever it signs; undefined when it is. */
export function keyProblem(
  { kind: key }: PublicKey,
  { minimumRsaBits, wholeOctetModulus }: AlgorithmRules,
): SignatureProblem | undefined {
  const field = 'subjectPublicKeyInfo';
  const weak = (expected: string, presented: string): SignatureProblem => ({
    reason: 'weak-key',
    field,
    expected,
    presented,
  });
  if (key.kind === 'unsupported') {
    return {
      reason: 'unsupported-key',
      field,
      expected: `RSA up to ${RSA_BOUNDS.mostBits} bits with an exponent up to ${RSA_BOUNDS.mostExponentBits}, EC on the named curves P-256, P-384 and P-521, or Ed25519`,
      presented: key.algorithm,
    };
  }
  if (key.kind !== 'rsa' && key.kind !== 'rsa-pss') return undefined;
  if (key.bits < minimumRsaBits) {
    return weak(`RSA with at least ${minimumRsaBits} bits`, `RSA with ${key.bits} bits`);
  }
  if (key.exponent < RSA_BOUNDS.leastExponent || key.exponent % 2n === 0n) {
    return weak('an odd RSA exponent above 2', `${key.exponent}`);
  }
  if (wholeOctetModulus && key.bits % 8 !== 0) {
    return weak('an RSA modulus of whole octets (Baseline Requirements §6.1.5)', `${key.bits} bits`);
  }
  return undefined;
}

const fits = ({ kind }: PublicKey['kind'], { key, saltLength }: SignatureAlgorithm): boolean =>
  kind === key || (kind === 'rsa-pss' && saltLength !== undefined);

function verifies(
  { content, signature }: SignedData,
  algorithm: SignatureAlgorithm,
  key: PublicKey,
): boolean {
  const { hash = null, saltLength } = algorithm;
  const padding =
    saltLength !== undefined
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
      : algorithm.key === 'rsa' && { padding: constants.RSA_PKCS1_PADDING };
  try {
    const { keyObject } = key;
    return verify(hash, content, padding ? { key: keyObject, ...padding } : keyObject, signature);
  } catch {
    // A key or a salt length that OpenSSL will not take verifies nothing.
    return false;
  }
}

/**
 * Verifies what is signed by a public key: that the algorithm is the one within, known, of fitting parameters and
 * strong enough, that the key is, that they go together, and that the signature is the key's. The one verifier of
 * certificates (RFC 5280 §4.1.1.3), CRLs (§5.1.1.3) and OCSP responses (RFC 6960 §4.2.1).
 * @param budget what the decision may still verify; only the verification itself takes from it
 * @returns undefined when the signature is good
 */
export function signatureProblem(
  signed: SignedData,
  key: PublicKey,
  rules: AlgorithmRules,
  budget: SignatureBudget,
): SignatureProblem | undefined {
  const judged = judgedAlgorithm(signed, rules);
  if ('problem' in judged) return judged.problem;
  const weakness = keyProblem(key, rules);
  if (weakness) return weakness;
  const { algorithm } = judged;
  if (!fits(key.kind, algorithm)) {
    return {
      reason: 'key-of-another-kind',
      field: ALGORITHM,
      expected: `an algorithm of ${key.kind.kind} keys`,
      presented: signed.algorithm.oid,
    };
  }
  const field = 'signatureValue';
  if (!budget.spend(verificationCost(key))) {
    const expected = `at most ${budget.most} signature checks`;
    return { reason: 'limit-exceeded', field, expected, presented: 'more' };
  }
  if (verifies(signed, algorithm, key)) return undefined;
  return { reason: 'signature-invalid', field, expected: 'a signature by this key', presented: 'another' };
}
