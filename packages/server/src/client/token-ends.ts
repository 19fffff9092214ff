import type { ClientMetadata } from './client-metadata.ts';
import { ownCertificates } from './own-certificates.ts';

/**
 * What of a client's access tokens has ended before its time. Tokens say in which generation of their client they were
 * issued, so that one value ends those of before at once, and none of after: a clock would leave the second it is in.
 */
export type TokenEnds = {
  /** That of tokens issued now; one without is of generation 0. */
  readonly generation: number;
  /** Tokens of an earlier generation have ended. */
  readonly before: number;
  /** By thumbprint: those of an earlier generation that are bound to this certificate have ended. */
  readonly certificates: Readonly<Record<string, number>>;
};

/** What of a client decides which of its tokens have ended. */
type Ending = {
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  readonly metadata: Pick<ClientMetadata, 'certificates' | 'jwks'>;
  readonly enabled: boolean;
  readonly token_ends?: TokenEnds;
};

export const NO_ENDS: TokenEnds = { generation: 0, before: 0, certificates: {} };

/** Certificates remembered; with more the oldest end is made one of all tokens, which ends no fewer. */
const MOST_CERTIFICATES = 50;

/** Ends every token issued so far. */
export const endingAll = ({ generation }: TokenEnds): TokenEnds => ({
  generation: generation + 1,
  before: generation + 1,
  certificates: {},
});

function endingBoundTo(
  { generation, before, certificates }: TokenEnds,
  removed: readonly string[],
): TokenEnds {
  const next = generation + 1;
  const all = { ...certificates, ...Object.fromEntries(removed.map((thumbprint) => [thumbprint, next])) };
  const newest = Object.entries(all).sort(([, one], [, other]) => other - one);
  const forgotten = newest.slice(MOST_CERTIFICATES).map(([, end]) => end);
  return {
    generation: next,
    before: Math.max(before, ...forgotten),
    certificates: Object.fromEntries(newest.slice(0, MOST_CERTIFICATES)),
  };
}

/**
 * The ends after a change: a client that is switched off has no tokens left, one that loses a certificate none that are
 * bound to it.
 * @param all whether every token ends whatever else changed
 */
export function endsAfter(before: Ending, after: Ending, all: boolean): TokenEnds {
  const ends = before.token_ends ?? NO_ENDS;
  if (all || (before.enabled && !after.enabled)) return endingAll(ends);
  const held = new Set(ownCertificates(after.metadata).map(({ thumbprint }) => thumbprint));
  const removed = ownCertificates(before.metadata)
    .map(({ thumbprint }) => thumbprint)
    .filter((thumbprint) => !held.has(thumbprint));
  return removed.length === 0 ? ends : endingBoundTo(ends, removed);
}

/** What a token says that decides whether it has ended with its client; `iat` in seconds since the epoch. */
export type EndingToken = {
  readonly iat: number;
  readonly client_generation?: number | undefined;
  readonly cnf?: { readonly 'x5t#S256'?: string | undefined } | undefined;
};

/** Whether a token has ended with what its client was then. */
export function hasEnded(
  client: Ending,
  { iat, client_generation: generation = 0, cnf }: EndingToken,
): boolean {
  // Another client had this client_id.
  if (iat < client.client_id_issued_at) return true;
  const { before, certificates } = client.token_ends ?? NO_ENDS;
  const bound = cnf?.['x5t#S256'];
  return generation < before || (bound !== undefined && generation < (certificates[bound] ?? 0));
}
