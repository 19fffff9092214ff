import type { Certificate, PresentedCertificate } from '@countersign/x509';
import type { RevocationPolicy } from '@countersign/x509/revocation';
import type { Clock } from '../clock.ts';
import type { Revocation } from '../outbound/revocation.ts';
import type { Evidence } from '../refusal/refusal.ts';
import { isUnconfirmed } from './authority.ts';
import {
  type Judged,
  type JudgedFrom,
  type JudgedStores,
  judgeStores,
  lastChangeOf,
  vouchesAs,
} from './judged-stores.ts';
import { noAuthorityAbove } from './no-authority.ts';
import { createPresentedPaths } from './presented-path.ts';
import type { TrustSet, TrustSets } from './trust-set.ts';

/** What this deployment trusts, as its stores hold it now. */
export type Trust = {
  /** Whether a certificate may be seen at all; see `trustManagerClassName`. */
  admits(presented: PresentedCertificate): boolean;
  /** Evidence for one that is not admitted: what stands in the trust store above it, and is no authority. */
  whyNotAdmitted(presented: PresentedCertificate): Evidence;
  readonly trustSets: TrustSets;
  /** What the entries of the trust store and of the trust groups are now. */
  judged(): Promise<JudgedStores>;
  /** Takes up what changed in stores, configuration or database. */
  follow(): Promise<void>;
};

export type TrustOptions = JudgedFrom & {
  /** Whether the page's trust manager is on, which admits every certificate. */
  readonly lenient: boolean;
  readonly revocation: Pick<Revocation, 'sources' | 'generation'>;
  readonly clock: Clock;
};

const NOTHING_ELSE: Pick<Judged, 'standings' | 'others'> = { standings: new Map(), others: [] };

/** Follows stores, roles and claims, and offers the authorities among what the stores hold as trust sets. */
export async function createTrust(options: TrustOptions): Promise<Trust> {
  const { stores, groups, roles, registry, lenient, revocation, clock } = options;
  let generation = 0;
  const paths = createPresentedPaths();
  /** What was decided with the authorities of now. */
  let decided = new WeakMap<PresentedCertificate, boolean>();
  let sets = new Map<string, TrustSet>();

  const read = () => judgeStores(options);
  let state = await read();
  let reading: Promise<void> | undefined;

  /** The number at which nothing that is judged by was changed. */
  let unchangedAt = state.version;
  const standsAsJudged = ({ version, changed, keys }: JudgedStores): boolean => {
    const now = registry.lastChange('authority');
    if (now === version || now === unchangedAt) return true;
    if (lastChangeOf(keys, registry) !== changed) return false;
    unchangedAt = now;
    return true;
  };
  const isRead = (judged: JudgedStores): boolean =>
    stores.isCurrent(judged.contents) &&
    judged.configured === groups() &&
    judged.roles === roles() &&
    standsAsJudged(judged);
  const isCurrent = (judged: JudgedStores): boolean => registry.isCurrent() && isRead(judged);

  const take = (next: JudgedStores) => {
    sets = new Map();
    unchangedAt = next.version;
    if (!vouchesAs(state, next)) {
      generation++;
      decided = new WeakMap();
      state = next;
      return;
    }
    // The same arrays: what was found for them stands.
    const { store, groups: before } = state;
    state = {
      ...next,
      store: { ...next.store, authorities: store.authorities },
      groups: new Map(
        Array.from(next.groups, ([name, group]) => [
          name,
          { ...group, authorities: before.get(name)?.authorities ?? group.authorities },
        ]),
      ),
    };
  };

  const reread = (): Promise<void> => {
    reading ??= read()
      .then(take)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  const follow = async (): Promise<void> => {
    if (isCurrent(state)) return;
    // A reading under way may have begun before what is to be followed; the next one has not.
    await reread();
    if (!isRead(state)) await reread();
  };

  const trustSet = (
    name: string,
    anchors: readonly Certificate[],
    policy: RevocationPolicy,
    { standings, others }: Pick<Judged, 'standings' | 'others'> = NOTHING_ELSE,
    staleMs = 0,
  ): TrustSet => ({
    name,
    anchors,
    others,
    isUnconfirmed: (anchor) => {
      const standing = standings.get(anchor.thumbprint);
      return standing !== undefined && isUnconfirmed(anchor, standing);
    },
    revocation: policy,
    get sources() {
      return policy === 'off' ? [] : revocation.sources({ policy, staleMs });
    },
    get generation() {
      return policy === 'off' ? `${generation}` : `${generation} ${revocation.generation()}`;
    },
  });

  const remembered = (name: string, made: () => TrustSet): TrustSet => {
    const set = sets.get(name) ?? made();
    sets.set(name, set);
    return set;
  };

  const chains = (presented: PresentedCertificate): boolean => {
    const { certificate } = presented;
    if (state.store.standings.has(certificate.thumbprint)) return true;
    const result = paths.pathOf({
      leaf: certificate,
      intermediates: presented.chain,
      anchors: state.store.authorities,
      at: clock(),
    });
    return result.valid;
  };

  return {
    follow,

    admits(presented) {
      if (lenient) return true;
      // What is seen decides nothing yet: a role given this moment counts when the client authenticates.
      if (!isCurrent(state)) follow().catch(() => {});
      let admitted = decided.get(presented);
      if (admitted === undefined) {
        admitted = chains(presented);
        decided.set(presented, admitted);
      }
      return admitted;
    },

    whyNotAdmitted: ({ certificate, chain }) => noAuthorityAbove([certificate, ...chain], state.store),

    async trustSets({ trust_group, trust_anchors }) {
      if (!isCurrent(state)) await follow();
      if (trust_group !== undefined) {
        const group = state.groups.get(trust_group);
        const name = `trust_group ${trust_group}`;
        return (
          group &&
          remembered(name, () => trustSet(name, group.authorities, group.revocation, group, group.staleMs))
        );
      }
      if (trust_anchors.length > 0) return trustSet('trust_anchors of the client', trust_anchors, 'off');
      return remembered('truststore', () =>
        trustSet('truststore', state.store.authorities, 'off', state.store),
      );
    },

    async judged() {
      await follow();
      return state;
    },
  };
}
