import assert from 'node:assert/strict';
import test from 'node:test';
import { RegistryReader } from './registry-log.ts';
import { createRegistryMemory } from './registry-memory.ts';

/** A row as the database gives it. */
const row = (number: number, version: number | null = null, key = 'a', mark = `unit ${version}`) => ({
  number,
  time: 5,
  version,
  kind: version === null ? null : 'client',
  change_key: version === null ? null : key,
  mark: version === null ? null : mark,
});

function heardUpTo(number: number) {
  const memory = createRegistryMemory();
  const reader = new RegistryReader(memory);
  reader.hear([row(number)]);
  reader.hear([row(number, number)]);
  const lasts = () => ['a', 'b'].map((key) => memory.lastChange('client', key));
  return { memory, reader, lasts };
}

test('a change is that of one key, and of its kind', () => {
  const { memory, reader, lasts } = heardUpTo(7);
  const [a, b] = lasts();
  const [kind, others] = [memory.lastChange('client'), memory.lastChange('user')];
  assert.deepEqual(reader.hear([row(8, 7), row(8, 8, 'a')]), { heard: { outcome: 'on' }, time: 5 });
  assert.notEqual(memory.lastChange('client', 'a'), a);
  assert.equal(memory.lastChange('client', 'b'), b);
  assert.notEqual(memory.lastChange('client'), kind);
  assert.equal(memory.lastChange('user'), others);
});

for (const [title, rows] of [
  ['are pruned', [row(9, 9)]],
  ['were never written', [row(8, 7)]],
  ['are not all there', [row(10, 7), row(10, 8), row(10, 10)]],
] as const) {
  test(`where rows ${title} everything counts as changed`, () => {
    const { memory, reader, lasts } = heardUpTo(7);
    const before = [...lasts(), memory.lastChange('user', 'x')];
    assert.equal(reader.hear(rows).heard.outcome, 'on');
    const after = [...lasts(), memory.lastChange('user', 'x')];
    assert(after.every((number, index) => number !== before[index]));
  });
}

test('a lower number, and the same one of another unit, are another history', () => {
  for (const rows of [
    [row(6, null)],
    [row(7, 7, 'a', 'of another')],
    [row(9, 7, 'a', 'of another'), row(9, 9)],
  ]) {
    const { reader, lasts } = heardUpTo(7);
    const before = lasts();
    const { heard } = reader.hear(rows);
    assert.deepEqual(heard, { outcome: 'back', from: 7, to: rows[0]?.number });
    assert(lasts().every((number, index) => number !== before[index]));
  }
});

test('a kind of a later version concerns nobody here', () => {
  const { reader, lasts } = heardUpTo(7);
  const before = lasts();
  reader.hear([row(8, 7), { ...row(8, 8), kind: 'moon' }]);
  assert.deepEqual(lasts(), before);
});

test('memory holds however many are changed, and forgets no change', () => {
  const memory = createRegistryMemory();
  const first = memory.lastChange('client', 'first');
  for (let index = 0; index < 50_010; index++) memory.changed([{ kind: 'client', key: `${index}` }]);
  assert.notEqual(memory.lastChange('client', 'first'), first);
  assert.notEqual(memory.lastChange('client', '0'), first);
  const others = memory.lastChange('client', 'first');
  memory.changed([{ kind: 'client', key: 'another' }]);
  assert.equal(memory.lastChange('client', 'first'), others);
});
