import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { errors, exportJWK, generateKeyPair, type JWK } from 'jose';
import { keyFinder } from './key-set.ts';
import { AuthorizationServerUnavailable } from './token-refused.ts';

async function publicKey(kid: string): Promise<JWK> {
  const { publicKey } = await generateKeyPair('ES256');
  return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
}

const MINUTE = 60_000;

async function fixture(t: TestContext) {
  const state = { now: 0, keys: [await publicKey('one')], loads: 0, away: false, status: 200 };
  t.mock.method(Date, 'now', () => state.now);
  const find = keyFinder(
    async () => 'https://as.example/jwks',
    async () => {
      state.loads += 1;
      if (state.away) throw new AuthorizationServerUnavailable('away');
      return { status: state.status, json: { keys: [...state.keys] } };
    },
    Date.now,
  );
  return { state, find: (kid: string) => find({ alg: 'ES256', kid }, { payload: '', signature: '' }) };
}

test('a new key is found once the pause since the last fetch is over', async (t) => {
  const { state, find } = await fixture(t);
  await find('one');
  state.keys.push(await publicKey('two'));
  state.now = 9_999;
  await assert.rejects(find('two'), errors.JWKSNoMatchingKey);
  assert.equal(state.loads, 1);
  state.now = 10_000;
  await find('two');
  assert.equal(state.loads, 2);
});

test('a withdrawn key ends after ten minutes', async (t) => {
  const { state, find } = await fixture(t);
  await find('one');
  state.keys = [await publicKey('two')];
  state.now = 10 * MINUTE - 1;
  await find('one');
  state.now = 10 * MINUTE;
  await assert.rejects(find('one'), errors.JWKSNoMatchingKey);
});

test('the last keys serve for a day while the server is away, asked no more than every second', async (t) => {
  const { state, find } = await fixture(t);
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

test('fetches that would run side by side are one', async (t) => {
  const { state, find } = await fixture(t);
  await Promise.all(Array.from({ length: 10 }, () => find('one')));
  assert.equal(state.loads, 1);
});

test('a key that is unknown while the server is away is unknown, and the server is not flooded', async (t) => {
  const { state, find } = await fixture(t);
  await find('one');
  state.away = true;
  state.now = 10_000;
  for (let i = 0; i < 5; i += 1) await assert.rejects(find('two'), errors.JWKSNoMatchingKey);
  assert.equal(state.loads, 2);
});

test('an answer that is no key set says that the server is away, and nothing about the token', async (t) => {
  const { state, find } = await fixture(t);
  state.status = 500;
  await assert.rejects(find('one'), AuthorizationServerUnavailable);
});
