import { certificateToPem } from '@countersign/x509';
import { type KeyStoreEntry, writePkcs12 } from '@countersign/x509/key-store';
import { anchorsIn } from '../client-authentication/judged-stores.ts';
import type { LiveSettings } from '../config/settings.ts';
import { isForbidden, writeWhole } from '../config/whole-file.ts';
import { ReadOnlyStore } from '../registration/read-only-store.ts';

/** A file of certificates, and how it is written. */
export type StoreFile = Pick<LiveSettings['truststore'], 'file_name' | 'password' | 'type'>;

const pemOf = (entries: readonly KeyStoreEntry[]): Uint8Array =>
  Buffer.from(anchorsIn(entries).map(certificateToPem).join(''));

/** Writes whole or not at all. @throws ReadOnlyStore */
export async function writeStoreFile(
  { file_name, password, type }: StoreFile,
  entries: readonly KeyStoreEntry[],
): Promise<void> {
  const bytes = type === 'PEM' ? pemOf(entries) : await writePkcs12(entries, password);
  await writeWhole(file_name, bytes).catch((error) => {
    throw isForbidden(error) ? new ReadOnlyStore(file_name, error) : error;
  });
}
