import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { COMPILED, INSTALLED, inputAt, madeFile } from './compiled-clone.mjs';
import { bundleProgram, removeOlder } from './server-bundle.ts';

/**
 * `npm install` in the clone: compiles the server, which then starts in half the time. The command runs what is
 * compiled for as long as its sources are the same, and the sources otherwise.
 */

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, COMPILED);
const MANIFEST = 'packages/server/package.json';
/** A server that was started earlier loads parts of what it runs later on. */
const KEPT_MS = 7 * 24 * 3_600_000;

async function compile(): Promise<void> {
  if (!existsSync(join(ROOT, INSTALLED))) return;
  const began = Date.now();
  const name = `${began}-${process.pid}`;
  const files = await bundleProgram(join(FOLDER, name));
  const own = files
    .filter((file) => existsSync(file))
    .map((file) => relative(ROOT, file))
    .filter((path) => !/(?:^|[\\/])node_modules[\\/]/.test(path));
  const inputs = [INSTALLED, MANIFEST, ...own].map((path) => inputAt(ROOT, path));
  const changed = inputs.find(([, , mtimeMs]) => mtimeMs > began);
  if (changed) throw new Error(`${changed[0]} was changed meanwhile`);
  writeFileSync(`${madeFile(ROOT)}.new`, JSON.stringify({ main: `${name}/dist/main.js`, inputs }));
  renameSync(`${madeFile(ROOT)}.new`, madeFile(ROOT));
  removeOlder(FOLDER, KEPT_MS);
}

try {
  await compile();
} catch (error) {
  process.stdout.write(`The server was not compiled, so that it starts from its sources: ${String(error)}\n`);
}
