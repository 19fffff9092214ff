import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { getAsset, getAssetKeys, getRawAsset, isSea } from 'node:sea';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { ownMember } from './own-member.ts';

/**
 * Files of the program itself that it reads or starts at run time. This file stands at the root of the sources, and what
 * is compiled of them has all its code in one folder: from there the paths are the same in both. What is brought from
 * elsewhere in the clone is named here. The executable, which is Node.js and the program in one file, has them inside by
 * the same paths.
 * @module
 */

const ROOT = import.meta.dirname;

/** What stands elsewhere in the clone, from the root of the sources and from where `npm install` compiles them to. */
const IN_CLONE: Readonly<Record<string, readonly string[]>> = {
  console: ['../../console/dist', '../../../../console/dist'],
};

function placeOf(path: string): string {
  const own = join(ROOT, path);
  if (existsSync(own)) return own;
  const elsewhere = (ownMember(IN_CLONE, path) ?? []).map((each) => join(ROOT, each));
  return elsewhere.find((each) => existsSync(each)) ?? own;
}

const programAt = (path: string): string => join(ROOT, path + extname(import.meta.filename));

/** The manifest of this package. */
export const ownManifest = (): unknown =>
  JSON.parse(
    isSea() ? getAsset('package.json', 'utf8') : readFileSync(join(ROOT, '../package.json'), 'utf8'),
  );

/** @param path of a text file, from the root of the sources */
export const ownText = (path: string): string =>
  isSea() ? getAsset(path, 'utf8') : readFileSync(placeOf(path), 'utf8');

/**
 * @param path of a folder, from the root of the sources
 * @returns its files by their path below it, with `/` between
 * @throws Error where it is not there, which the console's folder is not until it is built
 */
export async function ownFolder(path: string): Promise<ReadonlyMap<string, Buffer>> {
  if (isSea()) {
    const names = getAssetKeys().filter((name) => name.startsWith(`${path}/`));
    return new Map(names.map((name) => [name.slice(path.length + 1), Buffer.from(getRawAsset(name))]));
  }
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

/** @param path of a source that a thread runs, without its extension */
export function ownThread(path: string, options: WorkerOptions): Worker {
  return isSea()
    ? new Worker(getAsset(path, 'utf8'), { ...options, eval: true })
    : new Worker(programAt(path), options);
}

/** The first argument by which the executable starts as another of its programs; people have no use for it. */
export const PROGRAM_OPTION = '--run-program';

/**
 * How `process.execPath` is started to run another program of ours.
 * @param path of its source, without its extension
 * @param options of Node.js
 * @returns arguments, and variables that they need beside
 */
export function ownProcess(
  path: string,
  options: readonly string[],
): { readonly args: readonly string[]; readonly variables: NodeJS.ProcessEnv } {
  return isSea()
    ? { args: [PROGRAM_OPTION, path], variables: { NODE_OPTIONS: options.join(' ') } }
    : { args: [...options, programAt(path)], variables: {} };
}

/**
 * How Node.js' cluster starts this program's own command again.
 * @param args the command and its arguments
 */
export function ownCommand([command = '', ...args]: readonly string[]): {
  readonly exec?: string;
  readonly args: string[];
  readonly execArgv?: string[];
} {
  // Where there is no file to run, what stands in its place is the first argument.
  return isSea() ? { exec: command, args, execArgv: [] } : { args: [command, ...args] };
}

/**
 * Loads a module that is not part of the program, JavaScript or TypeScript.
 * @param file its path
 * @returns its exports
 */
export async function importFile(file: string): Promise<unknown> {
  const url = pathToFileURL(file);
  if (!isSea()) return await import(url.href);
  // Code inside the executable cannot import files by itself.
  const script = new Script(`import(${JSON.stringify(url.href)})`, {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return await script.runInThisContext();
}
