import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scope } from './scope.ts';

test('a scope keeps its tokens once, in the order they were first named', () => {
  assert.equal(`${Scope.of('b a b  c ')}`, 'b a c');
  assert.deepEqual([...Scope.from(['b', 'a', 'b'])], ['b', 'a']);
});

test('nothing and an empty text are the empty scope', () => {
  for (const scope of [Scope.of(undefined), Scope.of(''), Scope.of(' '), Scope.none]) {
    assert.ok(scope.isEmpty);
    assert.equal(`${scope}`, '');
  }
});

test('tokens are compared whole and by case', () => {
  const scope = Scope.of('accounts openid');
  assert.ok(scope.has('openid'));
  assert.ok(!scope.has('open'));
  assert.ok(!scope.has('OpenID'));
});

test('a scope is within another when that one has all its tokens', () => {
  const wide = Scope.of('a b c');
  assert.ok(Scope.of('c a').isWithin(wide));
  assert.ok(Scope.none.isWithin(wide));
  assert.ok(!Scope.of('a d').isWithin(wide));
  assert.equal(`${wide.filter((token) => token !== 'b')}`, 'a c');
});

test('what is written is read by the grammar of RFC 6749 §3.3, with as many blanks as there are', () => {
  for (const [text, read] of [
    ['a', 'a'],
    ['!#[]~ https://example.com/read', '!#[]~ https://example.com/read'],
    [' a', 'a'],
    ['a ', 'a'],
    ['  b   a  b ', 'b a'],
    ['', ''],
    ['   ', ''],
  ] as const) {
    assert.equal(Scope.parse(text)?.toString(), read, JSON.stringify(text));
  }
});

test('tabs, line ends and whatever else no scope has is no scope', () => {
  for (const text of [
    'a"b',
    'a\\b',
    'a\tb',
    'a\nb',
    'a\r\nb',
    'a\n',
    '\ta',
    'a\vb',
    'a\fb',
    'a\0b',
    'a\u007fb',
    'a\u0085b',
    'a\u00a0b',
    'a\u2003b',
    'a\u3000b',
    'a\u200bb',
    '\ufeffa',
    'ä',
  ]) {
    assert.equal(Scope.parse(text), undefined, JSON.stringify(text));
  }
});
