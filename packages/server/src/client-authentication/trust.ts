import type { Certificate, PresentedCertificate } from '@countersign/x509';
import type { KeyStoreEntry } from '@countersign/x509/key-store';
import type { RevocationPolicy } from '@countersign/x509/revocation';
import type { Clock } from '../clock.ts';
import type { Revocation } from '../outbound/revocation.ts';
import { createPresentedPaths } from './presented-path.ts';
import type { TrustSet, TrustSets } from './trust-set.ts';

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

/** What this deployment trusts, as its stores hold it now. */
export type Trust = {
  /** Whether a certificate may be seen at all; see `trustManagerClassName`. */
  admits(presented: PresentedCertificate): boolean;
  readonly trustSets: TrustSets;
};

export type TrustOptions = {
  /** Asked every time, so that a changed store counts at once. */
  readonly stores: () => TrustedEntries;
  readonly groups: () => TrustGroups;
  /** Whether the page's trust manager is on, which admits every certificate. */
  readonly lenient: boolean;
  readonly revocation: Pick<Revocation, 'sources' | 'generation'>;
  readonly clock: Clock;
};

/** The certificates of a store: those it trusts, and that of each of its keys. */
export const anchorsIn = (entries: readonly KeyStoreEntry[]): readonly Certificate[] =>
  entries.flatMap((entry) =>
    entry.kind === 'trusted-certificate' ? [entry.certificate] : entry.chain.slice(0, 1),
  );

/** Follows the stores and offers what they hold as trust sets. */
export function createTrust(options: TrustOptions): Trust {
  const { stores, groups, lenient, revocation, clock } = options;
  let read: { contents: TrustedEntries; configured: TrustGroups } | undefined;
  let storesGeneration = 0;
  let anchors: readonly Certificate[] = [];
  let named = new Map<string, TrustSet>();
  const paths = createPresentedPaths();
  /** What was decided with the anchors of now. */
  let decided = new WeakMap<PresentedCertificate, boolean>();

  const trustSet = (
    name: string,
    ofSet: readonly Certificate[],
    policy: RevocationPolicy,
    staleMs = 0,
  ): TrustSet => ({
    name,
    anchors: ofSet,
    revocation: policy,
    get sources() {
      return policy === 'off' ? [] : revocation.sources({ policy, staleMs });
    },
    get generation() {
      return policy === 'off' ? `${storesGeneration}` : `${storesGeneration} ${revocation.generation()}`;
    },
  });

  const refresh = () => {
    const contents = stores();
    const configured = groups();
    if (contents === read?.contents && configured === read.configured) return;
    read = { contents, configured };
    storesGeneration++;
    decided = new WeakMap();
    anchors = anchorsIn(contents.trusted);
    named = new Map(
      configured.map(({ name, revocation: policy, revocation_stale = 0 }) => {
        const trusted = contents.trustGroups.get(name)?.trusted ?? [];
        const ofGroup = anchorsIn(trusted);
        return [name, trustSet(`trust_group ${name}`, ofGroup, policy, revocation_stale * 1000)];
      }),
    );
  };

  const chains = (presented: PresentedCertificate): boolean => {
    const { certificate } = presented;
    if (anchors.some(({ thumbprint }) => thumbprint === certificate.thumbprint)) return true;
    const result = paths.pathOf({
      leaf: certificate,
      intermediates: presented.chain,
      anchors,
      at: clock(),
    });
    return result.valid;
  };

  return {
    admits(presented) {
      if (lenient) return true;
      refresh();
      let admitted = decided.get(presented);
      if (admitted === undefined) {
        admitted = chains(presented);
        decided.set(presented, admitted);
      }
      return admitted;
    },
    trustSets({ trust_group, trust_anchors }) {
      refresh();
      if (trust_group !== undefined) return named.get(trust_group);
      if (trust_anchors.length > 0) return trustSet('trust_anchors of the client', trust_anchors, 'off');
      return trustSet('truststore', anchors, 'off');
    },
  };
}
