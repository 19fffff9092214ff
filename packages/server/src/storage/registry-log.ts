import { z } from 'zod';
import { REGISTRY_KINDS, type RegistryChange } from '../registry-change.ts';
import type { RegistryMemory } from './registry-memory.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** Rows read at once: who is further behind takes everything as changed. */
const MOST_ROWS = 5_000;
/** Numbers whose changes stay written down. */
export const KEPT_CHANGES = 20_000;

/**
 * Asks for the number and what was changed from one number on, that one included.
 * @param time the database's time in milliseconds since the epoch, as an expression
 */
export const changesSince = (time: string, placeholder: string): string => `
  select registry_version.version as number, ${time} as time,
    registry_change.version as version, kind, change_key, mark
  from registry_version left join registry_change on registry_change.version >= ${placeholder}
  where registry_version.id = 1 order by registry_change.version limit ${MOST_ROWS + 1}`;

const Row = z.object({
  number: z.int(),
  time: z.number(),
  version: z.int().nullable(),
  kind: z.string().nullable(),
  change_key: z.string().nullable(),
  mark: z.string().nullable(),
});

type Row = z.output<typeof Row>;

/** Where a database is among its changes: the number of the last one, and the mark of the unit that made it. */
export type HistoryPosition = { readonly number: number; readonly mark?: string | undefined };

/** What a process is told of one before it. */
export type LastKnown = {
  /** Where the database was when this node heard of it last. */
  readonly lastKnown?: HistoryPosition | undefined;
};

/** What the database says: that it went on; or that it is in another history, of a backup or a standby that was behind. */
export type Heard =
  | { readonly outcome: 'on' }
  | { readonly outcome: 'back'; readonly from: number; readonly to: number };

/** The changes of rows after `before`; undefined where some are missing. */
function changesIn(rows: readonly Row[], before: number, number: number): RegistryChange[] | undefined {
  const after = rows.filter(({ version }) => version !== null && version > before);
  // Every number has its rows, unless it was raised by hand or its rows were pruned.
  if (new Set(after.map(({ version }) => version)).size !== number - before || rows.length > MOST_ROWS)
    return;
  return after.flatMap(({ kind: named, change_key: key }) => {
    // Nothing of a kind that a later version knows is remembered here.
    const kind = REGISTRY_KINDS.find((known) => known === named);
    return kind === undefined || key === null ? [] : [{ kind, key }];
  });
}

/** Follows the registry's number in a database, and tells the memory what was changed. */
export class RegistryReader {
  readonly #memory: RegistryMemory;
  #number: number | undefined;
  #mark: string | undefined;

  /** @param lastKnown where the database was when this node, in an earlier process, heard of it last */
  constructor(memory: RegistryMemory, lastKnown?: HistoryPosition) {
    this.#memory = memory;
    this.#number = lastKnown?.number;
    this.#mark = lastKnown?.mark;
  }

  /** Where the database was when it was heard last. */
  get position(): HistoryPosition | undefined {
    return this.#number === undefined ? undefined : { number: this.#number, mark: this.#mark };
  }

  /** The number that was heard last. */
  get number(): number | undefined {
    return this.#number;
  }

  /** The value for {@link changesSince}. */
  get since(): number {
    return this.#number ?? Number.MAX_SAFE_INTEGER;
  }

  /** @param rows of {@link changesSince} @returns what they say, with the time they bring */
  hear(rows: readonly unknown[]): { readonly heard: Heard; readonly time: number } {
    const read = rows.map((row) => Row.parse(row));
    const [first] = read;
    if (!first) throw new StorageUnavailable('registry_version is empty');
    const { number, time } = first;
    const [before, mark] = [this.#number, this.#mark];
    const markOf = (version: number) => read.find((row) => row.version === version)?.mark ?? undefined;
    this.#number = number;
    this.#mark = markOf(number);
    const beforeNow = before === undefined ? undefined : markOf(before);
    const isOther = mark !== undefined && beforeNow !== undefined && mark !== beforeNow;
    if (before !== undefined && (number < before || isOther)) {
      this.#memory.everythingChanged();
      return { heard: { outcome: 'back', from: before, to: number }, time };
    }
    if (before !== number) {
      const changes = before === undefined ? undefined : changesIn(read, before, number);
      if (changes) this.#memory.changed(changes);
      else this.#memory.everythingChanged();
    }
    return { heard: { outcome: 'on' }, time };
  }
}
