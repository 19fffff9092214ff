import type { Certificate } from '@countersign/x509';
import type { RevocationPolicy, RevocationSource } from '@countersign/x509/revocation';
import type { NoAuthority } from './no-authority.ts';

/** The trust anchors a client's certificate must chain to, and how revocation is checked below them. */
export type TrustSet = {
  /** Shown to the operator: `truststore`, `trust_group partners`, `trust_anchors of the client`. */
  readonly name: string;
  readonly anchors: readonly Certificate[];
  /** What stands in the same store and vouches for nobody, and why. */
  readonly others: readonly NoAuthority[];
  /** Whether nobody confirmed an anchor: an authority by the rule alone, and signed by itself. */
  isUnconfirmed(anchor: Certificate): boolean;
  readonly revocation: RevocationPolicy;
  readonly sources: readonly RevocationSource[];
  /** Differs once anchors, revocation rule or revocation data have changed: cached decisions end with it. */
  readonly generation: string;
};

/** Where trust sets of now come from; `undefined` for a trust group that the deployment does not have. */
export type TrustSets = (chosen: {
  readonly trust_group: string | undefined;
  readonly trust_anchors: readonly Certificate[];
}) => Promise<TrustSet | undefined>;
