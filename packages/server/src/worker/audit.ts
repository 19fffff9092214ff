import { setTimeout as delay } from 'node:timers/promises';
import type { AuditTrail } from '../event/audit-file.ts';
import type { Event } from '../event/event.ts';
import type { Answering, Channel } from './channel.ts';
import type { AskedOfSupervisor } from './questions.ts';

type Entry = { readonly event: Event; readonly written: (() => void) | undefined };

/** Events that wait for the supervisor's answer; more are counted, and lost to the file. */
const MOST_WAITING = 10_000;
const CLOSING_MS = 5_000;

/** The audit trail of a worker: what is appended goes into the supervisor's file, which has one writer. */
export type AuditTrailOfWorker = AuditTrail & {
  /** To be called with what the supervisor tells of its file. */
  writable(is: boolean): void;
};

export function auditTrailOverChannel(
  channel: Pick<Channel<AskedOfSupervisor>, 'ask'>,
  onMissed: (events: number) => void,
): AuditTrailOfWorker {
  let queue: Entry[] = [];
  let waiting = 0;
  let missing = 0;
  let isWritable = true;
  const underWay = new Set<Promise<void>>();

  const miss = (events: number) => {
    missing += events;
    onMissed(events);
  };
  const send = async (entries: readonly Entry[]) => {
    try {
      const inFile = await channel.ask(
        'audit',
        entries.map(({ event }) => event),
      );
      entries.forEach(({ written }, index) => {
        if (inFile[index]) written?.();
      });
    } catch {
      miss(entries.length);
    } finally {
      waiting -= entries.length;
    }
  };
  const hand = () => {
    const entries = queue;
    queue = [];
    const sending = send(entries).finally(() => underWay.delete(sending));
    underWay.add(sending);
  };
  const flush = async () => {
    if (queue.length > 0) hand();
    while (underWay.size > 0) await Promise.all(underWay);
  };

  return {
    append(event, written) {
      if (waiting >= MOST_WAITING) {
        miss(1);
        return false;
      }
      waiting++;
      // What one turn of the event loop appends goes together.
      if (queue.length === 0) setImmediate(() => queue.length > 0 && hand());
      queue.push({ event, written });
      return true;
    },
    isWritable: () => isWritable && waiting < MOST_WAITING,
    // The file is the supervisor's.
    reopen() {},
    flush,
    async close() {
      await Promise.race([flush(), delay(CLOSING_MS, undefined, { ref: false })]);
      return missing;
    },
    writable(is) {
      isWritable = is;
    },
  };
}

/** Appends what workers send to the supervisor's file. */
export const appendingForWorkers = (
  auditTrail: Pick<AuditTrail, 'append'>,
): Pick<Answering<AskedOfSupervisor>, 'audit'> => ({
  audit: (events) =>
    Promise.all(
      events.map(
        (event) =>
          new Promise<boolean>((done) => {
            if (!auditTrail.append(event, () => done(true))) done(false);
          }),
      ),
    ),
});
