import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { missingProgram, run } from '../../interop/program.ts';

/**
 * Kept between runs: what Debian's packages are unpacked to is the same each time. Outside of the clone, for what goes
 * through its files is no friend of the links in there.
 */
const KEPT = resolve(process.env.XDG_CACHE_HOME ?? resolve(homedir(), '.cache'), 'countersign-deploy');

/** For `skip`: why no Debian can be unpacked and run here, or false. With CI=true nothing is skipped. */
export async function whyNoDebian(...programs: readonly string[]): Promise<string | false> {
  if (process.env.CI === 'true') return false;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux, and root';
  for (const program of ['debootstrap', ...programs]) {
    if ((await missingProgram(program)) !== undefined) return `${program} is not installed`;
  }
  return false;
}

/**
 * Unpacks a Debian of the least packages, as its official images have them, and what is named besides.
 * @param suite such as `trixie`
 * @param folder where a copy is put that is the caller's own
 */
export async function unpackDebian(
  suite: string,
  folder: string,
  packages: readonly string[] = [],
): Promise<void> {
  const kept = resolve(KEPT, [suite, ...packages].join('-'));
  const here = { cwd: import.meta.dirname };
  if (!existsSync(kept)) {
    const underway = `${kept}.${process.pid}`;
    await mkdir(KEPT, { recursive: true });
    const include = packages.length === 0 ? [] : [`--include=${packages.join(',')}`];
    try {
      await run('debootstrap', ['--variant=minbase', ...include, suite, underway], here);
      await rename(underway, kept);
    } finally {
      await rm(underway, { recursive: true, force: true });
    }
  }
  await mkdir(dirname(folder), { recursive: true });
  await run('cp', ['--archive', '--reflink=auto', kept, folder], here);
}
