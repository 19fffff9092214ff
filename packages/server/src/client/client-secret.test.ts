import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import test from 'node:test';
import { hashClientSecret, isKept, keptSecret, looksGenerated } from './client-secret.ts';

/** Letters and digits, as Keycloak draws its secrets. */
function alphanumeric(length: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

test('what programs draw is nearly always known as drawn', () => {
  const draws: readonly (() => string)[] = [
    () => alphanumeric(32),
    () => randomBytes(24).toString('base64url'),
    () => randomBytes(24).toString('base64'),
    () => randomBytes(32).toString('hex'),
    () => randomUUID(),
  ];
  for (const draw of draws) {
    const known = Array.from({ length: 500 }, draw).filter(looksGenerated);
    assert.ok(known.length > 400, `${known.length} of 500, such as ${draw()}`);
  }
});

test('what people choose is never known as drawn', () => {
  const chosen = [
    '',
    'secret',
    'hunter2',
    'S3cr3t!',
    'correct horse battery staple',
    'correcthorsebatterystaple',
    'MyCompanyProductionSecret2024',
    'billing-service-production-2026-01',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '1234567890123456789012345678901234567890',
    'abababababababababababababababababababab',
    'a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1',
    'deadbeefdeadbeefdeadbeefdeadbeef',
    'Ein langes Passwort, das sich jemand merkt 1',
    'Xq7Rk2mV9t',
    // Typed by somebody who meant to look random: kinds follow one another too regularly.
    'Xq7Rk2mV9tLw4Zc8Hs1Np6Yd3Bf5Gj0a',
    'C0rr3ctH0rs3B4tt3ryStapl3',
    'C0rr3ct-H0rs3-B4tt3ry-Stapl3',
    'c0rr3cth0rs3b4tt3ryst4pl3upd0wn',
    '1qaz2wsx3edc4rfv5tgb6yhn',
    'a1B2c3D4e5F6g7H8i9J0k1L2',
    '1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d',
  ];
  assert.deepEqual(chosen.filter(looksGenerated), []);
});

test('a secret is kept by the hash that fits it, and known again', async () => {
  const drawn = { form: 'text', value: 'IjlblQpatEJbyeKeOac09yTfAHFKKyGU' } as const;
  const chosen = { form: 'text', value: 'hunter2' } as const;
  assert.deepEqual(await keptSecret(drawn), { client_secret_sha256: hashClientSecret(drawn.value) });
  const { client_secret_argon2id = '', ...rest } = await keptSecret(chosen);
  assert.match(client_secret_argon2id, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.deepEqual(rest, {});
  const kept = { client_secret_argon2id };
  assert.equal(await isKept(chosen, kept), true);
  assert.equal(await isKept({ form: 'text', value: 'hunter3' }, kept), false);
  assert.equal(await isKept({ form: 'argon2id', value: client_secret_argon2id }, kept), true);
  assert.equal(await isKept({ form: 'sha256', value: hashClientSecret('hunter2') }, kept), false);
  assert.equal(await isKept(drawn, await keptSecret(drawn)), true);
  assert.equal(await isKept(chosen, {}), false);
});
