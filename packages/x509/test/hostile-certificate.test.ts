import assert from 'node:assert/strict';
import test from 'node:test';
import { hostileBytes, readHostile, seededNumbers } from './hostile-certificate.ts';

test('hostile bytes are refused with the typed errors alone, and in bounded time', {
  timeout: 120_000,
}, () => {
  const seed = 20_300_601;
  const next = seededNumbers(seed);
  const reached = { refused: 0, fields: 0, certificate: 0 };
  for (let index = 0; index < 10_000; index++) {
    const bytes = hostileBytes(next);
    try {
      reached[readHostile(bytes)]++;
    } catch (error) {
      assert.fail(`input ${index} of seed ${seed}, ${Buffer.from(bytes).toString('base64')}: ${error}`);
    }
  }
  assert.ok(reached.refused > 1000 && reached.certificate > 100, JSON.stringify(reached));
});
