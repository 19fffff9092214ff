import type { ClaimRule } from './claim-rule.ts';

/** What a rule came to. */
export type ClaimOutcome =
  | { readonly outcome: 'given'; readonly value: unknown }
  /** There is nothing that the claim could say. */
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'left out'; readonly why: LeftOutWhy; readonly size: number; readonly limit: number };

/** Why a claim that has a value is not given: it is larger than it may be, alone or with the others; or has several values and one place. */
export type LeftOutWhy = 'too large' | 'too large together' | 'several values';

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** The octets of a claim as a member of a JSON object, its name and the comma after it included. */
export const sizeOf = (claim: string, value: unknown): number =>
  Buffer.byteLength(JSON.stringify({ [claim]: value })) - 1;

/** The values of what a source has, one or several. */
export const valuesOf = (value: unknown): readonly unknown[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => !isAbsent(each));

/**
 * Brings values into the form of a rule. Nothing is cut: what has several values and room for one, or more octets than it
 * may, is left out whole.
 * @param limit octets
 */
export function claimOutcome(
  { claim, form, max_size }: Pick<ClaimRule, 'claim' | 'form' | 'max_size'>,
  values: readonly unknown[],
  limit: number,
): ClaimOutcome {
  const distinct = [...new Set(values)];
  const [first, ...others] = distinct;
  if (isAbsent(first)) return { outcome: 'nothing' };
  if (form === 'single' && others.length > 0)
    return { outcome: 'left out', why: 'several values', size: distinct.length, limit: 1 };
  const value = form === 'single' ? first : distinct;
  const size = sizeOf(claim, value);
  const most = Math.min(max_size ?? limit, limit);
  return size > most
    ? { outcome: 'left out', why: 'too large', size, limit: most }
    : { outcome: 'given', value };
}
