import type { Certificate } from '@countersign/x509';
import { entryCertificate, type KeyStoreEntry } from '@countersign/x509/key-store';
import type { RevocationPolicy } from '@countersign/x509/revocation';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import type { NamedRole } from '../client/trust-role.ts';
import { type Standing, standingOf, standingText } from './authority.ts';

/** The entries of the trust store and of the trust groups' stores, by the group's name. */
export type TrustedEntries = {
  readonly trusted: readonly KeyStoreEntry[];
  readonly trustGroups: ReadonlyMap<string, { readonly trusted: readonly KeyStoreEntry[] }>;
};

/** `[[trust_group]]` of deployment.toml under its own names. */
export type TrustGroups = readonly {
  readonly name: string;
  readonly revocation: RevocationPolicy;
  readonly revocation_stale?: number;
}[];

/** Of `[truststore]`: what nobody named, and what the file names, by thumbprint (RFC 8705 §3.1 form). */
export type TrustRoles = {
  readonly unnamed: 'by-rule' | 'handshake';
  readonly authorities: readonly string[];
  readonly handshake: readonly string[];
};

/** What stores are judged from. */
export type JudgedFrom = {
  /** Asked every time, so that a changed store counts at once. */
  readonly stores: () => TrustedEntries;
  readonly groups: () => TrustGroups;
  readonly roles: () => TrustRoles;
  /** Roles that were given, and what clients have or had. */
  readonly authorities: {
    named(): Promise<readonly NamedRole[]>;
    claimants(claims: readonly Claim[]): Promise<ReadonlyMap<Claim, readonly string[]>>;
  };
  /** Differs once a role was given or a client has something new. */
  readonly registryVersion: () => number;
};

/** The certificates of a store: those it trusts, and that of each of its keys. */
export const anchorsIn = (entries: readonly KeyStoreEntry[]): readonly Certificate[] =>
  entries.flatMap((entry) => entryCertificate(entry) ?? []);

/** The entries of one store by thumbprint, and those of them that vouch for others. */
export type Judged = {
  readonly standings: ReadonlyMap<string, Standing>;
  readonly authorities: readonly Certificate[];
  /** The rest, and why they vouch for nobody. */
  readonly others: readonly { readonly certificate: Certificate; readonly why: string }[];
};

/** Everything judged, and what it was judged from. */
export type JudgedStores = {
  readonly contents: TrustedEntries;
  readonly configured: TrustGroups;
  readonly roles: TrustRoles;
  readonly version: number;
  readonly store: Judged;
  readonly groups: ReadonlyMap<
    string,
    Judged & { readonly revocation: RevocationPolicy; readonly staleMs: number }
  >;
};

const namedInFile = ({ authorities, handshake }: TrustRoles): readonly NamedRole[] =>
  [...authorities, ...handshake].map((thumbprint) => ({
    thumbprint,
    // Named as both it is the weaker.
    role: handshake.includes(thumbprint) ? 'handshake' : 'authority',
    named_by: '[truststore]',
    named_at: 0,
  }));

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

/** Reads and judges everything. */
export async function judgeStores({
  stores,
  groups,
  roles,
  authorities,
  registryVersion,
}: JudgedFrom): Promise<JudgedStores> {
  const contents = stores();
  const configured = groups();
  const asked = roles();
  const version = registryVersion();
  const inGroups = configured.map(
    ({ name, revocation: policy, revocation_stale: stale = 0 }) =>
      [name, policy, anchorsIn(contents.trustGroups.get(name)?.trusted ?? []), stale * 1000] as const,
  );
  const inStore = anchorsIn(contents.trusted);
  const everything = [...inStore, ...inGroups.flatMap(([, , certificates]) => certificates)];
  const [given, claimants] = await Promise.all([
    authorities.named(),
    authorities.claimants(everything.flatMap(claimsOn)),
  ]);
  const named = new Map([...given, ...namedInFile(asked)].map((role) => [role.thumbprint, role] as const));
  const judged = (
    certificates: readonly Certificate[],
    unnamed: 'by-rule' | 'handshake' | 'trust-group',
  ): Judged => {
    const standings = new Map(
      certificates.map((certificate) => [
        certificate.thumbprint,
        standingOf(certificate, { named, claimants, unnamed }),
      ]),
    );
    return {
      standings,
      authorities: certificates.filter(({ thumbprint }) => standings.get(thumbprint)?.role === 'authority'),
      others: certificates.flatMap((certificate) => {
        const standing = standings.get(certificate.thumbprint);
        return standing?.role === 'handshake' ? [{ certificate, why: standingText(standing) }] : [];
      }),
    };
  };
  return {
    contents,
    configured,
    roles: asked,
    version,
    store: judged(inStore, asked.unnamed),
    groups: new Map(
      inGroups.map(([name, policy, certificates, staleMs]) => [
        name,
        { ...judged(certificates, 'trust-group'), revocation: policy, staleMs },
      ]),
    ),
  };
}
