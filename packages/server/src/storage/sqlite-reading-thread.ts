import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { BUSY_TIMEOUT, CachingDatabase, typed } from './sqlite-file.ts';
import type { ThreadOf } from './sqlite-thread.ts';
import { answerQuestions } from './sqlite-thread-side.ts';
import type { Statement } from './sqlite-writer.ts';

/** The thread that reads: see `sqlite-reading.ts`. */

const { file }: ThreadOf = workerData;
let database: CachingDatabase | undefined;

function opened(): CachingDatabase {
  try {
    return new CachingDatabase(new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT }), file);
  } catch (error) {
    throw typed(error, file);
  }
}

answerQuestions<Statement>(
  ({ sql, parameters }) => {
    database ??= opened();
    return database.prepare(sql).all(parameters);
  },
  () => database?.close(),
);
