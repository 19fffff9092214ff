/** The bundles of rules that a client can be put under; `profile/bundles.ts` says what each asks. */
export const PROFILES = [
  'fapi2-security',
  'fapi2-message-signing',
  'fapi1-advanced',
  'uk-open-banking',
  'open-finance-brasil',
  'au-cdr',
  'au-connectid',
  'ksa-open-banking',
] as const;
export type Profile = (typeof PROFILES)[number];
