import { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, Kysely } from 'kysely';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import type { Database } from './database.ts';
import type { StorageNotice } from './reach.ts';
import { changesSince, type HistoryPosition, RegistryReader } from './registry-log.ts';
import { createRegistryMemory } from './registry-memory.ts';
import type { Schema } from './schema.ts';
import { BUSY_TIMEOUT, type CachingDatabase, typed } from './sqlite-file.ts';

/** An embedded database cannot be away. */
const ALWAYS_REACHED: Database['reach'] = {
  state: () => 'reached',
  clockOffset: () => 0,
  isClockRight: () => true,
};

/**
 * Follows the registry on a connection of its own, whose view of the file is always that of now: one with a statement that
 * is not read to its end goes on seeing what was there when that began.
 */
export function openRegistry(
  file: string,
  tell: (notice: StorageNotice) => void,
  lastKnown?: HistoryPosition,
  place: string | URL = file,
) {
  const reading = new DatabaseSync(place, { readOnly: true, timeout: BUSY_TIMEOUT });
  const selectNumber = reading.prepare('select version from registry_version');
  const selectChanges = reading.prepare(changesSince('0', '?'));
  const memory = createRegistryMemory();
  const reader = new RegistryReader(memory, lastKnown);
  let hasRead = false;
  let isRead = false;
  const read = () => {
    if (isRead) return;
    try {
      if (!hasRead || selectNumber.get()?.version !== reader.number) {
        const { heard } = reader.hear(selectChanges.all(reader.since));
        hasRead = true;
        if (heard.outcome === 'back') tell({ kind: 'went back', from: heard.from, to: heard.to });
      }
    } catch (error) {
      throw typed(error, file);
    }
    // Requests handled in one turn of the event loop share a read; the next turn sees what others committed.
    isRead = true;
    setImmediate(() => {
      isRead = false;
    });
  };
  read();
  const state: RegistryState = {
    lastChange(kind, key) {
      read();
      return memory.lastChange(kind, key);
    },
    isCurrent: () => true,
  };
  return {
    state,
    /** To be called after an own write, which shows at once. */
    readAnew(): void {
      isRead = false;
    },
    position() {
      read();
      return reader.position;
    },
    close: () => reading.close(),
  };
}

const isRow = <Row>(row: unknown): row is Row => typeof row === 'object' && row !== null;

/** What an embedded database is, whoever writes it. @param reading the connection that `db` reads by */
export const embedded = (
  db: Kysely<Schema>,
  reading: CachingDatabase,
  registry: ReturnType<typeof openRegistry>,
  clock: Clock,
): Omit<Database, 'attempt' | 'together'> => ({
  db,
  reading: db,
  async find<Row>({ sql, parameters }: CompiledQuery<Row>) {
    const [row] = reading.prepare(sql).all(parameters);
    return isRow<Row>(row) ? row : undefined;
  },
  dialect: 'sqlite',
  clock,
  deadline: Number.POSITIVE_INFINITY,
  skew: 0,
  registry: registry.state,
  position: registry.position,
  reach: ALWAYS_REACHED,
  async close() {
    registry.close();
    await db.destroy();
  },
});
