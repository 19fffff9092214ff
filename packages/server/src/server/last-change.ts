import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import { homePaths } from '../config/home.ts';
import { isForbidden, writeWhole } from '../config/whole-file.ts';
import type { HistoryPosition } from '../storage/registry-log.ts';
import type { Storage } from '../storage/storage.ts';

/** How often it is looked whether there is something new to write down, milliseconds. */
const LOOK_MS = 1_000;

const LastChange = z.object({
  database: z.string(),
  number: z.int().nonnegative(),
  mark: z.string().optional(),
});

/**
 * Where the database was among its changes when this node heard of it last; undefined where that is not known.
 * @param database the database in words: what is known of another one says nothing
 */
export function lastKnownChange(home: string, database: string): HistoryPosition | undefined {
  try {
    const found = LastChange.parse(JSON.parse(readFileSync(homePaths(home).lastChange, 'utf8')));
    return found.database === database ? { number: found.number, mark: found.mark } : undefined;
  } catch {
    return undefined;
  }
}

/** To be called where the database is brought back to another state on purpose. */
export async function forgetLastChange(home: string): Promise<void> {
  await rm(homePaths(home).lastChange, { force: true });
}

/**
 * Writes down where the database is, so that one which comes back to an earlier state is noticed although every process of
 * the deployment was ended meanwhile.
 * @returns what ends it, having written down the last
 */
export function keepLastChange(
  home: string,
  database: string,
  storage: Pick<Storage, 'position'>,
  log: Pick<Logger, 'warn' | 'info'>,
): () => Promise<void> {
  const file = homePaths(home).lastChange;
  let written: number | undefined;
  let isWriting = false;
  let hasFailed = false;
  const write = async () => {
    if (isWriting) return;
    isWriting = true;
    try {
      const position = storage.position();
      if (position === undefined || position.number === written) return;
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      await writeWhole(file, Buffer.from(JSON.stringify({ database, ...position })));
      written = position.number;
      hasFailed = false;
    } catch (error) {
      if (!hasFailed && isForbidden(error)) {
        log.info(
          `${file} is not kept, because the home is read-only: that the database was put back to an earlier state is noticed only while a node runs; mount a folder that can be written at repository/database to have it noticed at every start`,
        );
      } else if (!hasFailed) {
        log.warn({ err: error }, `${file} cannot be written`);
      }
      hasFailed = true;
    } finally {
      isWriting = false;
    }
  };
  const looking = setInterval(() => void write(), LOOK_MS).unref();
  return async () => {
    clearInterval(looking);
    await write();
  };
}
