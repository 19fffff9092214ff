import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { linesOfFile } from './file-lines.ts';

const WRITTEN = Array.from({ length: 20_000 }, (_, index) => `line ${index}\u2028 of many ${index ** 3}`);

test('the lines of a file, compressed or not; a damaged, cut or absent one fails who reads it, and nobody else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-lines-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'lines');
  const read = async (bytes: Buffer, isCompressed: boolean) => {
    await writeFile(file, bytes);
    return Array.fromAsync(linesOfFile(file, isCompressed));
  };
  const text = Buffer.from(WRITTEN.join('\n'));
  const whole = gzipSync(text);
  assert.deepEqual(await read(text, false), WRITTEN);
  assert.deepEqual(await read(Buffer.concat([text, Buffer.from('\n')]), false), WRITTEN);
  assert.deepEqual(await read(whole, true), WRITTEN);
  const changed = Buffer.from(whole);
  changed.fill(0xff, whole.length / 2, whole.length / 2 + 8);
  for (const bytes of [changed, whole.subarray(0, whole.length / 2), Buffer.from('not compressed')]) {
    await assert.rejects(read(bytes, true), { name: 'Error' });
  }
  await assert.rejects(Array.fromAsync(linesOfFile(join(folder, 'absent'), true)), { code: 'ENOENT' });
  // An unhandled error would come a turn later, and fail the run.
  await new Promise((resolve) => setTimeout(resolve, 20));
  for await (const line of linesOfFile(file, false)) {
    assert.equal(line, 'not compressed');
    break;
  }
});
