import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import http from 'node:http';
import { join, resolve } from 'node:path';
import { type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { runProgram } from './run-program.ts';
import { type Part, partsOf, thirdPartyNotices } from './third-party-notices.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SRC = join(ROOT, 'packages/server/src');

/** The sources that are files of their own at run time: what is started, and what others import. */
const ENTRIES = [
  'main',
  'plug-in',
  'plug-in-process/host',
  'storage/sqlite-reading-thread',
  'storage/sqlite-writing-thread',
];
/** Those of the executable, each one file: what it starts with, and what its threads run. */
const INSIDE = ['executable', 'storage/sqlite-reading-thread', 'storage/sqlite-writing-thread'];

/** The licences of what is in a bundle. */
export const NOTICES = 'THIRD-PARTY-NOTICES.md';

/** What a package asks for in vain unless someone installs it too. */
const ABSENT = ['pg-native'];

/** What `node:http` has beside HTTP/1.1; each loads a client of 300 kB. */
const UNUSED_OF_HTTP = ['WebSocket', 'CloseEvent', 'MessageEvent'];

/** An `import` of `node:http` asks for every export of it, also for those: 30 ms of each start. This one does not. */
const onlyHttp: Plugin = {
  name: 'only-http',
  resolveId: (source) => (source === 'node:http' ? '\0node:http' : undefined),
  load(id) {
    if (id !== '\0node:http') return undefined;
    const names = Object.keys(http).filter((name) => !UNUSED_OF_HTTP.includes(name));
    return `const http = process.getBuiltinModule('node:http');
export default http;
export const { ${names.join(', ')} } = http;`;
  },
};

/** @returns the files whose code is in what was written */
async function bundle(entries: readonly string[], options: OutputOptions): Promise<readonly string[]> {
  const made = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(entries.map((entry) => [entry, join(SRC, `${entry}.ts`)])),
    platform: 'node',
    external: [/^node:(?!http$)/, ...ABSENT],
    plugins: [onlyHttp],
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
  const { output } = await made.write(options);
  await made.close();
  return output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
}

/** Copies what the server reads at run time beside its code: style sheets, scripts of pages. @returns the files */
function copyAssets(folder: string): readonly string[] {
  const paths = globSync('**/*.*', { cwd: SRC, exclude: (name) => /\.(ts|md)$/.test(name) });
  for (const path of paths) cpSync(join(SRC, path), join(folder, path));
  return paths.map((path) => join(SRC, path));
}

/**
 * Makes of the server and everything it depends on the few JavaScript files that are published, with the files that they
 * read at run time. The console is not its part.
 * @param folder where to; it need not exist
 * @param notices where the licences of what is in it are written
 * @returns the files it was made of
 * @throws Error when something cannot be resolved, or has no licence
 */
export async function bundleServer(folder: string, notices: string): Promise<readonly string[]> {
  const modules = await bundle(ENTRIES, {
    dir: folder,
    format: 'esm',
    entryFileNames: '[name].js',
    // Beside `main.js`, see `own-files.ts`.
    chunkFileNames: '[name]-[hash].js',
  });
  writeFileSync(notices, thirdPartyNotices(partsOf(modules)));
  return [...modules, ...copyAssets(folder)];
}

/**
 * Makes of the sources the program as it is installed, but for what starts it and its console.
 * @param folder where to; it need not exist
 * @returns the files it was made of
 */
export async function bundleProgram(folder: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(SRC, '../package.json'), join(folder, 'package.json'));
  return await bundleServer(join(folder, 'dist'), join(folder, NOTICES));
}

/** Removes the folders in one that were made, or used, longer ago than so many milliseconds. */
export function removeOlder(folder: string, keptMs: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const each = join(folder, entry.name);
    if (entry.isDirectory() && Date.now() - statSync(each).mtimeMs > keptMs)
      rmSync(each, { recursive: true, force: true });
  }
}

/**
 * Makes of the server what the executable holds: as {@link bundleServer}, but each program is one file, `*.cjs`, since
 * what an executable starts with can import no other.
 * @returns the packages whose code is in it
 */
export async function bundleInside(folder: string, notices: string): Promise<readonly Part[]> {
  const modules: string[] = [];
  for (const entry of INSIDE) {
    const format = {
      dir: folder,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      codeSplitting: false,
    } as const;
    modules.push(...(await bundle([entry], format)));
  }
  const parts = partsOf(modules);
  writeFileSync(notices, thirdPartyNotices(parts));
  copyAssets(folder);
  return parts;
}

/**
 * Builds the console, with the licences of what is in it.
 * @param folder where to; what is there goes
 * @returns the packages whose code is in it
 */
export async function buildConsole(folder: string, signal?: AbortSignal): Promise<readonly Part[]> {
  await runProgram(
    'vite',
    'bin/vite.js',
    ['build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'],
    join(ROOT, 'packages/console'),
    signal,
  );
  const told = readFileSync(join(folder, NOTICES), 'utf8').matchAll(/^## (\S+) - (\S+) \((.+)\)$/gm);
  const parts = Array.from(told, ([, name = '', version = '', license = '']) => ({ name, version, license }));
  if (parts.length === 0) throw new Error(`${NOTICES} of the console names nobody`);
  return parts;
}
