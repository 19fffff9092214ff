import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { Metrics, Outcome } from './metrics.ts';

/** How many requests to one endpoint ended so within one minute. */
export type RequestCount = {
  /** Where the minute begins, in milliseconds since the epoch. */
  readonly minute: number;
  /** As metrics call it. */
  readonly endpoint: string;
  readonly outcome: Outcome;
  readonly count: number;
};

/** The requests of a bucket of time. */
export type RequestBar = Omit<RequestCount, 'minute'> & {
  /** Where the bucket begins, in milliseconds since the epoch. */
  readonly time: number;
};

/** How many requests all processes of all nodes answered; kept as long as the counts of events. */
export interface RequestCountStore {
  /** Adds to what was counted. */
  add(counts: readonly RequestCount[]): Promise<void>;
  /** Those a bucket of `bucketMs`, by endpoint and outcome, oldest first. @param since the beginning of a minute; `bucketMs` is of whole minutes */
  histogram(since: number, bucketMs: number): Promise<readonly RequestBar[]>;
}

export type RequestCounter = {
  /** Waits until what this process answered so far is stored, or cannot be for now. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

const MINUTE = 60_000;
const EVERY_MS = 5_000;
/** Counts that wait for a database that is away: those of a day on every endpoint, some megabytes. */
const MOST_WAITING = 60 * 24 * 24 * 3;

const OUTCOMES: ReadonlySet<string> = new Set<Outcome>(['success', 'refused', 'failure']);
const isOutcome = (word: string): word is Outcome => OUTCOMES.has(word);

/**
 * Stores how many requests were answered, each of them, by what is measured of them anyway: a request pays nothing more.
 * Every five seconds what came since is added to the minute that it came in, to within these five seconds. While the
 * database is away the counts wait.
 */
export function countRequests(
  { requestDuration }: Pick<Metrics, 'requestDuration'>,
  store: RequestCountStore,
  clock: Clock,
  log: Logger,
): RequestCounter {
  const told = new Map<string, number>();
  const waiting = new Map<string, RequestCount>();
  let since = clock();
  let writing: Promise<void> = Promise.resolve();

  const add = (count: RequestCount) => {
    const key = `${count.minute} ${count.endpoint} ${count.outcome}`;
    const before = waiting.get(key);
    if (before === undefined && waiting.size >= MOST_WAITING) return;
    waiting.set(key, { ...count, count: count.count + (before?.count ?? 0) });
  };
  const take = () => {
    const minute = Math.floor(since / MINUTE) * MINUTE;
    since = clock();
    for (const { labels, duration } of requestDuration.all()) {
      const { endpoint, outcome } = labels;
      const key = `${endpoint} ${outcome}`;
      const count = duration.count - (told.get(key) ?? 0);
      if (count === 0 || !isOutcome(outcome)) continue;
      told.set(key, duration.count);
      add({ minute, endpoint, outcome, count });
    }
  };
  const write = async () => {
    if (waiting.size === 0) return;
    const counts = Array.from(waiting.values());
    waiting.clear();
    try {
      await store.add(counts);
    } catch (error) {
      for (const count of counts) add(count);
      log.debug({ err: error }, 'counts of requests wait for the database');
    }
  };
  const flush = (): Promise<void> => {
    take();
    writing = writing.then(write);
    return writing;
  };

  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  // At whole multiples of its time, so that a minute ends with one.
  const wait = () => {
    if (isClosed) return;
    timer = setTimeout(() => void flush().then(wait), EVERY_MS - (clock() % EVERY_MS)).unref();
  };
  wait();
  return {
    flush,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await flush();
    },
  };
}
