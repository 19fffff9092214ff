import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { runProgram } from './run-program.ts';
import { buildConsole, bundleServer, NOTICES } from './server-bundle.ts';

/**
 * The published form of a package, made in its folder while `npm pack` needs it and taken away again. In the clone a
 * package is its sources, which Node.js runs; below `node_modules` it refuses to, so what is published is compiled.
 *
 * - `make` (prepack): makes `dist` of `src` and what the package brings along, and last of all swaps in the manifest.
 *   If anything fails, or someone interrupts it, the folder is left as it was.
 * - `undo` (postpack): brings the manifest back and removes the rest.
 * - `guard`: npm runs no postpack when packing itself fails or is interrupted. This waits for npm to end, or where the
 *   system cannot tell for as long as packing can take, and then undoes what is still there.
 */

const ROOT = resolve(import.meta.dirname, '..');
const BACKUP = 'package.json.source';
/** Between `make` and `undo` npm writes one small archive. What is older was left behind by a machine that stopped. */
const LEFT_BEHIND_MS = 60_000;
const LOOK_EVERY_MS = 200;

const interruption = new AbortController();

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readJson(file: string): Json {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (isJson(value)) return value;
  throw new Error(`${file} is not a JSON object`);
}

/** A program is published as a bundle, a library file by file. */
const isBundle = ({ bin }: Json): boolean => bin !== undefined;

/** What others import: a source becomes its compiled file with its types; every other file is itself. */
function publishedExport(target: unknown): unknown {
  if (isJson(target)) {
    return Object.fromEntries(Object.entries(target).map(([name, each]) => [name, publishedExport(each)]));
  }
  const [, path] = typeof target === 'string' ? (/^\.\/src\/(.+)\.ts$/.exec(target) ?? []) : [];
  return path === undefined ? target : { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
}

/** What runs a published package. The clone says nothing of it: it brings its own Node.js along, whatever started npm. */
const ENGINES = { node: '>=24' };

/** The manifest of the published form, as text: what only the clone can use is left out, and what is in a bundle. */
function publishedManifest(source: Json): string {
  const { scripts: _scripts, devDependencies: _devDependencies, ...others } = source;
  const { dependencies: _dependencies, ...alone } = others;
  const published = isBundle(source) ? alone : others;
  return `${JSON.stringify({ ...published, engines: ENGINES, exports: publishedExport(source.exports) }, null, 2)}\n`;
}

/**
 * Brings the manifest back and removes all that `make` made; does nothing where there is nothing. A manifest that is
 * not the published form is somebody's work, brought back or edited since, and stays.
 */
function undo(folder: string): void {
  const [manifest, backup] = [join(folder, 'package.json'), join(folder, BACKUP)];
  if (existsSync(backup)) {
    if (readFileSync(manifest, 'utf8') === publishedManifest(readJson(backup))) renameSync(backup, manifest);
    else rmSync(backup);
  }
  for (const made of ['dist', 'LICENSE', NOTICES, 'package.json.new'])
    rmSync(join(folder, made), { recursive: true, force: true });
}

/** Undoes what an earlier time left behind, in every package: a swapped manifest has no scripts that could. */
function heal(): void {
  for (const backup of globSync(`packages/*/${BACKUP}`, { cwd: ROOT })) {
    const file = join(ROOT, backup);
    if (Date.now() - statSync(file).mtimeMs > LEFT_BEHIND_MS) undo(dirname(file));
  }
}

/** Compiles sources of a package, with the types of what they export. */
async function compile(folder: string, sources: Json): Promise<void> {
  const own = mkdtempSync(join(tmpdir(), 'countersign-published-'));
  try {
    const project = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rewriteRelativeImportExtensions: true,
        rootDir: join(folder, 'src'),
        outDir: join(folder, 'dist'),
        typeRoots: [join(ROOT, 'node_modules/@types')],
      },
      include: [],
      ...sources,
    };
    writeFileSync(join(own, 'tsconfig.json'), JSON.stringify(project));
    await runProgram('typescript', 'bin/tsc', ['-p', own], folder, interruption.signal);
  } finally {
    rmSync(own, { recursive: true });
  }
}

/** The program: one bundle with all it depends on, the types others import, and the console. */
async function bundle(folder: string, manifest: Json): Promise<void> {
  const exported = filesNamedIn(manifest.exports).filter((path) => path.endsWith('.ts'));
  await compile(folder, { files: exported.map((path) => join(folder, path)) });
  await bundleServer(join(folder, 'dist'), join(folder, NOTICES));
  interruption.signal.throwIfAborted();
  await buildConsole(join(folder, 'dist/console'), interruption.signal);
}

const filesNamedIn = (value: unknown): readonly string[] =>
  typeof value === 'string' ? [value] : isJson(value) ? Object.values(value).flatMap(filesNamedIn) : [];

/** The npm this runs for, where the system can tell. */
function npmAbove(): number | undefined {
  let pid = process.ppid;
  for (let level = 0; level < 5 && pid > 1; level++) {
    let told: string;
    try {
      told = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
    } catch {
      return undefined;
    }
    const [, parent, args = ''] = /^\s*(\d+)\s+(.*)/.exec(told) ?? [];
    if (/^npm\b|npm-cli\.js/.test(args)) return pid;
    pid = Number(parent);
  }
  return undefined;
}

async function make(folder: string): Promise<void> {
  // Now, while it is sure to be there.
  const npm = npmAbove();
  heal();
  undo(folder);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
  }
  try {
    const manifest = join(folder, 'package.json');
    const source = readJson(manifest);
    if (isBundle(source)) await bundle(folder, source);
    else {
      const include = [join(folder, 'src')];
      await compile(folder, { include, exclude: [join(folder, 'src/**/*.test.ts')] });
    }
    copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));

    const published = publishedManifest(source);
    const { exports } = JSON.parse(published);
    const absent = [exports, source.bin]
      .flatMap(filesNamedIn)
      .filter((path) => !existsSync(join(folder, path)));
    if (absent.length > 0) throw new Error(`the manifest names ${absent.join(', ')}, which is not there`);

    copyFileSync(manifest, join(folder, BACKUP));
    writeFileSync(`${manifest}.new`, published);
    renameSync(`${manifest}.new`, manifest);
    const args = [
      ...process.execArgv,
      import.meta.filename,
      'guard',
      ...(npm === undefined ? [] : [String(npm)]),
    ];
    spawn(process.execPath, args, { cwd: folder, detached: true, stdio: 'ignore' }).unref();
    // Signals are told between turns, and this one began before: one that came meanwhile is heard in the next.
    await turn();
    await turn();
    interruption.signal.throwIfAborted();
  } catch (error) {
    undo(folder);
    throw error;
  }
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function guard(folder: string, npm: number | undefined): Promise<void> {
  const pending = () => existsSync(join(folder, BACKUP));
  const until = Date.now() + LEFT_BEHIND_MS;
  const packs = () => (npm === undefined ? Date.now() < until : runs(npm));
  while (pending() && packs()) await pause(LOOK_EVERY_MS);
  if (pending()) undo(folder);
}

const [task, pid] = process.argv.slice(2);
const folder = process.cwd();
if (dirname(folder) !== join(ROOT, 'packages')) throw new Error(`${folder} is no package of ${ROOT}`);
if (task === 'make') await make(folder);
else if (task === 'undo') undo(folder);
else if (task === 'guard') await guard(folder, pid === undefined ? undefined : Number(pid));
else throw new Error('say make, undo or guard');
