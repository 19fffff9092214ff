import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { PUBLISHED } from '../../../tools/published-packages.ts';
import { type Finished, runProgram } from './countersign-process.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** What the published form of a package is made from. */
const NEEDED = [
  '.gitignore',
  'LICENSE',
  'package.json',
  'tsconfig.json',
  'tools',
  'packages',
  'README.md',
  'docs',
  'deploy',
];

/** Not what npm told the script that this test runs in, and no coverage of what runs elsewhere. */
export const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(npm_(package|lifecycle|config_local)|INIT_CWD$|NODE_V8_COVERAGE$)/.test(name),
    ),
  );

/** npm as a program and its first arguments: the one that runs this test, or the one on the way. */
export const NPM: readonly [string, ...string[]] =
  process.env.npm_execpath === undefined ? ['npm'] : [process.execPath, process.env.npm_execpath];

/** Runs npm to its end, for a minute or as many milliseconds as are given. */
export const npm = ([...args]: readonly string[], cwd: string, timeout = 60_000): Promise<Finished> => {
  const [program, ...first] = NPM;
  return runProgram(program, [...first, ...args], { cwd, env: environment(), timeout });
};

/** What it printed, once it ended well. @throws AssertionError otherwise */
export async function succeeding(finished: Promise<Finished>): Promise<string> {
  const { code, stdout, stderr } = await finished;
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/**
 * A clone of the workspace as it is, with what `npm install` gives it. Packages are packed there, because for a moment
 * their folders are not what other tests run.
 */
export async function cloneWorkspace(): Promise<string> {
  const clone = await mkdtemp(join(tmpdir(), 'countersign-clone-'));
  const skipped = new Set(['node_modules', 'dist']);
  for (const name of NEEDED) {
    await cp(join(ROOT, name), join(clone, name), {
      recursive: true,
      filter: (source) => !skipped.has(basename(source)),
    });
  }
  const [from, to] = [join(ROOT, 'node_modules'), join(clone, 'node_modules')];
  await mkdir(join(to, '@countersign'), { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== '@countersign' && name !== 'countersign' && name !== '.cache') {
      await symlink(join(from, name), join(to, name));
    }
  }
  for (const folder of PUBLISHED) {
    const name = folder === 'server' ? 'countersign' : join('@countersign', folder);
    await symlink(join(clone, 'packages', folder), join(to, name));
  }
  return clone;
}
