import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import type { ClientUse, Storage } from '../storage/storage.ts';

/** Counts the tokens that clients are issued, exactly, by client and day. */
export type ClientUses = {
  /** A client was issued an access token. Waits for nothing, and never throws. */
  issued(client_id: string): void;
};

/** What counts, writes down, and is closed with the server. */
export type CountedClientUses = ClientUses & {
  /** Writes what is counted so far, unless the database is away. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

const DAY = 86_400_000;
const FLUSH_MS = 5_000;
/** Of how many clients and days what is counted may wait for a database that is away. */
const WAITING = 100_000;
const WRITTEN_AT_ONCE = 1_000;

/** What a client was issued on one day and is not written yet. */
type Counted = { tokens: number; last_at: number };

/** The counts of one day, by `client_id`. */
class DayCounts {
  readonly day: number;
  readonly #counts = new Map<string, Counted>();

  constructor(day: number) {
    this.day = day;
  }

  get size(): number {
    return this.#counts.size;
  }

  /** @returns false, with nothing added, where the client is new here and has no room */
  add(client_id: string, tokens: number, last_at: number, hasRoom: () => boolean): boolean {
    const counted = this.#counts.get(client_id);
    if (counted) {
      counted.tokens += tokens;
      counted.last_at = Math.max(counted.last_at, last_at);
      return true;
    }
    if (!hasRoom()) return false;
    this.#counts.set(client_id, { tokens, last_at });
    return true;
  }

  /** Takes some out. */
  take(most: number): readonly ClientUse[] {
    const taken: ClientUse[] = [];
    for (const [client_id, counted] of this.#counts) {
      if (taken.length === most) break;
      taken.push({ client_id, day: this.day, ...counted });
      this.#counts.delete(client_id);
    }
    return taken;
  }
}

/**
 * Keeps the counts in memory and adds them to the database every few seconds: no request waits for it or asks the
 * database anything. What a process that is killed had not written is lost: the last seconds.
 * @param flushMs milliseconds between two writes
 */
export function createClientUses(
  {
    storage,
    events,
    clock,
    onFailed,
    onLost,
  }: {
    readonly storage: Pick<Storage, 'clientUses' | 'reach'>;
    readonly events: Pick<EventRecorder, 'recordSampled'>;
    readonly clock: Clock;
    /** Told when the database could not take them; they wait for the next time. */
    readonly onFailed: (error: unknown) => void;
    /** Told of tokens that are counted nowhere, because too much waits already. */
    readonly onLost: (tokens: number) => void;
  },
  flushMs = FLUSH_MS,
): CountedClientUses {
  /** The day of now last. */
  let days: readonly DayCounts[] = [];
  let lost = 0;
  let writing: Promise<void> = Promise.resolve();
  let isWriteAhead = false;

  const waiting = () => days.reduce((sum, { size }) => sum + size, 0);
  const hasRoom = () => waiting() < WAITING;
  const countsOf = (day: number): DayCounts => {
    const last = days.at(-1);
    if (last?.day === day) return last;
    const counts = days.find((each) => each.day === day) ?? new DayCounts(day);
    days = [...days.filter((each) => each !== counts), counts];
    return counts;
  };
  const add = ({ client_id, day, tokens, last_at }: ClientUse) => {
    if (!countsOf(day).add(client_id, tokens, last_at, hasRoom)) lost += tokens;
  };

  const write = async () => {
    isWriteAhead = false;
    if (lost > 0) onLost(lost);
    lost = 0;
    for (const counts of days) {
      for (let left = counts.size; left > 0; left -= WRITTEN_AT_ONCE) {
        if (storage.reach.state() !== 'reached') return;
        const batch = counts.take(WRITTEN_AT_ONCE);
        try {
          await storage.clientUses.add(batch);
        } catch (error) {
          batch.forEach(add);
          onFailed(error);
          return;
        }
      }
    }
    days = days.filter(({ size }, index) => size > 0 || index === days.length - 1);
  };
  /** Writes follow one another; one that waits to begin is enough for all who ask meanwhile. */
  const flush = (): Promise<void> => {
    if (isWriteAhead || (waiting() === 0 && lost === 0)) return writing;
    isWriteAhead = true;
    writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(guarded('counting tokens of clients', events, flush), flushMs).unref();

  return {
    issued(client_id) {
      const now = clock();
      add({ client_id, day: Math.floor(now / DAY) * DAY, tokens: 1, last_at: now });
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
