import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { systemClock } from '../clock.ts';
import { openKeyRing } from './key-ring.ts';
import { CannotUnseal } from './sealing.ts';
import { generateSigningKey, type StoredSigningKey } from './signing-key.ts';

function memoryStore() {
  let keys: StoredSigningKey[] = [];
  let version = 1;
  return {
    version: () => version,
    list: async () => keys,
    async insertIfNone(key: StoredSigningKey) {
      keys = [...keys, key];
      version++;
    },
    rotate(next: StoredSigningKey) {
      const states = { active: 'retired', next: 'active', retired: 'retired' } as const;
      keys = [...keys.map((key) => ({ ...key, state: states[key.state] })), next];
      version++;
    },
  };
}

const encryptionKey = randomBytes(32);
const open = (store: ReturnType<typeof memoryStore>, key = encryptionKey) =>
  openKeyRing(store, 'ES256', key, store.version, systemClock);

test('a new ring has one active key and one published ahead', async () => {
  const store = memoryStore();
  const ring = await open(store);
  assert.deepEqual((await ring.keys()).map(({ state }) => state).sort(), ['active', 'next']);
});

test('after a rotation the key published ahead signs, and the old one still verifies', async () => {
  const store = memoryStore();
  const ring = await open(store);
  const before = (await ring.signer('at+jwt'))({ n: 1 });
  const ahead = (await ring.keys()).find(({ state }) => state === 'next');
  store.rotate(generateSigningKey('ES256', 'next', encryptionKey, 0));
  const after = (await ring.signer('at+jwt'))({ n: 2 });
  assert.equal(decodeProtectedHeader(after).kid, ahead?.kid);
  for (const token of [before, after]) await jwtVerify(token, await ring.verificationKey());
});

test('a token of another ring finds no key', async () => {
  const stranger = (await (await open(memoryStore())).signer('at+jwt'))({});
  const ring = await open(memoryStore());
  await assert.rejects(jwtVerify(stranger, await ring.verificationKey()), {
    code: 'ERR_JWKS_NO_MATCHING_KEY',
  });
});

test('keys sealed with another [encryption] key do not open', async () => {
  const store = memoryStore();
  await open(store);
  await assert.rejects(open(store, randomBytes(32)), CannotUnseal);
});
