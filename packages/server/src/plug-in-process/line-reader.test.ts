import assert from 'node:assert/strict';
import test from 'node:test';
import { createLineReader } from './line-reader.ts';

test('lines come whole, however they are cut into chunks', () => {
  const bytes = Buffer.from('größer\n\nlast\nunfinished');
  for (let size = 1; size <= bytes.length; size++) {
    const lines: unknown[] = [];
    const read = createLineReader(100, (line, whole) => lines.push([line, whole]));
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
    assert.deepEqual(lines, [
      ['größer', true],
      ['', true],
      ['last', true],
    ]);
  }
});

test('of a line that is too long no more is kept than may be', () => {
  const lines: unknown[] = [];
  const read = createLineReader(4, (line, whole) => lines.push([line, whole]));
  for (const chunk of ['abc', 'def', 'ghi\nab', 'cd\n']) read(Buffer.from(chunk));
  assert.deepEqual(lines, [
    ['abcd', false],
    ['abcd', true],
  ]);
});
