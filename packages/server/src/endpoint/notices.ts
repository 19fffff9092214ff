import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { EphemeralStore, Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';

/**
 * Notices to the servers of clients: each is written in the unit of work that brings it about, and told afterwards, so
 * that a process that ends in between takes none with it.
 */
export type Notices<Notice> = {
  /** What writes the notice down. @param key names it among those of its kind */
  step(key: string, notice: Notice): Step;
  /** Tells it in the background, once that step is committed. */
  begin(key: string, notice: Notice): void;
  /** Stops, and waits for what is under way. What was not told is left to the next process. */
  close(): Promise<void>;
};

export type NoticesOptions<Notice> = {
  readonly kind: string;
  readonly record: z.ZodType<Notice>;
  readonly storage: Pick<Storage, 'ephemerals' | 'replays'>;
  readonly clock: Clock;
  /** Tells a notice. @returns whether it is over: told, or given up; false when `closing` cut it short */
  readonly tell: (notice: Notice, closing: AbortSignal) => Promise<boolean>;
  readonly reportError: (error: Error) => void;
  /** Milliseconds: how often what others left is looked for. */
  readonly lookEvery?: number;
  /** Milliseconds after which a notice was left by a process that ended. */
  readonly leftAfter?: number;
};

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 60_000;
/** Longer than telling one takes, with every attempt. */
const LEFT_AFTER_MS = 120_000;
const AT_ONCE = 100;

/** What writes a notice down. @param written_at milliseconds; where nobody tells it at once, 0: it is told at the next look */
const noticeStep = (
  ephemerals: Pick<EphemeralStore, 'steps'>,
  kind: string,
  key: string,
  { notice, written_at, now }: { readonly notice: object; readonly written_at: number; readonly now: number },
): Step => ephemerals.steps.put(kind, key, { written_at, notice }, now + DAY_MS);

/** What writes down a notice that a running server is to tell: for commands, which end before they could. */
export const leftNotice = (
  ephemerals: Pick<EphemeralStore, 'steps'>,
  kind: string,
  key: string,
  notice: object,
  now: number,
): Step => noticeStep(ephemerals, kind, key, { notice, written_at: 0, now });

/** Makes the keeper of one kind of notice, which also tells what other processes left. */
export function createNotices<Notice extends Readonly<Record<string, unknown>>>(
  options: NoticesOptions<Notice>,
): Notices<Notice> {
  const { kind, storage, clock, tell, reportError } = options;
  const { lookEvery = LOOK_EVERY_MS, leftAfter = LEFT_AFTER_MS } = options;
  const { ephemerals, replays } = storage;
  const Written = z.object({ written_at: z.int(), notice: options.record });
  const closing = new AbortController();
  const underWay = new Map<string, Promise<void>>();

  const reported = (error: unknown) => reportError(error instanceof Error ? error : new Error(String(error)));

  const begin = (key: string, notice: Notice): void => {
    const work = tell(notice, closing.signal)
      .then(async (isOver) => {
        if (isOver) await ephemerals.take(kind, key, clock());
      })
      .catch(reported)
      .finally(() => underWay.delete(key));
    underWay.set(key, work);
  };

  const resume = async (): Promise<void> => {
    const now = clock();
    for (const { key, value } of await ephemerals.list(kind, now, AT_ONCE)) {
      const written = Written.safeParse(value);
      // One of a later version is told by its nodes.
      if (!written.success || underWay.has(key)) continue;
      const { written_at, notice } = written.data;
      if (written_at > now - leftAfter) continue;
      // Of all processes one takes it up, and another one later where that one ends as well.
      const turn = Math.floor(now / leftAfter);
      if (await replays.claim(`${kind} ${key} ${turn}`, (turn + 2) * leftAfter)) begin(key, notice);
    }
  };

  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(resume).catch(reported);
  }, lookEvery).unref();

  return {
    step: (key, notice) => {
      const now = clock();
      return noticeStep(ephemerals, kind, key, { notice, written_at: now, now });
    },
    begin,
    async close() {
      clearInterval(timer);
      closing.abort();
      await looking;
      await Promise.all(underWay.values());
    },
  };
}
