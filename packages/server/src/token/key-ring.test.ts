import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { systemClock } from '../clock.ts';
import { openKeyRing } from './key-ring.ts';
import { CannotUnseal } from './sealing.ts';
import { generateServerKey, SIGNING_ALGORITHMS, type StoredSigningKey } from './server-key.ts';

function memoryStore() {
  let keys: StoredSigningKey[] = [];
  let version = 1;
  return {
    registry: { lastChange: () => version, isCurrent: () => true },
    list: async () => keys,
    async insertIfNone(key: StoredSigningKey) {
      keys = [...keys, key];
      version++;
    },
    rotate(next: StoredSigningKey) {
      const states = { active: 'retired', next: 'active', retired: 'retired' } as const;
      const rotated = (key: StoredSigningKey) =>
        key.alg === next.alg ? { ...key, state: states[key.state] } : key;
      keys = [...keys.map(rotated), next];
      version++;
    },
  };
}

const encryptionKey = randomBytes(32);
const open = (store: ReturnType<typeof memoryStore>, key = encryptionKey) =>
  openKeyRing(store, 'ES256', key, store.registry, systemClock);

const kindsOf = (keys: readonly { readonly alg: string; readonly state: string }[]) =>
  keys.map(({ alg, state }) => `${alg} ${state}`).toSorted();
const EVERY_KIND = SIGNING_ALGORITHMS.flatMap((alg) => [`${alg} active`, `${alg} next`]).toSorted();

test('a new ring has of every algorithm one active key and one published ahead, each with its alg', async () => {
  const store = memoryStore();
  const keys = await (await open(store)).keys();
  assert.deepEqual(kindsOf(keys), EVERY_KIND);
  for (const { alg, publicJwk } of keys) assert.deepEqual([publicJwk.alg, publicJwk.use], [alg, 'sig']);
});

test('a new ring signs with its own algorithm before there is a key of any other', async () => {
  const store = memoryStore();
  const ring = await open(store);
  assert.equal(decodeProtectedHeader((await ring.signer('at+jwt'))({})).alg, 'ES256');
  assert.deepEqual(kindsOf(await store.list()), ['ES256 active', 'ES256 next']);
  assert.equal(decodeProtectedHeader((await ring.signer('JWT', 'EdDSA'))({})).alg, 'EdDSA');
  assert.deepEqual(kindsOf(await store.list()), EVERY_KIND);
});

test('of many that ask a new ring for all keys none has others made', async () => {
  const store = memoryStore();
  const ring = await open(store);
  const asked = await Promise.all([ring.keys(), ring.keys(), ring.keys(), ring.verificationKey()]);
  assert.deepEqual(kindsOf(asked[0]), EVERY_KIND);
  assert.deepEqual(kindsOf(await store.list()), EVERY_KIND);
});

test('keys that cannot be read are not made again and again', async () => {
  const store = memoryStore();
  let looks = 0;
  const hidden = {
    ...store,
    async list() {
      looks++;
      return (await store.list()).filter(({ alg }) => alg !== 'RS256');
    },
  };
  const ring = await openKeyRing(
    hidden,
    'ES256',
    encryptionKey,
    { ...store.registry, lastChange: () => 1 },
    systemClock,
  );
  await ring.keys();
  const before = looks;
  await ring.keys();
  await ring.signer('JWT', 'PS256');
  assert.equal(looks, before);
});

test('a ring of before, with keys of one algorithm, gets those of the others and keeps its own', async () => {
  const store = memoryStore();
  const own = await generateServerKey('ES256', 'active', encryptionKey, 0);
  await store.insertIfNone(own);
  const ring = await open(store);
  assert.deepEqual(kindsOf(await ring.keys()), EVERY_KIND);
  assert.equal(decodeProtectedHeader((await ring.signer('at+jwt'))({})).kid, own.kid);
  assert.equal(decodeProtectedHeader((await ring.signer('JWT', 'RS256'))({})).alg, 'RS256');
  assert.equal((await store.list()).length, EVERY_KIND.length);
});

test('after a rotation the key published ahead signs, and the old one still verifies', async () => {
  const store = memoryStore();
  const ring = await open(store);
  const before = (await ring.signer('at+jwt'))({ n: 1 });
  const ahead = (await ring.keys()).find(({ alg, state }) => alg === 'ES256' && state === 'next');
  store.rotate(await generateServerKey('ES256', 'next', encryptionKey, 0));
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
