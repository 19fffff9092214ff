import type { Certificate } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { TrustStore } from '../../admin/trust-resource.ts';
import { describeStanding } from '../../client-authentication/authority.ts';
import { reportLine } from '../../client-authentication/trust-report.ts';
import { normalisedThumbprint } from '../../config/sections/values.ts';
import { printableLine } from '../../event/printable.ts';
import {
  AliasTaken,
  importedEntries,
  sameAlias,
  type TrustedEntry,
} from '../../registration/imported-entries.ts';
import type { OpenHome } from '../../server/open-home.ts';
import { type OpenTrustStores, openTrustStores } from '../../server/trust-stores.ts';
import { operator, Refused } from '../run-command.ts';
import type { TrustAdministration, TrustEntry } from './administration.ts';

/** Opens the trust stores of a home; what an upgrade made of the entries is told on standard error. */
export async function openToldTrustStores(opened: OpenHome): Promise<OpenTrustStores> {
  const trust = await openTrustStores(opened);
  for (const entry of trust.upgraded) process.stderr.write(`${printableLine(reportLine(entry))}\n`);
  return trust;
}

/** The trust store itself, with what its entries are. */
async function storeOf({ stores }: OpenTrustStores): Promise<TrustStore> {
  const [store] = (await stores.list()).stores;
  if (!store) throw new Error('there is no trust store');
  return store;
}

const shownIn =
  ({ standings }: TrustStore) =>
  (entry: KeyStoreEntry): TrustEntry => {
    const certificate = entryCertificate(entry);
    const standing = certificate && standings.get(certificate.thumbprint);
    const { alias, kind } = entry;
    return { alias, kind, certificate, standing: standing && describeStanding(certificate, standing) };
  };

/** The certificate that an alias of the trust store names, or a thumbprint in any store. */
async function certificateNamed(name: string, trust: OpenTrustStores): Promise<Certificate | undefined> {
  const { stores } = await trust.stores.list();
  const byAlias = stores[0]?.entries.find(sameAlias(name));
  if (byAlias) return entryCertificate(byAlias);
  const thumbprint = normalisedThumbprint(name);
  return stores
    .flatMap(({ entries }) => entries.flatMap((entry) => entryCertificate(entry) ?? []))
    .find((certificate) => certificate.thumbprint === thumbprint);
}

/** @throws Refused where a name is taken */
function orRefused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AliasTaken) throw new Refused(`the alias ${error.alias} is taken; remove it first`);
    throw error;
  }
}

/** Administers the trust store of a home, which is opened when it is first needed. */
export function trustOfHome(opened: OpenHome): { readonly trust: TrustAdministration; close(): void } {
  let held: OpenTrustStores | undefined;
  const open = async () => {
    held ??= await openToldTrustStores(opened);
    return held;
  };
  return {
    trust: {
      async list() {
        const store = await storeOf(await open());
        return store.entries.map(shownIn(store));
      },
      async import(certificates, { alias, role }) {
        const trust = await open();
        let added: readonly TrustedEntry[] = [];
        const adding = (entries: readonly KeyStoreEntry[]) => {
          added = orRefused(() => importedEntries(certificates, entries, alias, opened.clock()));
          return added.length === 0 ? entries : [...entries, ...added];
        };
        const naming = role && { role, thumbprints: certificates.map(({ thumbprint }) => thumbprint) };
        await trust.stores.change(undefined, adding, operator(), undefined, naming);
        const store = await storeOf(trust);
        const given = new Set(certificates.map(({ thumbprint }) => thumbprint));
        return {
          entries: store.entries
            .map(shownIn(store))
            .filter(({ certificate }) => certificate && given.has(certificate.thumbprint)),
          added: new Set(added.map((entry) => entry.alias.toLowerCase())),
        };
      },
      async setRole(name, role) {
        const trust = await open();
        const certificate = await certificateNamed(name, trust);
        const left = (await trust.roles.list()).find(
          ({ thumbprint }) => thumbprint === normalisedThumbprint(name),
        );
        const thumbprint = certificate?.thumbprint ?? (role === undefined ? left?.thumbprint : undefined);
        if (thumbprint === undefined) return undefined;
        await trust.stores.name([thumbprint], role, operator(), undefined);
        const { stores } = await trust.stores.list();
        const standing = stores.flatMap(({ standings }) => standings.get(thumbprint) ?? [])[0];
        if (!certificate || !standing) return { thumbprint };
        return { thumbprint, standing: describeStanding(certificate, standing) };
      },
      async remove(alias) {
        const { stores } = await open();
        let isThere = false;
        const removing = (entries: readonly KeyStoreEntry[]) => {
          const kept = entries.filter((entry) => !sameAlias(alias)(entry));
          isThere = kept.length < entries.length;
          return isThere ? kept : entries;
        };
        await stores.change(undefined, removing, operator(), undefined);
        return isThere;
      },
    },
    close: () => held?.close(),
  };
}
