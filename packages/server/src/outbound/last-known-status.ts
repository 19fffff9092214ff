import { type Certificate, timeText } from '@countersign/x509';
import { type RevocationSource, type RevocationStatus, unusableStatus } from '@countersign/x509/revocation';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';

/**
 * What the sources last said of certificates, for when they say nothing: whoever can keep this server from its sources
 * must not thereby undo what it has heard.
 */
export type LastKnownStatus = {
  /** Remembers what a source answered. An answer that is none changes nothing. */
  remember(certificate: Certificate, issuer: Certificate, status: RevocationStatus): void;
  /**
   * To be asked after all other sources: `revoked` holds until a newer answer says otherwise, `good` for a bounded time
   * past its end.
   * @param staleMs that time, milliseconds
   */
  source(staleMs: number): RevocationSource;
};

/** Kept apart, so that no number of good ones makes a revoked one be forgotten. */
const MOST = { good: 50_000, revoked: 50_000 };
/** How soon the sources are asked again while an old answer stands in for theirs, milliseconds. */
const RECHECK_MS = 60_000;

const keyOf = (certificate: Certificate, issuer: Certificate): string =>
  `${issuer.thumbprint} ${certificate.thumbprint}`;

type Revoked = Extract<RevocationStatus, { readonly status: 'revoked' }>;

/** Makes an empty memory, bounded in entries. */
export function createLastKnownStatus(): LastKnownStatus {
  const good = new LRUCache<string, { readonly until: number }>(atMost(MOST.good));
  const revoked = new LRUCache<string, Revoked>(atMost(MOST.revoked));

  return {
    remember(certificate, issuer, status) {
      const key = keyOf(certificate, issuer);
      if (status.status === 'revoked') {
        revoked.set(key, status);
        good.delete(key);
      }
      if (status.status === 'good') {
        good.set(key, { until: status.until });
        revoked.delete(key);
      }
    },
    source: (staleMs) => ({
      name: 'last-known',
      statusOf(certificate, issuer, at) {
        const key = keyOf(certificate, issuer);
        const ended = revoked.get(key);
        if (ended) return { ...ended, until: at + RECHECK_MS };
        const last = good.get(key);
        if (last === undefined) return unusableStatus('no-source', 'nothing was heard of it before');
        const usable = last.until + staleMs;
        if (at <= usable) return { status: 'good', until: Math.min(usable, at + RECHECK_MS) };
        return unusableStatus('expired', `the last answer said good, and counted until ${timeText(usable)}`);
      },
    }),
  };
}
