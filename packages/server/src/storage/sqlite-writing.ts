import { writerByAsking } from './asked-writer.ts';
import { SqliteThread } from './sqlite-thread.ts';
import type { SqliteWriter, Writing } from './sqlite-writer.ts';

/** A thread that writes, until it is closed: that ends it once everything is written. */
export type WritingThread = SqliteWriter & { close(): Promise<void> };

/**
 * A thread that writes an SQLite file, in groups (`sqlite-group.ts`): what is asked for while it waits for the disk is the
 * next group. Requests that write nothing do not notice those that do, nor what is stored of events, nor what is swept.
 */
export function startWritingThread(file: string): WritingThread {
  const thread = new SqliteThread<Writing>(file, 'storage/sqlite-writing-thread', 'writes');
  return { ...writerByAsking((writing) => thread.ask(writing)), close: () => thread.close() };
}
