import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { jtiOf, originOf } from './id-token-origin.ts';

const key = randomBytes(32);

test('a jti says where the token comes from, to this server alone, and each its own', () => {
  for (const origin of [
    { grant_id: 'g', session_id: 's' },
    { grant_id: 'g' },
    { grant_id: 'g', sub: 'ada' },
    { grant_id: 'g', session_id: 's', sub: 'ada' },
  ]) {
    const jti = jtiOf(origin, key);
    assert.deepEqual(originOf({ jti }, key), origin);
    assert.notEqual(jtiOf(origin, key), jti);
    assert.doesNotMatch(Buffer.from(jti.slice(3), 'base64url').toString('latin1'), /"g"/);
    assert.equal(originOf({ jti }, randomBytes(32)), undefined);
  }
  assert.equal(originOf({ jti: 'of another server', grant_id: 'g' }, key), undefined);
});

test('a token of before says it openly', () => {
  assert.deepEqual(originOf({ grant_id: 'g', sid: 's' }, key), { grant_id: 'g', session_id: 's' });
  assert.deepEqual(originOf({ grant_id: 'g' }, key), { grant_id: 'g' });
  assert.equal(originOf({ sid: 's' }, key), undefined);
});
