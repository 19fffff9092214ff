import assert from 'node:assert/strict';
import test from 'node:test';
import { knownFrom, signingKeyAt } from './signing-turnover.ts';

const MINUTE = 60_000;
const key = (
  kid: string,
  state: 'active' | 'next' | 'retired',
  created_at: number,
  retired_at?: number,
  alg: 'ES256' | 'RS256' = 'ES256',
) => ({ kid, alg, state, created_at, ...(retired_at !== undefined && { retired_at }) });

test('the first keys of an algorithm are known at once, later ones fifteen minutes after', () => {
  const keys = [key('a', 'active', 0), key('b', 'next', 0), key('c', 'active', MINUTE, undefined, 'RS256')];
  assert.deepEqual(
    keys.map((each) => knownFrom(keys, each)),
    [0, 0, MINUTE],
  );
  const later = [...keys, key('d', 'next', MINUTE)];
  assert.equal(knownFrom(later, later[3] ?? key('', 'next', 0)), 16 * MINUTE);
});

test('the one before signs until the active one is known', () => {
  const keys = [
    key('a', 'retired', 0, MINUTE),
    key('b', 'retired', 0, 2 * MINUTE),
    key('c', 'retired', MINUTE, 3 * MINUTE),
    key('d', 'active', 2 * MINUTE),
    key('e', 'next', 3 * MINUTE),
  ];
  const at = (now: number) => {
    const { key: signing, until } = signingKeyAt(keys, 'ES256', now) ?? {};
    return [signing?.kid, until];
  };
  assert.deepEqual(at(4 * MINUTE), ['b', 16 * MINUTE]);
  assert.deepEqual(at(16 * MINUTE), ['c', 17 * MINUTE]);
  assert.deepEqual(at(17 * MINUTE), ['d', Number.POSITIVE_INFINITY]);
  assert.equal(signingKeyAt(keys, 'RS256', 0), undefined);
});

test('where no key that is known is left the active one signs', () => {
  const keys = [key('c', 'retired', MINUTE, 3 * MINUTE), key('d', 'active', 2 * MINUTE)];
  assert.equal(signingKeyAt(keys, 'ES256', 0)?.key.kid, 'd');
});
