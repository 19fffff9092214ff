import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * The clone's compiled form: what `npm install` made of its sources, for as long as they are the same. Plain JavaScript,
 * since the command reads it before it knows which Node.js it is run by.
 * @module
 */

/** Where the compiled form is, from the root of the clone, and what is written there of how it was made. */
export const COMPILED = 'packages/server/compiled';
const MADE = 'made.json';

/** Written whenever npm changes what is below `node_modules`. */
export const INSTALLED = 'node_modules/.package-lock.json';

/**
 * @typedef {readonly [path: string, size: number, mtimeMs: number]} Input a file that the compiled form was made of, as it was; from the root of the clone
 * @typedef {{ readonly main: string, readonly inputs: readonly Input[] }} Made what Node.js runs, from where the compiled form is
 */

/**
 * What tells whether a file is the one it was.
 * @param {string} root of the clone
 * @param {string} path from there
 * @returns {Input}
 */
export function inputAt(root, path) {
  const { size, mtimeMs } = statSync(join(root, path));
  return [path, size, mtimeMs];
}

/** @param {string} root of the clone @returns {string} the file that says how the compiled form was made */
export const madeFile = (root) => join(root, COMPILED, MADE);

/**
 * The program in its compiled form.
 * @param {string} root of the clone
 * @returns {string | undefined} its file; undefined where there is none, or a source was changed since
 */
export function compiledMain(root) {
  try {
    /** @type {Made} */
    const { main, inputs } = JSON.parse(readFileSync(madeFile(root), 'utf8'));
    // Hundreds of files: what `join` does for each takes as long as asking for it.
    const isSame = inputs.every(([path, size, mtimeMs]) => {
      const now = statSync(`${root}/${path}`);
      return now.size === size && now.mtimeMs === mtimeMs;
    });
    const file = resolve(root, COMPILED, main);
    return isSame && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
