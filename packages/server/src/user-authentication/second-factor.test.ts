import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { openTestStorage } from '../../test/test-storage.ts';
import { systemClock } from '../clock.ts';
import { CannotUnseal } from '../token/sealing.ts';
import { createSecondFactors, hasSecondFactor } from './second-factor.ts';
import { totpCode, totpStep } from './totp.ts';

async function secondFactors(t: Parameters<typeof openTestStorage>[0]) {
  const storage = await openTestStorage(t);
  const factors = createSecondFactors(storage, randomBytes(32), systemClock);
  const confirmTotp = async (sub: string, ceremony: string, typed: string) => {
    const result = await factors.confirmTotp(sub, ceremony, typed);
    return typeof result === 'string' ? result : (await storage.commit(result)).outcome;
  };
  /** Sets the app up with the code of the step before, so that the one of now is fresh. */
  const withTotp = async (sub: string) => {
    const secret = await factors.beginTotp(sub, `session of ${sub}`);
    const code = (offset = 0) => totpCode(secret, totpStep(Date.now()) + offset);
    assert.equal(await confirmTotp(sub, `session of ${sub}`, code(-1)), 'committed');
    return { secret, code };
  };
  const renewRecoveryCodes = async (sub: string) => {
    const { codes, steps } = factors.newRecoveryCodes(sub);
    assert.equal((await storage.commit(steps)).outcome, 'committed');
    return codes;
  };
  return { storage, factors, confirmTotp, withTotp, renewRecoveryCodes };
}

test('an authenticator app is set up by its first code, and that code is spent', async (t) => {
  const { factors, confirmTotp } = await secondFactors(t);
  const secret = await factors.beginTotp('anna', 'session');
  assert.equal(await factors.beginTotp('anna', 'session'), secret);
  assert.notEqual(await factors.beginTotp('anna', 'another session'), secret);
  assert.equal(await confirmTotp('anna', 'session', '000 000'), 'wrong');
  assert.equal(hasSecondFactor(await factors.list('anna')), false);
  const first = totpCode(secret, totpStep(Date.now()));
  assert.equal(await confirmTotp('anna', 'session', first), 'committed');
  assert.equal(hasSecondFactor(await factors.list('anna')), true);
  assert.equal(await factors.verifyCode('anna', first), undefined);
});

test('of 20 parallel uses of one code one counts', async (t) => {
  const { factors, withTotp } = await secondFactors(t);
  const { code } = await withTotp('anna');
  const typed = code();
  const uses = await Promise.all(Array.from({ length: 20 }, () => factors.verifyCode('anna', typed)));
  assert.deepEqual(
    uses.filter((use) => use !== undefined),
    ['totp'],
  );
});

test('one account has one authenticator app', async (t) => {
  const { factors, confirmTotp, withTotp } = await secondFactors(t);
  await withTotp('anna');
  assert.equal(await confirmTotp('anna', 'session of anna', '123456'), 'over');
  const secret = await factors.beginTotp('anna', 'again');
  assert.equal(await confirmTotp('anna', 'again', totpCode(secret, totpStep(Date.now()))), 'refused');
});

test("a code of one person's app is nothing to another", async (t) => {
  const { factors, withTotp } = await secondFactors(t);
  const { code } = await withTotp('anna');
  assert.equal(await factors.verifyCode('bert', code()), undefined);
});

test('the secret is stored encrypted, for its owner alone', async (t) => {
  const { storage, factors, withTotp } = await secondFactors(t);
  const { secret, code } = await withTotp('anna');
  const stored = await storage.credentials.find('totp', 'anna');
  assert(stored?.kind === 'totp');
  assert(!JSON.stringify(stored).includes(secret));
  await storage.credentials.insert({ ...stored, credential_id: 'bert', sub: 'bert' });
  await assert.rejects(factors.verifyCode('bert', code()), CannotUnseal);
  const otherKey = createSecondFactors(storage, randomBytes(32), systemClock);
  await assert.rejects(otherKey.verifyCode('anna', code()), CannotUnseal);
});

test('a recovery code works once, however it is typed, for its owner alone', async (t) => {
  const { storage, factors, renewRecoveryCodes } = await secondFactors(t);
  const [first = '', second = ''] = await renewRecoveryCodes('anna');
  assert.match(first, /^[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}$/);
  assert.equal(await factors.verifyCode('bert', first), undefined);
  const typed = ` ${first.replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l').toUpperCase()} `;
  assert.equal(await factors.verifyCode('anna', typed), 'recovery_code');
  assert.equal(await factors.verifyCode('anna', first), undefined);
  assert.equal((await factors.list('anna')).recoveryCodesLeft, 9);
  assert(!JSON.stringify(await storage.credentials.list('anna')).includes(second));
});

test('new recovery codes void the old ones', async (t) => {
  const { factors, renewRecoveryCodes } = await secondFactors(t);
  const [old = ''] = await renewRecoveryCodes('anna');
  const fresh = await renewRecoveryCodes('anna');
  assert.equal(await factors.verifyCode('anna', old), undefined);
  assert.equal(new Set(fresh).size, 10);
  assert.equal((await factors.list('anna')).recoveryCodesLeft, 10);
});

test('recovery codes go with the last second factor', async (t) => {
  const { storage, factors, withTotp, renewRecoveryCodes } = await secondFactors(t);
  await withTotp('anna');
  await storage.credentials.insert({
    kind: 'passkey',
    credential_id: 'key',
    sub: 'anna',
    created_at: 1,
    public_key: '',
    counter: 0,
    transports: [],
    label: 'Key',
  });
  await renewRecoveryCodes('anna');
  const remove = async (sub: string, kind: 'totp' | 'passkey', credential_id: string) =>
    (await storage.commit(factors.removal({ sub, kind, credential_id }))).outcome;
  assert.equal(await remove('bert', 'totp', 'anna'), 'refused');
  assert.equal(await remove('anna', 'totp', 'anna'), 'committed');
  assert.equal((await factors.list('anna')).recoveryCodesLeft, 10);
  assert.equal(await remove('anna', 'passkey', 'key'), 'committed');
  assert.equal((await factors.list('anna')).recoveryCodesLeft, 0);
});
