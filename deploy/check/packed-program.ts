import { resolve } from 'node:path';
import { run } from '../../interop/program.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** npm as a program and its first arguments: the one that runs this, or the one on the way. */
export const NPM: readonly [string, ...string[]] =
  process.env.npm_execpath === undefined ? ['npm'] : [process.execPath, process.env.npm_execpath];

/** Packs the server as it is published. @returns nothing; the archive is in the folder */
export async function packInto(folder: string): Promise<void> {
  const [program, ...first] = NPM;
  const args = ['pack', '--workspace', 'packages/server', '--pack-destination', folder];
  await run(program, [...first, ...args], { cwd: ROOT });
}
