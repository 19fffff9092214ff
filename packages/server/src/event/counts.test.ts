import assert from 'node:assert/strict';
import test from 'node:test';
import { Registry } from 'prom-client';
import { createCounts } from './counts.ts';

test('a series is there with 0 once it is taken, and tells what its holders added', async () => {
  const registry = new Registry();
  const counts = createCounts(registry, { name: 'done_total', help: 'Done.', labels: ['what', 'how'] });
  const told = async () =>
    (await registry.metrics()).split('\n').filter((line) => !line.startsWith('#') && line !== '');
  assert.deepEqual(await told(), []);
  const one = counts.of({ what: 'a', how: 'b' });
  counts.of({ what: 'b', how: 'a' });
  assert.deepEqual(await told(), ['done_total{what="a",how="b"} 0', 'done_total{what="b",how="a"} 0']);
  one.value++;
  counts.of({ how: 'b', what: 'a' }).value += 2;
  assert.deepEqual(await told(), ['done_total{what="a",how="b"} 3', 'done_total{what="b",how="a"} 0']);
  assert.deepEqual(
    await told(),
    ['done_total{what="a",how="b"} 3', 'done_total{what="b",how="a"} 0'],
    'again',
  );
});

test('labels with quotes and commas are no other labels', () => {
  const counts = createCounts(new Registry(), { name: 'done_total', help: 'Done.', labels: ['a', 'b'] });
  assert.notEqual(counts.of({ a: 'x","y', b: '' }), counts.of({ a: 'x', b: 'y' }));
  assert.equal(counts.of({ a: '"', b: ',' }), counts.of({ b: ',', a: '"' }));
});
