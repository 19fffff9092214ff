import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import { type Watched, watchedOf } from './watched.ts';

/** The certificates that `[transport.proxy] pinned_certificate` names. */
export const proxyCertificates = (entries: readonly KeyStoreEntry[]): readonly Watched[] =>
  entries.flatMap((entry): readonly Watched[] => {
    const certificate = entryCertificate(entry);
    if (!certificate) return [];
    return [
      {
        ...watchedOf(certificate),
        kind: 'proxy',
        key: `proxy ${certificate.thumbprint}`,
        name: `${entry.alias} in [transport.proxy] pinned_certificate`,
      },
    ];
  });
