import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { makeArchive } from './archive.ts';
import { PUBLISHED } from './published-packages.ts';
import { softwareBillOfMaterials } from './sbom.ts';

/** Makes all that a release consists of, for the system that this runs on. See docs/releases.md. */

const ROOT = resolve(import.meta.dirname, '..');
const SUMS = 'SHA256SUMS';

function packPackages(folder: string): void {
  for (const name of PUBLISHED) {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: join(ROOT, 'packages', name),
      stdio: ['ignore', 2, 'inherit'],
    });
  }
}

async function release(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  packPackages(folder);
  const { file, parts } = await makeArchive(folder);
  const { name, version, license } = JSON.parse(
    readFileSync(join(ROOT, 'packages/server/package.json'), 'utf8'),
  );
  const published = { name, version, license };
  writeFileSync(join(folder, `${name}-${version}.cdx.json`), softwareBillOfMaterials(published, parts));
  writeFileSync(
    join(folder, `${basename(file, '.tar.gz')}.cdx.json`),
    softwareBillOfMaterials(published, parts, process.versions.node),
  );
  const sums = readdirSync(folder)
    .sort()
    .map((each) => {
      const digest = createHash('sha256')
        .update(readFileSync(join(folder, each)))
        .digest('hex');
      return `${digest}  ${each}\n`;
    });
  writeFileSync(join(folder, SUMS), sums.join(''));
}

await release(resolve(process.argv[2] ?? 'release'));
