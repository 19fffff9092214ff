import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import { Refusal } from '../refusal/refusal.ts';
import { hashPassword } from '../user/password.ts';
import { createGuessingGuard } from './guessing-guard.ts';
import { createPasswordSignIn } from './password-sign-in.ts';
import { createStandIns } from './stand-ins.ts';

const PASSWORD = 'a lighthouse full of plums';
const LIMITS = { maxFailuresPerUser: 3, maxFailuresPerAddress: 30, windowMs: 60_000, lockMs: 60_000 };

for (const [hasSecondFactor, elsewhere] of [
  [true, undefined],
  [false, 'guessing_limited'],
] as const) {
  test(`guesses of strangers ${hasSecondFactor ? 'do not lock' : 'lock'} somebody ${hasSecondFactor ? 'with' : 'without'} a second factor out`, async (t) => {
    const storage = await openTestStorage(t);
    await storage.users.insert({
      ...{
        sub: 'anna',
        username: 'anna',
        password_hash: await hashPassword(PASSWORD),
        roles: [],
        claims: {},
      },
      ...{ enabled: true, created_at: 1, revision: 1 },
    });
    const guard = createGuessingGuard(storage, () => LIMITS, systemClock);
    const signIn = createPasswordSignIn(
      storage.users,
      guard,
      async () => hasSecondFactor,
      createStandIns(storage.users, randomBytes(32)),
      async (user) => user,
    );
    const causeOf = (password: string, address: string) =>
      signIn('anna', password, address).then(
        () => undefined,
        (error) => (error instanceof Refusal ? error.because : error),
      );
    for (let guess = 0; guess < LIMITS.maxFailuresPerUser; guess++) {
      assert.equal(await causeOf(`guess ${guess}`, '192.0.2.1'), 'password_wrong');
    }
    assert.equal(await causeOf(PASSWORD, '192.0.2.1'), 'guessing_limited');
    assert.equal(await causeOf(PASSWORD, '198.51.100.1'), elsewhere);
  });
}
