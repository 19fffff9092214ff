import type { RevocationReason } from './reason.ts';
import type { SignatureProblem } from './signature.ts';

/** Why a CRL, a response or a whole source says nothing about a certificate. */
export type RevocationProblem = {
  readonly because:
    | SignatureProblem['because']
    /** There is no CRL or responder for this certificate. */
    | 'no-source'
    /** It could not be fetched or read. */
    | 'unreachable'
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
    /** The source itself failed. */
    | 'unexpected';
  /** For the operator: expected against presented. */
  readonly detail: string;
};

/** A certificate found revoked. */
export type Revoked = {
  readonly status: 'revoked';
  /** When, milliseconds since the epoch. */
  readonly at: number;
  readonly reason: RevocationReason;
  /** Until when that may be believed without asking again: Infinity unless it can be taken back. */
  readonly until: number;
};

/** A certificate found not revoked, and until when that may be believed, milliseconds since the epoch. */
export type Good = { readonly status: 'good'; readonly until: number };

/** No answer, and every reason why. */
export type Unusable = { readonly status: 'unusable'; readonly why: readonly RevocationProblem[] };

export const unusable = (because: RevocationProblem['because'], detail: string): Unusable => ({
  status: 'unusable',
  why: [{ because, detail }],
});

/** A moment (milliseconds since the epoch) as the operator reads it. */
export const moment = (at: number): string => new Date(at).toISOString();

/** True for a revocation that nothing takes back: stale data that says so is still right. */
export const isPermanent = ({ reason }: { readonly reason: RevocationReason }): boolean =>
  reason !== 'certificateHold' && reason !== 'removeFromCRL';
