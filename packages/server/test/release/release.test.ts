import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { z } from 'zod';
import { PUBLISHED } from '../../../../tools/published-packages.ts';
import { cloneWorkspace, environment, npm, succeeding } from '../workspace-clone.ts';

const Sbom = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.object({ name: z.literal('countersign'), version: z.string() }) }),
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      purl: z.string().optional(),
      licenses: z.array(z.unknown()).min(1).optional(),
    }),
  ),
});

describe('a release', { timeout: 900_000 }, () => {
  let clone: string;
  const folder = (build: number) => join(clone, `release-${build}`);
  const read = (name: string) => readFileSync(join(folder(1), name));
  const files = () => readdirSync(folder(1)).sort();

  before(async () => {
    clone = await cloneWorkspace();
    for (const build of [1, 2])
      await succeeding(npm(['run', 'release', '--', folder(build)], clone, 400_000));
  });
  after(() => rm(clone, { recursive: true, force: true }));

  test('is the packages, the archive for this system, and what is in them', () => {
    const { version } = JSON.parse(readFileSync(join(clone, 'packages/server/package.json'), 'utf8'));
    const archive = `countersign-${version}-${process.platform}-${process.arch}`;
    const packages = PUBLISHED.map((name) => (name === 'server' ? 'countersign' : `countersign-${name}`));
    assert.deepEqual(
      files(),
      [
        'SHA256SUMS',
        ...[`${archive}.tar.gz`, `${archive}.cdx.json`, `countersign-${version}.cdx.json`],
        ...packages.map((name) => `${name}-${version}.tgz`),
      ].sort(),
    );
  });

  test('has the checksum of each of its files', () => {
    const expected = files()
      .filter((name) => name !== 'SHA256SUMS')
      .map((name) => `${createHash('sha256').update(read(name)).digest('hex')}  ${name}\n`);
    assert.equal(read('SHA256SUMS').toString(), expected.join(''));
  });

  test('made twice is the same bytes', () => {
    assert.deepEqual(readdirSync(folder(2)).sort(), files());
    for (const name of files()) {
      assert.ok(read(name).equals(readFileSync(join(folder(2), name))), name);
    }
  });

  test('says of each package inside its version and licence, and of the executable its Node.js', () => {
    const boms = files().filter((name) => name.endsWith('.cdx.json'));
    for (const name of boms) {
      const { components } = Sbom.parse(JSON.parse(read(name).toString()));
      const names = components.map((each) => each.name);
      for (const inside of ['fastify', 'zod', 'jose', 'pg', 'react', 'oauth4webapi']) {
        assert.ok(names.includes(inside), `${name}: ${inside}`);
      }
      const node = components.filter((each) => each.name === 'node');
      const hasNode = name.includes(`-${process.arch}`);
      assert.deepEqual(
        node.map((each) => each.version),
        hasNode ? [process.versions.node] : [],
      );
      for (const each of components.filter((one) => one.name !== 'node')) {
        assert.ok(each.purl?.startsWith('pkg:npm/') && each.licenses !== undefined, each.name);
      }
    }
  });

  test('names no place of the machine that made it', () => {
    const { HOME = clone } = environment();
    for (const name of files().filter((each) => /\.json$|SUMS$/.test(each))) {
      const text = read(name).toString();
      for (const place of [clone, HOME, process.cwd()])
        assert.ok(!text.includes(`${place}/`), `${name}: ${place}`);
    }
  });
});
