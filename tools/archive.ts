import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { create, extract } from 'tar';
import { makeExecutable } from './executable.ts';
import { NOTICES } from './server-bundle.ts';
import type { Part } from './third-party-notices.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** What npm writes into its archives: the same bytes, whenever they are made. */
const MTIME = new Date('1985-10-26T08:15:00.000Z');

const { version } = JSON.parse(readFileSync(join(ROOT, 'packages/server/package.json'), 'utf8'));

/** The licence of this Node.js, which is beside it where it was unpacked, or in the package that npm has of it. */
async function licenceOfNode(folder: string): Promise<string> {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const above = dirname(dirname(process.execPath));
  const beside = globSync(['LICENSE', `node_modules/${name}/LICENSE`], { cwd: above });
  const [found] = beside.sort();
  if (found !== undefined) return readFileSync(join(above, found), 'utf8');
  const args = ['pack', '--silent', '--pack-destination', folder, `${name}@${process.versions.node}`];
  const packed = execFileSync('npm', args, { cwd: folder, encoding: 'utf8' }).trim();
  await extract({ cwd: folder, file: join(folder, packed) }, ['package/LICENSE']);
  return readFileSync(join(folder, 'package/LICENSE'), 'utf8');
}

/**
 * Makes the archive for machines without Node.js: the executable for the system that this runs on, what it is and whose
 * it is, and the unit file. The same sources and the same Node.js give the same bytes.
 * @param folder where to; it need not exist
 * @returns its file, and the packages whose code is in it
 * @throws Error when it cannot be made, or the licence of Node.js is not found
 */
export async function makeArchive(
  folder: string,
): Promise<{ readonly file: string; readonly parts: readonly Part[] }> {
  const name = `countersign-${version}-${process.platform}-${process.arch}`;
  const own = mkdtempSync(join(tmpdir(), 'countersign-archive-'));
  try {
    const content = join(own, name);
    mkdirSync(content);
    const notices = join(content, NOTICES);
    const parts = await makeExecutable(join(content, 'countersign'), notices);
    appendFileSync(
      notices,
      `\n## Node.js ${process.versions.node}\n\n\`\`\`\`text\n${await licenceOfNode(own)}\n\`\`\`\`\n`,
    );
    const units = globSync('deploy/systemd/*.service', { cwd: ROOT }).map((unit) => join(ROOT, unit));
    for (const file of [join(ROOT, 'LICENSE'), ...units]) copyFileSync(file, join(content, basename(file)));
    // The pages that it leads to are not in the archive.
    const page = readFileSync(join(ROOT, 'docs/executable.md'), 'utf8');
    writeFileSync(join(content, 'README.md'), page.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1'));
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.tar.gz`);
    const files = readdirSync(content)
      .sort()
      .map((each) => `${name}/${each}`);
    await create({ cwd: own, file, gzip: true, portable: true, mtime: MTIME }, files);
    return { file, parts };
  } finally {
    rmSync(own, { recursive: true });
  }
}

if (import.meta.main)
  process.stdout.write(`${(await makeArchive(resolve(process.argv[2] ?? 'release'))).file}\n`);
