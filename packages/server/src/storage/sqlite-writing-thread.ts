import { workerData } from 'node:worker_threads';
import { CachingDatabase, openFile } from './sqlite-file.ts';
import { SqliteGroup } from './sqlite-group.ts';
import type { ThreadOf } from './sqlite-thread.ts';
import { answerQuestions } from './sqlite-thread-side.ts';
import { type Writing, written } from './sqlite-writer.ts';

/** The thread that writes: see `sqlite-writing.ts`. */

const { file }: ThreadOf = workerData;

type Opened = { readonly database: CachingDatabase; readonly group: SqliteGroup };
let opening: Promise<Opened> | undefined;

async function open(): Promise<Opened> {
  const database = new CachingDatabase(await openFile(file), file);
  return { database, group: new SqliteGroup(database) };
}

/** A file that cannot be opened now is tried again with the next question. */
async function opened(): Promise<Opened> {
  opening ??= open();
  try {
    return await opening;
  } catch (error) {
    opening = undefined;
    throw error;
  }
}

answerQuestions<Writing>(
  async (writing) => written((await opened()).group, writing),
  () => {
    // Everything that was asked is answered by then.
    void opening?.then(({ database }) => database.close());
  },
);
