import { type Certificate, certificateDescription } from '@countersign/x509';
import { LRUCache } from 'lru-cache';
import { atMost } from '../at-most.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import type { CertificateUse, Storage } from '../storage/storage.ts';

/** Notes with which certificates clients come, and which authorities vouch for them, to the day. */
export type CertificateUses = {
  /**
   * A client was authenticated by this certificate. Waits for nothing, and never throws.
   * @param authority the one at the end of its path; undefined for a certificate that is registered itself
   */
  came(client_id: string, certificate: Certificate, authority: Certificate | undefined): void;
};

/** Where nothing is to be remembered: a decision that is only explained. */
export const NO_USES: CertificateUses = { came: () => {} };

const DAY = 86_400_000;
/** What was noted today by this process and need not be noted again. */
const KNOWN = 100_000;
/** What waits to be written; of what comes beyond it the next day notes. */
const WAITING = 20_000;
const FLUSH_MS = 60_000;
const LONGEST_SUBJECT = 500;

/** A time as a column can have it: of what is none, the end of all time. */
const storable = (at: number): number =>
  Number.isFinite(at) ? Math.max(Math.min(Math.trunc(at), Number.MAX_SAFE_INTEGER / 2), 0) : 0;

/**
 * Keeps what is used in memory and writes it once a minute: no request waits for it, and what a process that is killed had
 * not written is noted when the client comes again.
 * @param flushMs milliseconds between two writes
 */
export function createCertificateUses(
  {
    storage,
    events,
    clock,
    onFailed,
  }: {
    readonly storage: Pick<Storage, 'certificateUses' | 'reach'>;
    readonly events: Pick<EventRecorder, 'recordSampled'>;
    readonly clock: Clock;
    /** Told when the database could not take them; they wait for the next time. */
    readonly onFailed: (error: unknown) => void;
  },
  flushMs = FLUSH_MS,
): CertificateUses & { flush(): Promise<void>; close(): Promise<void> } {
  const known = new LRUCache<string, number>(atMost(KNOWN));
  let uses = new Map<string, CertificateUse>();
  let authorities = new Map<string, number>();

  const note = (key: string, client_id: string, certificate: Certificate, today: number) => {
    if (uses.size >= WAITING) return;
    known.set(key, today);
    const { thumbprint, notBefore, notAfter } = certificate;
    uses.set(key, {
      client_id,
      thumbprint,
      subject: certificateDescription(certificate).subject.slice(0, LONGEST_SUBJECT),
      not_before: storable(notBefore),
      not_after: storable(notAfter),
      used_at: today * DAY,
    });
  };

  const flush = async () => {
    if (uses.size + authorities.size === 0 || storage.reach.state() !== 'reached') return;
    const [noted, vouched] = [uses, authorities];
    uses = new Map();
    authorities = new Map();
    try {
      await storage.certificateUses.note(
        [...noted.values()],
        Array.from(vouched, ([thumbprint, day]) => ({ thumbprint, used_at: day * DAY })),
      );
    } catch (error) {
      uses = new Map([...noted, ...uses]);
      authorities = new Map([...vouched, ...authorities]);
      onFailed(error);
    }
  };
  const timer = setInterval(guarded('noting uses of certificates', events, flush), flushMs).unref();

  return {
    came(client_id, certificate, authority) {
      const today = Math.floor(clock() / DAY);
      const key = `${client_id} ${certificate.thumbprint}`;
      if (known.get(key) === today) return;
      note(key, client_id, certificate, today);
      if (authority && authorities.size < WAITING) authorities.set(authority.thumbprint, today);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
