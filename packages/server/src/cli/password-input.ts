import { createInterface } from 'node:readline/promises';
import { UsageError } from './run-command.ts';

/** The first line of standard input: a password there shows in no process list and no shell history. @throws UsageError */
export async function passwordFromInput(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new UsageError('no password on standard input');
}
