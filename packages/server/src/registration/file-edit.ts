import { createHash, randomBytes } from 'node:crypto';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { TrustedEntry } from './imported-entries.ts';

/** What a node last took from a trust store file of its own. Certificates by their thumbprint, RFC 8705 §3.1 form. */
export type TakenFile = {
  readonly file: string;
  /** Another one whenever the file was taken: an edit is named by it, so that it is taken up once. */
  readonly mark: string;
  readonly taken: readonly string[];
  /** Those that the file brought when the node came, and the deployment did not have. */
  readonly extra: readonly string[];
  /** What is being written into the file, which counts as taken once the file holds it. */
  readonly writing?: readonly string[];
};

/** What somebody did to a file since it was last taken. */
export type FileEdit = {
  readonly edit_id: string;
  readonly added: readonly TrustedEntry[];
  readonly removed: ReadonlySet<string>;
};

/** The certificates of a file, each once, as entries that hold nothing else: keys stay where they are. */
export function certificatesOf(entries: readonly KeyStoreEntry[], now: number): readonly TrustedEntry[] {
  const found = new Map<string, TrustedEntry>();
  for (const entry of entries) {
    const certificate = entryCertificate(entry);
    if (!certificate || found.has(certificate.thumbprint)) continue;
    found.set(certificate.thumbprint, {
      kind: 'trusted-certificate',
      alias: entry.alias,
      certificate,
      created_at: now,
    });
  }
  return [...found.values()];
}

const thumbprintsOf = (entries: readonly TrustedEntry[]): readonly string[] =>
  entries.map(({ certificate }) => certificate.thumbprint);

const sameMembers = (one: readonly string[], other: readonly string[]): boolean =>
  new Set(one).symmetricDifference(new Set(other)).size === 0;

/** The file as it is, taken. @param extra of what it holds, what the deployment does not have */
export const takenFrom = (
  file: string,
  entries: readonly TrustedEntry[],
  extra: readonly string[],
): TakenFile => ({
  file,
  mark: randomBytes(16).toString('base64url'),
  taken: thumbprintsOf(entries),
  extra,
});

/** What was done to the file since; undefined where it has the certificates it had, whatever they are called in it. */
export function editSince(before: TakenFile, entries: readonly TrustedEntry[]): FileEdit | undefined {
  const { file, mark, taken, writing } = before;
  const held = thumbprintsOf(entries);
  if (sameMembers(held, taken) || (writing && sameMembers(held, writing))) return undefined;
  const had = new Set(taken);
  return {
    edit_id: createHash('sha256')
      .update(JSON.stringify([mark, file, held.toSorted()]))
      .digest('base64url'),
    added: entries.filter(({ certificate }) => !had.has(certificate.thumbprint)),
    removed: had.difference(new Set(held)),
  };
}
