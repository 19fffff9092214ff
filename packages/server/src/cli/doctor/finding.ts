import { FINDINGS, type FindingCode } from './finding-codes.ts';

/**
 * What a check came to. `failed`: something does not work, or somebody can get at what is not theirs; `warning`: it works,
 * and will not for long, or is weaker than it should be.
 */
export type Found = {
  readonly outcome: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** Its kind; what is in order has none. */
  readonly code?: FindingCode;
  /** What to do in this case, where that is more exact than what is said of its kind. */
  readonly remedy?: string;
};

/** What a check came to, with its name: a member of what `--json` prints. */
export type Finding = Found & { readonly check: string };

export const ok = (detail: string): Found => ({ outcome: 'ok', detail });

export const warning = (code: FindingCode, detail: string, remedy?: string): Found => ({
  outcome: 'warning',
  code,
  detail,
  ...(remedy !== undefined && { remedy }),
});

export const failed = (code: FindingCode, detail: string, remedy?: string): Found => ({
  ...warning(code, detail, remedy),
  outcome: 'failed',
});

/** Text of a page as a terminal shows it: without the links in brackets, and without marks. */
const plain = (markdown: string): string =>
  markdown
    .replaceAll(/ \(\[[^\]]+\]\([^)]*\)\)/g, '')
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll('`', '');

/** What to do about a finding, in plain text; nothing where nothing is wrong. */
export function remedyOf({ outcome, code, remedy }: Found): string | undefined {
  if (outcome === 'ok') return undefined;
  return remedy ?? (code === undefined ? undefined : plain(FINDINGS[code].remedy));
}

/** Names for people: the first of them, and how many more there are. */
export function named(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
