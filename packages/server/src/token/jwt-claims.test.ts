import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { JwsRefused } from './jws.ts';
import { checkLifetime, claimsOfPayload, rememberedUntil } from './jwt-claims.ts';

const payload = (text: string) => new TextEncoder().encode(text);
const refusedFor = (field: string) => (error: unknown) =>
  error instanceof JwsRefused && error.evidence.field === field;

test('claims are one JSON object with what is asked for', () => {
  const Claims = z.object({ iss: z.string() });
  assert.deepEqual(claimsOfPayload(payload('{"iss":"a","other":1}'), Claims), { iss: 'a' });
  for (const text of ['', '[]', 'null', '"iss"', '{', '1']) {
    assert.throws(() => claimsOfPayload(payload(text), Claims), refusedFor('payload'), text);
  }
  assert.throws(() => claimsOfPayload(payload('{"iss":1}'), Claims), refusedFor('iss'));
});

test('a JWT counts within its lifetime, with 30 seconds for clocks, and for an hour at most', () => {
  const now = 1_000_000;
  for (const lifetime of [
    { exp: now - 29 },
    { exp: now + 3630 },
    { exp: now + 0.5, iat: now + 30, nbf: now + 30 },
  ]) {
    assert.equal(checkLifetime(lifetime, now), undefined);
  }
  assert.throws(() => checkLifetime({ exp: now - 30 }, now), refusedFor('exp'));
  assert.throws(() => checkLifetime({ exp: now + 3631 }, now), refusedFor('exp'));
  assert.throws(() => checkLifetime({ exp: now + 60, iat: now + 31 }, now), refusedFor('iat'));
  assert.throws(() => checkLifetime({ exp: now + 60, nbf: now + 31 }, now), refusedFor('nbf'));
});

test('what was used is remembered beyond the tolerance, until a whole number of milliseconds', () => {
  for (const exp of [1_000_000, 1_000_000.123456, 1_000_000.9]) {
    const until = rememberedUntil(exp);
    assert.ok(Number.isSafeInteger(until) && until > (exp + 30) * 1000, `${exp}`);
  }
});
