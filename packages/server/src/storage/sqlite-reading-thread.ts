import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { Question, ReadingOf } from './sqlite-reading.ts';

/** The thread that reads: see `sqlite-reading.ts`. Of ours it imports types alone, so that it starts at once. */

const { file, timeout }: ReadingOf = workerData;
const MOST_STATEMENTS = 64;

const database = new DatabaseSync(file, { readOnly: true, timeout });
const statements = new Map<string, StatementSync>();

function prepared(text: string): StatementSync {
  const kept = statements.get(text);
  if (kept) return kept;
  const statement = database.prepare(text);
  if (statements.size >= MOST_STATEMENTS) statements.clear();
  statements.set(text, statement);
  return statement;
}

const codeOf = (error: unknown) =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined;

parentPort?.on('message', ({ number, sql, parameters }: Question<SQLInputValue>) => {
  try {
    parentPort?.postMessage({ number, rows: prepared(sql).all(...parameters) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ number, failure: { message, errcode: codeOf(error) } });
  }
});
