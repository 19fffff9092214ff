import assert from 'node:assert/strict';
import test from 'node:test';
import { differenceLine, differencesOf, type NodeReport } from './node-report.ts';

const report = (node: string, files: NodeReport['files']): NodeReport => ({
  node,
  host: node,
  home: '/home',
  version: '1',
  started_at: 0,
  seen_at: 0,
  files,
  extra: [],
});

test('what is not the same on every node is told with who has it, the most first', () => {
  const found = differencesOf([
    report('a', { 'plug-in x': '11', same: '22' }),
    report('b', { 'plug-in x': '11', same: '22', constructor: '33' }),
    report('c', { 'plug-in x': '44', same: '22' }),
  ]);
  assert.deepEqual(found, [
    {
      file: 'constructor',
      sides: [
        { sha256: undefined, nodes: ['a', 'c'] },
        { sha256: '33', nodes: ['b'] },
      ],
    },
    {
      file: 'plug-in x',
      sides: [
        { sha256: '11', nodes: ['a', 'b'] },
        { sha256: '44', nodes: ['c'] },
      ],
    },
  ]);
  assert.deepEqual(found.map(differenceLine), [
    'constructor is not the same on every node: a, c: none; b: 33',
    'plug-in x is not the same on every node: a, b: 11; c: 44',
  ]);
  assert.deepEqual(differencesOf([report('a', { x: '1' })]), []);
});
