import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { findHome } from './find-home.ts';
import { homePaths } from './home.ts';

test('a home is found from beside it, from inside it and from below its parent', async (t) => {
  const project = await mkdtemp(join(tmpdir(), 'countersign-find-home-'));
  t.after(() => rm(project, { recursive: true, force: true }));
  const { home, conf, security, deployment } = homePaths(join(project, 'the-home'));
  const below = join(project, 'docs/deep');
  await Promise.all([conf, security, below].map((folder) => mkdir(folder, { recursive: true })));
  for (const from of [project, home, security, below]) assert.equal(findHome(from, 'the-home'), undefined);
  await writeFile(deployment, '');
  for (const from of [project, home, security, below]) assert.equal(findHome(from, 'the-home'), home);
  assert.equal(findHome(below, 'another'), undefined);
  assert.equal(findHome(security, 'another'), home, 'inside it, its name does not matter');
});
