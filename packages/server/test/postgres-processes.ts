import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A server whose processes can be stopped where they stand, so that it is there and answers nothing. */
export type StoppablePostgres = { stop(): Promise<void>; goOn(): void };

/** @param url of a server on this machine that is nobody else's */
export async function stoppable(url: string): Promise<StoppablePostgres> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query("select current_setting('data_directory') as folder");
  await client.end();
  const [first = ''] = (await readFile(join(String(rows[0]?.folder), 'postmaster.pid'), 'utf8')).split('\n');
  const postmaster = Number(first);
  let stopped: readonly number[] = [];
  return {
    async stop() {
      const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
      const children = stdout
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/).map(Number))
        .flatMap(([pid = 0, parent]) => (parent === postmaster ? [pid] : []));
      // First whoever makes new ones.
      stopped = [postmaster, ...children];
      for (const pid of stopped) process.kill(pid, 'SIGSTOP');
    },
    goOn() {
      for (const pid of stopped) {
        try {
          process.kill(pid, 'SIGCONT');
        } catch {
          // It ended meanwhile.
        }
      }
      stopped = [];
    },
  };
}
