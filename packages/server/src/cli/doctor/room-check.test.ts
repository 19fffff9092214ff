import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roomFindings } from './room-check.ts';

const MIB = 1024 * 1024;
const disk = (leftMiB: number, wholeMiB: number, ffree = 900) =>
  roomFindings(
    { bsize: MIB, blocks: wholeMiB, bavail: leftMiB, files: 1000, ffree },
    'the database (/x)',
  ).map(({ code, outcome }) => `${outcome} ${code}`);

test('a disk is told of when little is left, of bytes or of files', () => {
  assert.deepEqual(disk(50_000, 100_000), []);
  assert.deepEqual(disk(3_000, 100_000), [], 'little of much is enough');
  assert.deepEqual(disk(1_900, 100_000), ['warning disk_nearly_full']);
  assert.deepEqual(disk(200, 1_000), [], 'much of little is enough');
  assert.deepEqual(disk(9, 10), [], 'a small volume is no full one');
  assert.deepEqual(disk(0, 10), ['failed disk_full']);
  assert.deepEqual(disk(99, 1_000), ['warning disk_nearly_full']);
  assert.deepEqual(disk(15, 100_000), ['failed disk_full']);
  assert.deepEqual(disk(50_000, 100_000, 9), ['warning disk_nearly_full']);
  assert.deepEqual(disk(0, 0), [], 'a file system without a size');
});
