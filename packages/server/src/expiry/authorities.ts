import type { Certificate } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { JudgedStores } from '../client-authentication/judged-stores.ts';
import { type Watched, watchedOf } from './watched.ts';

type Place = { readonly certificate: Certificate; readonly place: string };

const watched = (places: readonly Place[]): readonly Watched[] =>
  Array.from(
    Map.groupBy(places, ({ certificate }) => certificate.thumbprint),
    ([thumbprint, same]): Watched => {
      const [first] = same;
      return {
        ...(first ? watchedOf(first.certificate) : { not_after: undefined }),
        kind: 'authority',
        key: `authority ${thumbprint}`,
        name: same.map(({ place }) => place).join(', '),
      };
    },
  );

/** The entries of the trust store and of the trust groups that vouch for clients; one that stands in several is one. */
export function trustedAuthorities({ store, groups }: JudgedStores): readonly Watched[] {
  const stores = [
    ['the trust store', store] as const,
    ...Array.from(groups, ([name, group]) => [`the trust group ${name}`, group] as const),
  ];
  return watched(
    stores.flatMap(([name, { entries }]) =>
      entries.flatMap(({ alias, certificate, standing }) =>
        standing.role === 'authority' ? [{ certificate, place: `${alias} in ${name}` }] : [],
      ),
    ),
  );
}

/** The authorities of what the server fetches: `[outbound] trusted_certificates_file`. Nothing is known of their use. */
export const outboundAuthorities = (entries: readonly KeyStoreEntry[]): readonly Watched[] =>
  watched(
    entries.flatMap((entry) => {
      const certificate = entryCertificate(entry);
      return certificate
        ? [{ certificate, place: `${entry.alias} in [outbound] trusted_certificates_file` }]
        : [];
    }),
  ).map((each) => ({ ...each, key: `outbound ${each.key}` }));
