import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { printableLine } from '../event/printable.ts';

/** Whether somebody sits there who can be asked. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true;

/**
 * Asks for a secret on the terminal, which shows nothing of what is typed.
 * @returns what was typed; empty where there is no answer
 */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // The terminal has ceased to show what is typed before anybody is asked to type.
  process.stderr.write(printableLine(question));
  return await new Promise((resolve) => {
    let answer = '';
    lines.once('line', (line) => {
      answer = line;
      lines.close();
    });
    lines.once('close', () => {
      process.stderr.write('\n');
      resolve(answer);
    });
  });
}
