import { execFile } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '../../../packages/server/bin/countersign.mjs');
const DEADLINE_MS = 120_000;

/** Thrown when a command did not do what it was asked; the message is what it printed. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** Runs `countersign … --json` on a home folder. @throws CommandRefused */
export type Countersign = (...args: readonly string[]) => Promise<unknown>;

export const countersign =
  (home: string): Countersign =>
  (...args) =>
    new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [PROGRAM, ...args, '--home', home, '--json'],
        { timeout: DEADLINE_MS },
        (error, stdout, stderr) => {
          if (error) {
            reject(
              new CommandRefused(`countersign ${args.slice(0, 2).join(' ')}: ${stderr || error.message}`),
            );
          } else resolve(JSON.parse(stdout));
        },
      );
    });
