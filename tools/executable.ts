import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { runProgram } from './run-program.ts';
import { buildConsole, bundleInside, NOTICES } from './server-bundle.ts';
import type { Part } from './third-party-notices.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Where Node.js looks for what is inside it, as its documentation of single executable applications says. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Each file below a folder by its path there, with `/` between; code without its extension, as `own-files.ts` asks for it. */
function assetsIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)).split(sep).join('/'))
    .sort();
  return Object.fromEntries(files.map((file) => [file.replace(/\.cjs$/, ''), file]));
}

/**
 * Makes the executable: this Node.js with the program and all it needs inside, for the system that this runs on.
 * @param file where to
 * @param notices where the licences of what is in it are written
 * @returns the packages whose code is in it
 */
export async function makeExecutable(file: string, notices: string): Promise<readonly Part[]> {
  const own = mkdtempSync(join(tmpdir(), 'countersign-executable-'));
  try {
    const ofServer = await bundleInside(own, notices);
    const ofConsole = await buildConsole(join(own, 'console'));
    appendFileSync(notices, `\n${readFileSync(join(own, 'console', NOTICES), 'utf8')}`);
    copyFileSync(join(ROOT, 'packages/server/package.json'), join(own, 'package.json'));
    const { executable: _main, ...assets } = assetsIn(own);
    const configuration = {
      main: 'executable.cjs',
      output: 'inside.blob',
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
      assets,
    };
    writeFileSync(join(own, 'sea-config.json'), JSON.stringify(configuration));
    // The seed, so that the code that is kept compiled is the same bytes each time.
    execFileSync(process.execPath, ['--random-seed=1', '--experimental-sea-config', 'sea-config.json'], {
      cwd: own,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    copyFileSync(process.execPath, file);
    chmodSync(file, 0o755);
    const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : [];
    const blob = join(own, 'inside.blob');
    await runProgram(
      'postject',
      'dist/cli.js',
      [file, RESOURCE, blob, '--sentinel-fuse', FUSE, ...segment],
      own,
    );
    // What was changed is signed anew, or macOS does not start it.
    if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', '--force', file]);
    return [...ofServer, ...ofConsole];
  } finally {
    rmSync(own, { recursive: true });
  }
}
