import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/**
 * Files of the program itself that it reads or starts at run time. This file stands at the root of the sources, and the
 * published form has all its code at the root of `dist`: from there the paths are the same in both. What is brought from
 * elsewhere in the clone is named here.
 * @module
 */

const ROOT = import.meta.dirname;

/** What stands elsewhere in the clone, from the root of the sources. */
const IN_CLONE: Readonly<Record<string, string>> = { console: '../../console/dist' };

function placeOf(path: string): string {
  const own = join(ROOT, path);
  const elsewhere = IN_CLONE[path];
  return elsewhere === undefined || existsSync(own) ? own : join(ROOT, elsewhere);
}

/** The manifest of this package. */
export const ownManifest = (): unknown => JSON.parse(readFileSync(join(ROOT, '../package.json'), 'utf8'));

/** @param path of a text file, from the root of the sources */
export const ownText = (path: string): string => readFileSync(placeOf(path), 'utf8');

/**
 * @param path of a folder, from the root of the sources
 * @returns its files by their path below it, with `/` between
 * @throws Error where it is not there, which the console's folder is not until it is built
 */
export async function ownFolder(path: string): Promise<ReadonlyMap<string, Buffer>> {
  const folder = placeOf(path);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }): Promise<[string, Buffer]> => {
      const file = join(parentPath, name);
      return [relative(folder, file).split(sep).join('/'), await readFile(file)];
    });
  return new Map(await Promise.all(files));
}

/**
 * @param path of a source that is a program of its own, without its extension
 * @returns the file that a process or thread runs
 */
export const ownProgram = (path: string): string => join(ROOT, path + extname(import.meta.filename));
