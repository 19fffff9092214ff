import assert from 'node:assert/strict';
import test from 'node:test';
import { longTexts } from './long-texts.ts';

/** A text with the ends of every other that this makes. */
const alike = (middle: string) => `${'a'.repeat(100)}${middle.repeat(300)}${'z'.repeat(100)}`;

test('a value is found by its whole text alone, however alike another is', () => {
  const texts = longTexts<number>(10_000);
  texts.set(alike('1'), 1);
  assert.equal(texts.get(alike('1')), 1);
  assert.equal(texts.get(alike('2')), undefined);
  assert.equal(texts.get(alike('1').slice(0, -1)), undefined);
});

test('of two texts with the same ends the later one is kept', () => {
  const texts = longTexts<number>(10_000);
  texts.set(alike('1'), 1);
  texts.set(alike('2'), 2);
  assert.equal(texts.get(alike('1')), undefined);
  assert.equal(texts.get(alike('2')), 2);
});

test('short texts are told apart, the empty one too', () => {
  const texts = longTexts<number>(10_000);
  for (const [index, text] of ['', 'a', 'aa'].entries()) texts.set(text, index);
  assert.deepEqual(['', 'a', 'aa', 'aaa'].map(texts.get), [0, 1, 2, undefined]);
});

test('all texts together have at most the characters that were said', () => {
  const texts = longTexts<number>(10_000);
  const text = (index: number) => `${index}${'x'.repeat(999)}`;
  for (let index = 0; index < 50; index++) texts.set(text(index), index);
  const kept = Array.from({ length: 50 }, (_, index) => texts.get(text(index))).filter(
    (value) => value !== undefined,
  );
  assert.ok(kept.length > 0 && kept.length < 10, String(kept.length));
  assert.equal(kept.at(-1), 49);
});
