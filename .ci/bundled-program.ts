import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { rename, rm, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { bundleProgram, removeOlder } from '../tools/server-bundle.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SERVER = join(ROOT, 'packages/server');
const CACHE = join(ROOT, 'node_modules/.cache/countersign-bundles');
/** What no run has used for so long is gone. */
const KEPT_MS = 24 * 3_600_000;

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
  for (const file of files) hash.update(`${file.slice(folder.length)}\n`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Makes of the sources the program that is published, for the processes of a test run. Its folder is named by what is in
 * it, so that another run, of other sources, takes nothing away from this one.
 * @returns the file that Node.js runs
 */
export async function bundledProgram(): Promise<string> {
  const made = join(CACHE, `made-by-${process.pid}`);
  await rm(made, { recursive: true, force: true });
  await bundleProgram(made);
  cpSync(join(SERVER, 'bin'), join(made, 'bin'), { recursive: true });
  symlinkSync(join(ROOT, 'packages/console/dist'), join(made, 'dist/console'));
  const folder = join(CACHE, digestOf(made));
  if (!existsSync(folder)) await rename(made, folder).catch(() => {});
  await rm(made, { recursive: true, force: true });
  const now = new Date();
  await utimes(folder, now, now);
  removeOlder(CACHE, KEPT_MS);
  return join(folder, 'bin/countersign.mjs');
}
