import type { Certificate } from '../certificate.ts';
import { type AlgorithmRules, DEFAULT_ALGORITHMS } from '../signed-data/algorithms.ts';
import { algorithmProblem, keyProblem, type SignatureProblem } from '../signed-data.ts';
import type { PathRefusal, PathRefusalReason } from './path-refusal.ts';

const REASONS = {
  'signature-algorithm-mismatch': 'signature-algorithm-mismatch',
  'malformed-signature-algorithm': 'malformed-certificate',
  'unsupported-signature-algorithm': 'unsupported-signature-algorithm',
  'weak-signature-algorithm': 'weak-signature-algorithm',
  'unsupported-key': 'unsupported-key',
  'weak-key': 'weak-key',
  'key-of-another-kind': 'signature-invalid',
  'signature-invalid': 'signature-invalid',
  'limit-exceeded': 'limit-exceeded',
} as const satisfies Record<SignatureProblem['reason'], PathRefusalReason>;

/** What the verifier found wrong with a certificate, as the refusal of a path; undefined for undefined. */
export const asRefusal = (
  certificate: Certificate,
  problem: SignatureProblem | undefined,
): PathRefusal | undefined => problem && { ...problem, reason: REASONS[problem.reason], certificate };

/**
 * Why the algorithm that a certificate was signed by is not relied on, whoever signed: it must be the same within and
 * beside the signed part (RFC 5280 §4.1.1.2), known, with the parameters it takes, and strong enough.
 * @returns undefined when it is relied on
 * @throws MalformedCertificate
 */
export const signatureAlgorithmProblem = (
  certificate: Certificate,
  rules: AlgorithmRules = DEFAULT_ALGORITHMS,
): PathRefusal | undefined => asRefusal(certificate, algorithmProblem(certificate.signed, rules));

/**
 * Why a certificate's own public key is not relied on: RSA below or beyond the sizes allowed or with an exponent that
 * protects nothing, other curves than P-256, P-384 and P-521, other kinds of keys.
 * @returns undefined when it is relied on
 * @throws MalformedCertificate
 */
export const publicKeyProblem = (
  certificate: Certificate,
  rules: AlgorithmRules = DEFAULT_ALGORITHMS,
): PathRefusal | undefined => asRefusal(certificate, keyProblem(certificate.publicKey, rules));
