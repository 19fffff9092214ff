import assert from 'node:assert/strict';
import test from 'node:test';
import { createDpopNonces } from './dpop-nonce.ts';

const MINUTE = 60_000;
const key = Buffer.alloc(32, 1);

test('a nonce is accepted by every process with the key, for its period and the next', () => {
  const nonce = createDpopNonces(key).current(0);
  const elsewhere = createDpopNonces(key);
  for (const minutes of [0, 4, 9]) assert.ok(elsewhere.accepts(nonce, minutes * MINUTE), `${minutes}`);
  assert.ok(!elsewhere.accepts(nonce, 10 * MINUTE));
});

test('nonces change, and one of another key or from the future is refused', () => {
  const nonces = createDpopNonces(key);
  assert.notEqual(nonces.current(0), nonces.current(5 * MINUTE));
  assert.ok(!nonces.accepts(nonces.current(5 * MINUTE), 0));
  assert.ok(!createDpopNonces(Buffer.alloc(32, 2)).accepts(nonces.current(0), 0));
  for (const forged of ['', 'x', nonces.current(0).slice(1)]) assert.ok(!nonces.accepts(forged, 0));
});
