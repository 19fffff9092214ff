import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Numbered } from './numbered.ts';

test('each has a number that no other had, though its place is taken again', () => {
  const waiting = new Numbered<string>();
  const numbers = ['a', 'b', 'c'].map((member) => waiting.enter(member));
  assert.deepEqual(waiting.all(), ['a', 'b', 'c']);
  const [first = 0, second = 0] = numbers;
  assert.equal(waiting.take(second), 'b');
  assert.equal(waiting.take(second), undefined);
  const other = waiting.enter('d');
  assert.ok(!numbers.includes(other));
  assert.equal(waiting.get(second), undefined);
  assert.equal(waiting.get(other), 'd');
  assert.deepEqual(waiting.all(), ['a', 'd', 'c']);
  assert.equal(waiting.get(first), 'a');
});

test('what another process numbered is found by that, until it is taken', () => {
  const numbering = new Numbered<string>();
  const following = new Numbered<string>();
  const one = numbering.enter('one');
  const two = numbering.enter('two');
  following.put(two, 'two there');
  following.put(one, 'one there');
  assert.equal(following.take(one), 'one there');
  numbering.take(one);
  const three = numbering.enter('three');
  following.put(three, 'three there');
  assert.equal(following.get(one), undefined);
  assert.equal(following.take(three), 'three there');
  assert.deepEqual(following.takeAll(), ['two there']);
  assert.ok(following.isEmpty);
  assert.deepEqual(following.all(), []);
});

test('a thousand that come and go leave one place behind', () => {
  const waiting = new Numbered<number>();
  for (let count = 0; count < 1_000; count++) assert.equal(waiting.take(waiting.enter(count)), count);
  assert.ok(waiting.isEmpty);
  assert.deepEqual(waiting.takeAll(), []);
});
