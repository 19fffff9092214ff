import assert from 'node:assert/strict';
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { recorderInto } from '../../test/recorder-into.ts';
import { onBothDatabases, unique, user } from '../../test/storage-contract.ts';
import { systemClock } from '../clock.ts';
import type { EventDraft } from '../event/event.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Storage } from '../storage/storage.ts';
import { hashPassword, isOwnHash, NO_PASSWORD, passwordMatches } from '../user/password.ts';
import { createGuessingGuard } from '../user-authentication/guessing-guard.ts';
import { createPasswordSignIn } from '../user-authentication/password-sign-in.ts';
import { createStandIns } from '../user-authentication/stand-ins.ts';
import { createAccountChanging } from './account-changing.ts';
import { applyEndings } from './endings-since.ts';
import { createRenewPassword } from './password-renewal.ts';

/** NFKC makes other characters of three of these. */
const PASSWORD = 'Maré½ﬁm-Ｗide';
const LIMITS = { maxFailuresPerUser: 100, maxFailuresPerAddress: 100, windowMs: 60_000, lockMs: 60_000 };
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '');

function pbkdf2Of(password: string, iterations: number): string {
  const salt = randomBytes(16);
  const tag = pbkdf2Sync(password, salt, iterations, 64, 'sha512');
  return `$pbkdf2-sha512$i=${iterations}$${base64(salt)}$${base64(tag)}`;
}

function digestOf(password: string): string {
  const salt = 'a salt that is text';
  const tag = createHash('sha256').update(`${password}${salt}`).digest();
  return `$salted-digest$a=sha256$${base64(Buffer.from(salt))}$${base64(tag)}`;
}

function signingInAt(storage: Storage, recorded: EventDraft[] = []) {
  const accounts = createAccountChanging(storage, recorderInto(recorded), () => 2);
  const signIn = createPasswordSignIn(
    storage.users,
    createGuessingGuard(storage, () => LIMITS, systemClock),
    async () => false,
    createStandIns(storage.users, randomBytes(32)),
    createRenewPassword(accounts),
  );
  /** Who signed in, or why not. */
  return (username: string, password = PASSWORD) =>
    signIn(username, password, '192.0.2.1').then(
      (account) => account,
      (error) => (error instanceof Refusal ? error.because : error),
    );
}

onBothDatabases('the password of another server', (test) => {
  test('opens its account as it was typed there, and is hashed as ours then', async ({ storage }) => {
    const recorded: EventDraft[] = [];
    const signIn = signingInAt(storage, recorded);
    for (const password_hash of [pbkdf2Of(PASSWORD, 1_000), digestOf(PASSWORD)]) {
      recorded.length = 0;
      const moved = user({ password_hash });
      await storage.users.insert(moved);
      assert.equal(await signIn(moved.username, PASSWORD.normalize('NFKC')), 'password_wrong');
      assert.deepEqual(await storage.users.find(moved.sub), moved);
      const signedIn = await signIn(moved.username);
      const renewed = await storage.users.find(moved.sub);
      assert.deepEqual(renewed, signedIn);
      assert.equal(renewed?.revision, 2);
      assert.ok(renewed && isOwnHash(renewed.password_hash));
      assert.deepEqual(
        recorded.map(({ type, object }) => [type, object?.id]),
        [['user.password_rehashed', moved.sub]],
      );
      assert.deepEqual(await signIn(moved.username), renewed, 'and once');
      assert.equal(recorded.length, 1);
      assert.equal(await signIn(moved.username, 'another'), 'password_wrong');
    }
  });

  test('stays as it is for whoever is switched off', async ({ storage }) => {
    const moved = user({ password_hash: digestOf(PASSWORD), enabled: false });
    await storage.users.insert(moved);
    assert.equal(await signingInAt(storage)(moved.username), 'user_disabled');
    assert.deepEqual(await storage.users.find(moved.sub), moved);
  });

  test('that is changed at the same moment is not taken for the new one', async ({ storage }) => {
    const moved = user({ password_hash: digestOf(PASSWORD) });
    await storage.users.insert(moved);
    const accounts = createAccountChanging(storage, recorderInto(), () => 2);
    const renew = createRenewPassword(accounts);
    const password_hash = await hashPassword('chosen in between');
    await storage.users.update({ ...moved, password_hash, revision: 2 });
    assert.deepEqual(await renew(moved, PASSWORD), moved);
    assert.equal((await storage.users.find(moved.sub))?.password_hash, password_hash);
    await storage.users.remove(moved.sub);
    assert.deepEqual(await renew(moved, PASSWORD), moved);
  });

  test('that was hashed anew after a backup is not taken away by the restore', async ({ storage }) => {
    const recorded: EventDraft[] = [];
    const moved = user({ password_hash: digestOf(PASSWORD) });
    await storage.users.insert(moved);
    await signingInAt(storage, recorded)(moved.username);
    await storage.users.update({ ...moved, revision: 3 });
    const events = recorded.map((draft) => ({ ...draft, event_id: unique('event'), time: 10 }));
    assert.deepEqual((await applyEndings(storage, events, 100)).people_without_password, []);
    assert.equal((await storage.users.find(moved.sub))?.password_hash, moved.password_hash);
  });
});

onBothDatabases('an account without a password', (test) => {
  test('opens with none, and takes the time of one', async ({ storage }) => {
    const signIn = signingInAt(storage);
    const moved = user({ password_hash: NO_PASSWORD });
    await storage.users.insert(moved);
    for (const password of [PASSWORD, '', '!', 'no account has this password']) {
      assert.equal(await signIn(moved.username, password), 'password_wrong', password);
    }
    assert.equal(await passwordMatches('', NO_PASSWORD), false);
  });
});

onBothDatabases('who does not exist', (test) => {
  test('is refused after the time that the accounts of another server take', async ({ storage }) => {
    const signIn = signingInAt(storage);
    const timed = async (username: string) => {
      const began = performance.now();
      const because = await signIn(username, 'a guess');
      return { because, took: performance.now() - began };
    };
    const dear = pbkdf2Of(PASSWORD, 300_000);
    for (let number = 0; number < 4; number++) {
      await storage.users.insert(
        user({ sub: `${(number * 4).toString(16)}-${unique('dear')}`, password_hash: dear }),
      );
    }
    // Other programs may make each of them take longer, and none take less.
    let shortest = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3; tries++) {
      const existing = user({ password_hash: dear });
      await storage.users.insert(existing);
      const there = await timed(existing.username);
      assert.equal(there.because, 'password_wrong');
      shortest = Math.min(shortest, there.took);
    }
    let longest = 0;
    for (let tries = 0; tries < 8; tries++) {
      const absent = await timed(unique('absent'));
      assert.equal(absent.because, 'user_unknown');
      longest = Math.max(longest, absent.took);
    }
    assert.ok(longest > shortest / 2, `${longest} ms against ${shortest} ms of an account that is there`);
  });
});
