import type { Certificate } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';

/** An entry of a store that holds a certificate alone. */
export type TrustedEntry = Extract<KeyStoreEntry, { readonly kind: 'trusted-certificate' }>;

/** An import would give an entry a name that another one has. */
export class AliasTaken extends Error {
  override readonly name = 'AliasTaken';
  readonly alias: string;

  constructor(alias: string) {
    super(`the alias ${JSON.stringify(alias)} is taken`);
    this.alias = alias;
  }
}

/** As keytool compares the names of entries: without regard to case. */
export const sameAlias = (alias: string) => (entry: KeyStoreEntry) =>
  entry.alias.toLowerCase() === alias.toLowerCase();

/**
 * The entries that an import adds to a store: one for each certificate that does not stand in it yet, however often it
 * was given.
 * @param alias the name of the first, and with a number of those after it; the thumbprint where it is absent
 * @param now milliseconds since the epoch
 * @throws AliasTaken
 */
export function importedEntries(
  certificates: readonly Certificate[],
  store: readonly KeyStoreEntry[],
  alias: string | undefined,
  now: number,
): readonly TrustedEntry[] {
  const present = new Set(store.map((entry) => entryCertificate(entry)?.thumbprint));
  const fresh = new Map(
    certificates
      .filter(({ thumbprint }) => !present.has(thumbprint))
      .map((certificate) => [certificate.thumbprint, certificate]),
  );
  const nameOf = ({ thumbprint }: Certificate, index: number): string => {
    if (alias === undefined) return thumbprint.toLowerCase();
    return index === 0 ? alias : `${alias}-${index + 1}`;
  };
  const added = [...fresh.values()].map((certificate, index) => ({
    kind: 'trusted-certificate' as const,
    alias: nameOf(certificate, index),
    certificate,
    created_at: now,
  }));
  const given = new Set(certificates.map(({ thumbprint }) => thumbprint));
  // A name that its own certificate has already is no other's, also where nothing is left to add.
  const others = store.filter((entry) => !given.has(entryCertificate(entry)?.thumbprint ?? ''));
  if (alias !== undefined && others.some(sameAlias(alias))) throw new AliasTaken(alias);
  const taken = added.find((entry) => store.some(sameAlias(entry.alias)));
  if (taken) throw new AliasTaken(taken.alias);
  return added;
}
