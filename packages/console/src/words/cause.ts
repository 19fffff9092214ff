import type { Cause } from '../api/admin-api.ts';

/** At what a certificate's path can fail: the `reason` of the evidence. */
export type PathReason =
  | 'expired'
  | 'extended-key-usage'
  | 'its-own-authority'
  | 'key-usage'
  | 'limit-exceeded'
  | 'malformed-certificate'
  | 'name-constraint-unsupported'
  | 'name-excluded'
  | 'name-not-permitted'
  | 'not-a-ca'
  | 'not-yet-valid'
  | 'path-too-long'
  | 'policy'
  | 'profile'
  | 'revocation-unknown'
  | 'revoked'
  | 'signature-algorithm-mismatch'
  | 'signature-invalid'
  | 'unknown-critical-extension'
  | 'unknown-issuer'
  | 'unsupported-key'
  | 'unsupported-signature-algorithm'
  | 'weak-key'
  | 'weak-signature-algorithm';

/**
 * Why something was refused and what to do about it, in one language: the sentences that the server has in English.
 * A cause that lacks its words does not compile.
 */
export type CauseWords = {
  readonly causes: Readonly<Record<Cause, Words>>;
  /** What is said instead, where the evidence tells more than the cause. */
  readonly nearer: {
    readonly paths: Readonly<Record<PathReason, string>>;
    readonly noAuthority: string;
    readonly wrongPort: Words & { readonly whatOfMain: string };
  };
};

/** What is known of a refusal; a newer node may have given it another cause. */
type Refused = {
  readonly because?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
};

export type Words = { readonly what: string; readonly remedy: string };

const ownOf = <Value>(record: Readonly<Record<string, Value>>, name: unknown): Value | undefined =>
  typeof name === 'string' && Object.hasOwn(record, name) ? record[name] : undefined;

const filled = (words: string, values: Readonly<Record<string, string>>): string =>
  words.replaceAll(/\{([a-z]+)\}/g, (all, name: string) => values[name] ?? all);

const portOf = (url: string): string => (URL.canParse(url) ? new URL(url).port || '443' : 'unknown');

/**
 * Words a refusal from its cause and evidence, as the server does in English.
 * @returns undefined where there are no words for it: a newer node may have written it
 */
export function refusalIn(
  { causes, nearer }: CauseWords,
  { because, evidence = {} }: Refused,
): Words | undefined {
  const own = ownOf<Words>(causes, because);
  if (own === undefined) return undefined;
  const { reason, no_authority, asked_at, came_to_port } = evidence;
  if (typeof asked_at === 'string') {
    const { what, whatOfMain, remedy } = nearer.wrongPort;
    return {
      what: typeof came_to_port === 'number' ? filled(what, { port: String(came_to_port) }) : whatOfMain,
      remedy: filled(remedy, { mtlsport: portOf(asked_at), url: asked_at }),
    };
  }
  if (no_authority !== undefined) return { ...own, remedy: nearer.noAuthority };
  const path = because === 'certificate_not_trusted' ? ownOf(nearer.paths, reason) : undefined;
  return path === undefined ? own : { ...own, remedy: path };
}
