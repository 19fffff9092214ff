import { MalformedCertificate } from '../certificate.ts';
import { MalformedDer } from '../der.ts';
import type { SignatureProblem } from '../signed-data.ts';
import type { RevocationReason } from './reason.ts';

/** Why a CRL, a response or a whole source says nothing about a certificate. */
export type RevocationProblem = {
  readonly because:
    | 'signature-invalid'
    | 'signature-algorithm'
    | 'weak-key'
    /** There is no CRL or responder for this certificate. */
    | 'no-source'
    /** It could not be fetched or read. */
    | 'unreachable'
    /** Whoever asks had no room for the question: nothing is known of the source. */
    | 'not-asked'
    | 'malformed'
    | 'unknown-critical-extension'
    | 'not-yet-valid'
    | 'expired'
    /** It does not say until when it holds. */
    | 'no-next-update'
    /** The CRL is about other certificates. */
    | 'scope'
    /** The CRLs do not say revoked, but cover only some of the reasons. */
    | 'reasons-not-covered'
    /** Signed by a certificate that may not sign this. */
    | 'signer-not-authorized'
    | 'signer-revoked'
    | 'signer-status-undetermined'
    /** The responder answered with an error instead of a response. */
    | 'responder-error'
    /** The responder does not know the certificate. */
    | 'unknown'
    /** The response is about another certificate. */
    | 'certificate-mismatch'
    | 'nonce'
    /** The signature checks allowed for one decision are used up. */
    | 'limit-exceeded'
    /** The source itself failed. */
    | 'unexpected';
  /** For the operator: expected against presented. */
  readonly detail: string;
};

/** A certificate found revoked. */
export type RevokedStatus = {
  readonly status: 'revoked';
  /** When, milliseconds since the epoch. */
  readonly at: number;
  readonly reason: RevocationReason;
  /** Until when that may be believed without asking again: Infinity unless it can be taken back. */
  readonly until: number;
};

/** A certificate found not revoked, and until when that may be believed, milliseconds since the epoch. */
export type GoodStatus = { readonly status: 'good'; readonly until: number };

/** No answer, and every reason why. */
export type UnusableStatus = { readonly status: 'unusable'; readonly why: readonly RevocationProblem[] };

/** An answer that is none, for one reason. @param detail for the operator: expected against presented */
export const unusableStatus = (because: RevocationProblem['because'], detail: string): UnusableStatus => ({
  status: 'unusable',
  why: [{ because, detail }],
});

/**
 * The answer for a certificate, CRL or response that cannot be read.
 * @throws what is given, when it is any other failure
 */
export function malformedStatus(error: unknown): UnusableStatus {
  if (error instanceof MalformedDer || error instanceof MalformedCertificate) {
    return unusableStatus('malformed', error.message);
  }
  throw error;
}

const BECAUSE = {
  'signature-algorithm-mismatch': 'signature-algorithm',
  'malformed-signature-algorithm': 'signature-algorithm',
  'unsupported-signature-algorithm': 'signature-algorithm',
  'weak-signature-algorithm': 'signature-algorithm',
  'key-of-another-kind': 'signature-algorithm',
  'unsupported-key': 'weak-key',
  'weak-key': 'weak-key',
  'signature-invalid': 'signature-invalid',
  'limit-exceeded': 'limit-exceeded',
} as const satisfies Record<SignatureProblem['reason'], RevocationProblem['because']>;

/** What the verifier found wrong, as a reason not to believe revocation data; undefined for undefined. */
export const asRevocationProblem = (problem: SignatureProblem | undefined): RevocationProblem | undefined =>
  problem && {
    because: BECAUSE[problem.reason],
    detail: `${problem.field}: expected ${problem.expected}, presented ${problem.presented}`,
  };

/**
 * True for a revocation that nothing takes back, neither a hold nor the end of one (RFC 5280 §5.3.1): stale data that
 * says so is still right.
 */
export const isPermanentRevocation = ({ reason }: { readonly reason: RevocationReason }): boolean =>
  reason !== 'certificateHold' && reason !== 'removeFromCRL';
