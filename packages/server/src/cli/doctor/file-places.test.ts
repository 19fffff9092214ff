import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { foldersTo, foldersUpTo, lookedAt, placeOf } from './file-places.ts';

test('the folders up to one, and up to the root where a file is elsewhere', () => {
  assert.deepEqual(foldersUpTo('/a/b/c', '/a'), ['/a/b/c', '/a/b', '/a']);
  assert.deepEqual(foldersUpTo('/a/b', '/x'), ['/a/b', '/a', '/']);
  assert.deepEqual(foldersTo({ path: '/home/x/link', real: '/etc/key' }, '/home/x'), [
    '/home/x',
    '/etc',
    '/',
  ]);
});

test('what the kubelet wrote is known by ..data, and nothing else by its name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-projected-'));
  try {
    await mkdir(join(folder, '..2026_01_01/below'), { recursive: true });
    await writeFile(join(folder, '..2026_01_01/tls.key'), '');
    await writeFile(join(folder, '..2026_01_01/below/other.key'), '');
    await symlink('..2026_01_01', join(folder, '..data'));
    await symlink('..data/tls.key', join(folder, 'tls.key'));
    await writeFile(join(folder, 'beside'), '');
    const isHandedIn = (name: string) => placeOf(lookedAt(join(folder, name)).real, []).isHandedIn;
    assert.equal(isHandedIn('tls.key'), true);
    assert.equal(isHandedIn('..data/below/other.key'), true);
    assert.equal(isHandedIn('.'), true, 'the folder itself');
    assert.equal(isHandedIn('beside'), false);

    const other = join(folder, 'other');
    await mkdir(join(other, '..kept'), { recursive: true });
    await writeFile(join(other, '..kept/tls.key'), '');
    assert.equal(isHandedIn('other/..kept/tls.key'), false, 'nothing leads there');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
