import { createHash } from 'node:crypto';
import { certificateDescription } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { Changes } from './changes.ts';

const identityOf = (entry: KeyStoreEntry): string =>
  `${entry.kind} ${entry.alias} ${entryCertificate(entry)?.thumbprint}`;

/** The certificates of `entries` that `others` has not, by their names and thumbprints. */
function onlyIn(entries: readonly KeyStoreEntry[], others: readonly KeyStoreEntry[]): readonly object[] {
  const known = new Set(others.map(identityOf));
  return entries
    .filter((entry) => !known.has(identityOf(entry)))
    .map((entry) => {
      const certificate = entryCertificate(entry);
      return { alias: entry.alias, ...(certificate && certificateDescription(certificate)) };
    });
}

/** What went out of a store of certificates, and what came in; what stayed is not told. */
export function changesOfEntries(before: readonly KeyStoreEntry[], after: readonly KeyStoreEntry[]): Changes {
  const [old, added] = [onlyIn(before, after), onlyIn(after, before)];
  if (old.length + added.length === 0) return {};
  return {
    certificates: { ...(old.length > 0 && { old }), ...(added.length > 0 && { new: added }) },
  };
}

/** A file of which nothing is told but that it is another. */
export function changesOfBytes(before: Uint8Array, after: Uint8Array): Changes {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return { sha256: { old: sha256(before), new: sha256(after) } };
}

/**
 * A version of what stores hold: it differs when they hold something else, or something of theirs is something else.
 * @param more what is to count of a certificate beside it
 */
export function versionOfEntries(
  stores: readonly { readonly name: string; readonly entries: readonly KeyStoreEntry[] }[],
  more: (store: string, thumbprint: string) => string,
): string {
  const counted = (store: string, entry: KeyStoreEntry) => {
    const thumbprint = entryCertificate(entry)?.thumbprint;
    return `${identityOf(entry)} ${thumbprint === undefined ? '' : more(store, thumbprint)}`;
  };
  const held = stores.map(({ name, entries }) => [
    name,
    entries.map((entry) => counted(name, entry)).toSorted(),
  ]);
  return createHash('sha256').update(JSON.stringify(held)).digest('base64url').slice(0, 22);
}
