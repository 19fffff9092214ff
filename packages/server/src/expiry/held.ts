import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import type { Storage } from '../storage/storage.ts';
import type { UnreachableSource } from './crls.ts';
import { WATCHED_KINDS, type Watched } from './watched.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** How often a process looks whether what it holds is another than it said. */
const LOOK_MS = 10 * SECOND;
/** How often it says so all the same, and after how long its word is over. */
const RENEWAL = 5 * MINUTE;
const WORD_LASTS = 15 * MINUTE;
/** What one process says at most: those that end soonest. */
const MOST = 2_000;

/** As it is written; a later version may say more, or watch more kinds. */
const Item = z.looseObject({
  kind: z.enum(WATCHED_KINDS),
  key: z.string(),
  name: z.string(),
  not_after: z.number().exactOptional(),
  not_before: z.number().exactOptional(),
  thumbprint: z.string().exactOptional(),
  subject: z.string().exactOptional(),
});
const Record = z.object({ items: z.array(z.unknown()), unreachable: z.array(z.unknown()).default([]) });
const Unreachable = z.looseObject({
  source: z.enum(['crl', 'ocsp']),
  location: z.string(),
  problems: z.array(z.string()),
  at: z.number(),
  next_update: z.number().exactOptional(),
});
/** Of these one process names at most so many. */
const MOST_UNREACHABLE = 100;

const NOTHING: z.output<typeof Record> = { items: [], unreachable: [] };

function recordOf(json: string): z.output<typeof Record> {
  try {
    return Record.safeParse(JSON.parse(json)).data ?? NOTHING;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return NOTHING;
  }
}

const readRecord = (json: string): readonly Watched[] =>
  recordOf(json).items.flatMap((item): readonly Watched[] => {
    const read = Item.safeParse(item);
    if (!read.success) return [];
    const { kind, key, name, not_after, not_before, thumbprint, subject } = read.data;
    return [
      {
        kind,
        key,
        name,
        not_after,
        ...(not_before !== undefined && { not_before }),
        ...(thumbprint !== undefined && { thumbprint }),
        ...(subject !== undefined && { subject }),
      },
    ];
  });

/** What the processes of all nodes hold, but for those named. @param but holders whose word is not wanted */
export async function heldElsewhere(
  held: Pick<Storage['held'], 'list'>,
  now: number,
  but: ReadonlySet<string>,
): Promise<readonly Watched[]> {
  const words = await held.list(now);
  return words.flatMap(({ holder, record }) => (but.has(holder) ? [] : readRecord(record)));
}

/** What the processes of all nodes could not reach to renew. */
export async function unreachableElsewhere(
  held: Pick<Storage['held'], 'list'>,
  now: number,
): Promise<readonly UnreachableSource[]> {
  const words = await held.list(now);
  return words.flatMap(({ record }) =>
    recordOf(record).unreachable.flatMap((each): readonly UnreachableSource[] => {
      const read = Unreachable.safeParse(each);
      if (!read.success) return [];
      const { source, location, problems, at, next_update } = read.data;
      return [{ source, location, problems, at, ...(next_update !== undefined && { next_update }) }];
    }),
  );
}

/** What a process has of its own that ends, said again and again so that the others know of it. */
export type HeldReports = {
  /** Says it now, if it is another than before. */
  report(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Has a process say what it has that ends and stands in no table: in memory, or in files of its node.
 * @param holder its name among all processes of the deployment
 * @param unreachable what it could not reach to renew
 */
export function reportHeld(
  {
    storage,
    events,
    clock,
    onFailed,
  }: {
    readonly storage: Pick<Storage, 'held' | 'reach'>;
    readonly events: Pick<EventRecorder, 'recordSampled'>;
    readonly clock: Clock;
    /** Told when the database could not take it. */
    readonly onFailed: (error: unknown) => void;
  },
  holder: string,
  items: () => readonly Watched[] | Promise<readonly Watched[]>,
  unreachable: () => readonly UnreachableSource[] = () => [],
): HeldReports {
  let said: { readonly record: string; readonly at: number } | undefined;

  const report = async () => {
    if (storage.reach.state() !== 'reached') return;
    try {
      const now = clock();
      const soonest = (await items())
        .toSorted((one, other) => (one.not_after ?? 0) - (other.not_after ?? 0))
        .slice(0, MOST);
      const lacking = unreachable().slice(0, MOST_UNREACHABLE);
      const isNothing = soonest.length + lacking.length === 0;
      const record = JSON.stringify({
        items: soonest,
        ...(lacking.length > 0 && { unreachable: lacking }),
      });
      if (said?.record === record && now - said.at < RENEWAL) return;
      if (!isNothing) await storage.held.report(holder, record, now, now + WORD_LASTS);
      else if (said !== undefined) await storage.held.remove(holder);
      said = isNothing ? undefined : { record, at: now };
    } catch (error) {
      onFailed(error);
    }
  };
  const timer = setInterval(guarded('saying what is held', events, report), LOOK_MS).unref();

  return {
    report,
    async close() {
      clearInterval(timer);
      // A database that is away forgets it by itself.
      if (said === undefined || storage.reach.state() !== 'reached') return;
      await storage.held.remove(holder).catch(onFailed);
    },
  };
}
