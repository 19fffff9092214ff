import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { mock } from 'node:test';
import { onBothDatabases, unique } from '../../test/storage-contract.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import type { PasskeyCredential } from '../user/credential.ts';
import { hashPassword } from '../user/password.ts';
import type { User } from '../user/user.ts';
import { createGuessingGuard } from './guessing-guard.ts';
import { createPasswordAloneSignIn, createPasswordSignIn } from './password-sign-in.ts';
import { createRememberedPasswords } from './remembered-passwords.ts';

const PASSWORD = 'a lighthouse full of plums';
const ADDRESS = '192.0.2.1';
const GUESSER = '198.51.100.7';
const LIMITS = { maxFailuresPerUser: 3, maxFailuresPerAddress: 30, windowMs: 60_000, lockMs: 60_000 };

const PASSKEY: PasskeyCredential = {
  kind: 'passkey',
  ...{ sub: 'anyone', created_at: 1, credential_id: 'id', public_key: 'key', counter: 0 },
  ...{ transports: [], label: 'a key' },
};

const argon2 = mock.method(crypto, 'argon2');
syncBuiltinESMExports();
const hashes = () => argon2.mock.callCount();

/** What Basic at the admin API asks, of one process over a storage. */
async function processOver(storage: Storage) {
  const time = { now: 1_000_000 };
  const factors = { set: false };
  const clock = () => time.now;
  const signIn = createPasswordAloneSignIn(
    createPasswordSignIn(
      storage.users,
      createGuessingGuard(storage, () => LIMITS, clock),
      async () => factors.set,
      { of: async () => undefined },
      async (user) => user,
    ),
    {
      list: async () => ({
        totp: undefined,
        passkeys: factors.set ? [PASSKEY] : [],
        certificates: [],
        recoveryCodesLeft: 0,
      }),
    },
    createRememberedPasswords(clock),
  );
  /** Why not; undefined for whoever is let in. */
  const causeOf = async (username: string, password = PASSWORD, address = ADDRESS) =>
    signIn(username, password, address).then(
      () => undefined,
      (error) => (error instanceof Refusal ? error.because : error),
    );
  // The hash that accounts that do not exist are checked against is made once.
  await causeOf(unique('nobody'));
  return { causeOf, time, factors };
}

async function person(storage: Storage): Promise<User> {
  const sub = unique('person');
  const user: User = {
    ...{ sub, username: sub, password_hash: await hashPassword(PASSWORD), roles: ['owner'], claims: {} },
    ...{ enabled: true, created_at: 1, revision: 1 },
  };
  await storage.users.insert(user);
  return user;
}

onBothDatabases('remembered passwords', (test) => {
  test('many calls, also at once, cost one hash a minute', async ({ storage }) => {
    const { username } = await person(storage);
    const { causeOf, time } = await processOver(storage);
    const before = hashes();
    const causes = await Promise.all(Array.from({ length: 20 }, () => causeOf(username)));
    assert.deepEqual(new Set(causes), new Set([undefined]));
    assert.equal(hashes() - before, 1);
    time.now += 59_999;
    assert.equal(await causeOf(username), undefined);
    assert.equal(hashes() - before, 1);
    time.now += 1;
    assert.equal(await causeOf(username), undefined);
    assert.equal(hashes() - before, 2, 'use does not prolong the minute');
  });

  test('whatever changes about the person, at another process too, counts at once', async ({
    storage,
    another,
  }) => {
    const user = await person(storage);
    const { causeOf } = await processOver(storage);
    const known = async () => assert.equal(await causeOf(user.username), undefined);
    await known();
    const password_hash = await hashPassword('a windmill full of pears');
    await another.users.update({ ...user, password_hash, revision: 2 });
    assert.equal(await causeOf(user.username), 'password_wrong');
    await another.users.update({ ...user, revision: 3 });
    await known();
    await another.users.update({ ...user, enabled: false, revision: 4 });
    assert.equal(await causeOf(user.username), 'user_disabled');
    await another.users.update({ ...user, roles: [], revision: 5 });
    const before = hashes();
    await known();
    assert.equal(hashes() - before, 1, 'with other roles it is checked anew');
    await another.users.remove(user.sub);
    assert.equal(await causeOf(user.username), 'user_unknown');
  });

  test('a second factor and a temporary password are asked for at each call', async ({ storage }) => {
    const user = await person(storage);
    const { causeOf, factors } = await processOver(storage);
    assert.equal(await causeOf(user.username), undefined);
    factors.set = true;
    assert.equal(await causeOf(user.username), 'second_factor_needed');
    factors.set = false;
    await storage.users.update({ ...user, required_actions: ['update_password'], revision: 2 });
    assert.equal(await causeOf(user.username), 'password_temporary');
  });

  test('a lock counts for who is remembered, and guesses are counted and checked as ever', async ({
    storage,
  }) => {
    const { username } = await person(storage);
    const { causeOf } = await processOver(storage);
    assert.equal(await causeOf(username), undefined);
    const before = hashes();
    const guesses = Array.from({ length: 10 }, (_, index) => causeOf(username, `guess ${index}`, GUESSER));
    await Promise.race(guesses);
    // The others stand in line: what would be known at once comes after the lock that they bring about.
    assert.equal(await causeOf(username, PASSWORD, GUESSER), 'guessing_limited');
    assert.deepEqual((await Promise.all(guesses)).toSorted(), [
      ...Array.from({ length: 7 }, () => 'guessing_limited'),
      ...Array.from({ length: 3 }, () => 'password_wrong'),
    ]);
    assert.equal(hashes() - before, 3);
    assert.equal(await causeOf(username), 'guessing_limited');
  });
});
