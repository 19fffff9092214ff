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

test('the grammar of RFC 6749 §3.3', () => {
  for (const text of ['a', 'a b', '!#[]~', 'https://example.com/read'])
    assert.ok(Scope.isWellFormed(text), text);
  for (const text of ['', ' a', 'a ', 'a  b', 'a"b', 'a\\b', 'a\tb', 'ä']) {
    assert.ok(!Scope.isWellFormed(text), text);
  }
});
