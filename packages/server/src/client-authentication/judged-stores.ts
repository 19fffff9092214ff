import type { Certificate } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { RevocationPolicy } from '@countersign/x509/revocation';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import type { ConfiguredRoles, NamedRole } from '../client/trust-role.ts';
import type { RegistryState } from '../registry-change.ts';
import { howToName, type Standing, standingOf, standingText } from './authority.ts';
import type { NoAuthority } from './no-authority.ts';

/** The entries of the trust store and of the trust groups' stores, by the group's name. */
export type TrustedEntries = {
  readonly trusted: readonly KeyStoreEntry[];
  readonly trustGroups: ReadonlyMap<string, { readonly trusted: readonly KeyStoreEntry[] }>;
};

/** Where the entries are kept: in files of this node, or in the database that nodes share. */
export type TrustedSource = {
  /** What the stores hold now: the same object until one of them changes. */
  read(): Promise<TrustedEntries>;
  /** Whether what was read is, as far as this process knows, what the stores hold still. */
  isCurrent(contents: TrustedEntries): boolean;
};

/** `[[trust_group]]` of deployment.toml under its own names. */
export type TrustGroups = readonly {
  readonly name: string;
  readonly revocation: RevocationPolicy;
  readonly revocation_stale?: number;
}[];

/** Of `[truststore]`: what nobody named, and what the file names. */
export type TrustRoles = ConfiguredRoles & { readonly unnamed: 'by-rule' | 'handshake' };

/** What stores are judged from. */
export type JudgedFrom = {
  /** Asked every time, so that a changed store counts at once. */
  readonly stores: TrustedSource;
  readonly groups: () => TrustGroups;
  readonly roles: () => TrustRoles;
  /** Roles that were given, and what clients have or had. */
  readonly authorities: {
    named(): Promise<readonly NamedRole[]>;
    claimants(claims: readonly Claim[]): Promise<ReadonlyMap<Claim, readonly string[]>>;
  };
  readonly registry: RegistryState;
};

/** The certificates of a store: those it trusts, and that of each of its keys. */
export const anchorsIn = (entries: readonly KeyStoreEntry[]): readonly Certificate[] =>
  entries.flatMap((entry) => entryCertificate(entry) ?? []);

/** An entry of a store and what it is. */
export type JudgedEntry = {
  readonly alias: string;
  readonly certificate: Certificate;
  readonly standing: Standing;
};

/** The entries of one store, also by thumbprint, and those of them that vouch for others. */
export type Judged = {
  readonly entries: readonly JudgedEntry[];
  readonly standings: ReadonlyMap<string, Standing>;
  readonly authorities: readonly Certificate[];
  /** The rest, and why they vouch for nobody. */
  readonly others: readonly NoAuthority[];
};

/** Everything judged, and what it was judged from. */
export type JudgedStores = {
  readonly contents: TrustedEntries;
  readonly configured: TrustGroups;
  readonly roles: TrustRoles;
  /** Of the registry, when it was read: of everything, and of what is judged by. */
  readonly version: number;
  readonly changed: number;
  /** The thumbprints and claims that are judged by. */
  readonly keys: readonly string[];
  readonly store: Judged;
  readonly groups: ReadonlyMap<
    string,
    Judged & { readonly revocation: RevocationPolicy; readonly staleMs: number }
  >;
};

const authoritiesOf = ({ authorities }: Judged): string =>
  authorities.map(({ thumbprint }) => thumbprint).join();

/** Whether decisions made with one state hold with the other: the same certificates vouch under the same rules. */
export const vouchesAs = (one: JudgedStores, other: JudgedStores): boolean =>
  one.contents === other.contents &&
  one.configured === other.configured &&
  authoritiesOf(one.store) === authoritiesOf(other.store) &&
  Array.from(one.groups).every(
    ([name, group]) => authoritiesOf(group) === authoritiesOf(other.groups.get(name) ?? group),
  );

/** The number of the last change to a role or claim that stores are judged by. */
export const lastChangeOf = (keys: readonly string[], registry: Pick<RegistryState, 'lastChange'>): number =>
  keys.reduce((last, key) => Math.max(last, registry.lastChange('authority', key)), 0);

/** Reads and judges everything. */
export async function judgeStores({
  stores,
  groups,
  roles,
  authorities,
  registry,
}: JudgedFrom): Promise<JudgedStores> {
  const configured = groups();
  const asked = roles();
  const version = registry.lastChange('authority');
  const contents = await stores.read();
  const inGroups = configured.map(({ name, revocation, revocation_stale = 0 }) => ({
    name,
    revocation,
    staleMs: revocation_stale * 1000,
    trusted: contents.trustGroups.get(name)?.trusted ?? [],
  }));
  const everything = [contents.trusted, ...inGroups.map(({ trusted }) => trusted)].flatMap(anchorsIn);
  const keys = everything.flatMap((certificate) => [certificate.thumbprint, ...claimsOn(certificate)]);
  const changed = lastChangeOf(keys, registry);
  const [given, claimants] = await Promise.all([
    authorities.named(),
    authorities.claimants(everything.flatMap(claimsOn)),
  ]);
  const named = new Map(given.map((role) => [role.thumbprint, role] as const));
  const judged = (store: readonly KeyStoreEntry[], group: string | undefined): Judged => {
    const unnamed = group === undefined ? asked.unnamed : 'trust-group';
    const entries = store.flatMap((entry): JudgedEntry[] => {
      const certificate = entryCertificate(entry);
      if (!certificate) return [];
      const standing = standingOf(certificate, { configured: asked, named, claimants, unnamed });
      return [{ alias: entry.alias, certificate, standing }];
    });
    return {
      entries,
      standings: new Map(entries.map(({ certificate, standing }) => [certificate.thumbprint, standing])),
      authorities: entries
        .filter(({ standing }) => standing.role === 'authority')
        .map(({ certificate }) => certificate),
      others: entries
        .filter(({ standing }) => standing.role === 'handshake')
        .map(({ alias, certificate, standing }) => ({
          alias,
          certificate,
          role: 'handshake',
          why: standingText(standing),
          to_change: howToName(group === undefined ? alias : certificate.thumbprint, standing, 'authority'),
        })),
    };
  };
  return {
    contents,
    configured,
    roles: asked,
    version,
    changed,
    keys,
    store: judged(contents.trusted, undefined),
    groups: new Map(
      inGroups.map(({ name, trusted, revocation, staleMs }) => [
        name,
        { ...judged(trusted, name), revocation, staleMs },
      ]),
    ),
  };
}

/** What is judged of the trust store, or of a trust group; undefined for a group that is not there. */
export const judgedIn = ({ store, groups }: JudgedStores, group: string | undefined): Judged | undefined =>
  group === undefined ? store : groups.get(group);
