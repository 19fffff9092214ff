import assert from 'node:assert/strict';
import test from 'node:test';
import { errors, exportJWK, generateKeyPair, type JWK } from 'jose';
import { keyFinder } from './key-set.ts';

async function publicKey(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256');
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
}

const MINUTE = 60_000;

async function fixture() {
  const state = { now: 0, keys: [await publicKey('one')], loads: 0, away: false };
  const find = keyFinder(
    async () => {
      state.loads += 1;
      if (state.away) throw new Error('away');
      return { keys: [...state.keys] };
    },
    () => state.now,
  );
  return { state, find: (kid: string) => find({ alg: 'ES256', kid }, { payload: '', signature: '' }) };
}

test('a new key is found once the pause since the last fetch is over', async () => {
  const { state, find } = await fixture();
  await find('one');
  state.keys.push(await publicKey('two'));
  state.now = 9_999;
  await assert.rejects(find('two'), errors.JWKSNoMatchingKey);
  assert.equal(state.loads, 1);
  state.now = 10_000;
  await find('two');
  assert.equal(state.loads, 2);
});

test('a withdrawn key ends after ten minutes', async () => {
  const { state, find } = await fixture();
  await find('one');
  state.keys = [await publicKey('two')];
  state.now = 10 * MINUTE - 1;
  await find('one');
  state.now = 10 * MINUTE;
  await assert.rejects(find('one'), errors.JWKSNoMatchingKey);
});

test('the last keys serve for a day while the server is away, asked no more than every second', async () => {
  const { state, find } = await fixture();
  await find('one');
  state.away = true;
  state.now = 11 * MINUTE;
  await find('one');
  await find('one');
  assert.equal(state.loads, 2);
  state.now += 1_000;
  await find('one');
  assert.equal(state.loads, 3);
  state.now = 24 * 60 * MINUTE;
  await assert.rejects(find('one'), /away/);
});

test('fetches that would run side by side are one', async () => {
  const { state, find } = await fixture();
  await Promise.all(Array.from({ length: 10 }, () => find('one')));
  assert.equal(state.loads, 1);
});
