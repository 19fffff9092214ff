import { type DerElement, MalformedDer, namedBits } from '../der.ts';

/** CRLReason by its value (RFC 5280 §5.3.1); value 7 is not used. */
const REASONS = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
} as const;

/** Why a certificate was revoked, by the names of RFC 5280 §5.3.1. */
export type RevocationReason = (typeof REASONS)[keyof typeof REASONS];

const BY_CODE = new Map<number, RevocationReason>(
  Object.entries(REASONS).map(([code, reason]) => [Number(code), reason]),
);

/** @param code the CRLReason value @throws MalformedDer when it names none */
export function reasonOf(code: number): RevocationReason {
  const reason = BY_CODE.get(code);
  if (reason === undefined) throw new MalformedDer('CRLReason', `${code}, which names no reason`);
  return reason;
}

/** ReasonFlags (RFC 5280 §4.2.1.13): bits 1 to 8, bit n standing for flag n of the list. */
const FLAGS: readonly RevocationReason[] = [
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
];

/** Every reason that CRLs have to cover before they can say "not revoked" (RFC 5280 §6.3.2, all-reasons). */
export const ALL_REASONS = 0b1_1111_1110;

/** A mask of ReasonFlags, `1 << n` for bit n. @throws MalformedDer */
export const reasonMask = (element: DerElement, field: string): number =>
  namedBits(element, field)
    .filter((bit) => bit <= FLAGS.length)
    .reduce((mask, bit) => mask | (1 << bit), 0) & ALL_REASONS;

/** The reasons that a mask of ReasonFlags holds, by name. */
export const reasonsIn = (mask: number): RevocationReason[] =>
  FLAGS.filter((_, index) => mask & (1 << (index + 1)));
