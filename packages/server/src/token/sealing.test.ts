import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { CannotUnseal, seal, unseal } from './sealing.ts';

const key = randomBytes(32);
const opens = (sealed: string, withKey = key, purpose = 'a secret') => unseal(sealed, withKey, purpose);

test('what was sealed opens with its key and for its purpose alone', () => {
  const sealed = seal('text', key, 'a secret');
  assert.equal(opens(sealed), 'text');
  assert.notEqual(seal('text', key, 'a secret'), sealed);
  assert.throws(() => opens(sealed, randomBytes(32)), CannotUnseal);
  assert.throws(() => opens(sealed, key, 'another secret'), CannotUnseal);
});

test('every changed byte and every shorter value is refused', () => {
  const bytes = Buffer.from(seal('text', key, 'a secret').slice(3), 'base64url');
  const sealedOf = (changed: Uint8Array) => `v1.${Buffer.from(changed).toString('base64url')}`;
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes, (byte, index) => (index === at ? byte ^ 1 : byte));
    assert.throws(() => opens(sealedOf(changed)), CannotUnseal, `byte ${at}`);
    assert.throws(() => opens(sealedOf(bytes.subarray(0, at))), CannotUnseal, `${at} bytes`);
  }
});

test('a tag that was cut short is no tag', () => {
  const empty = Buffer.from(seal('', key, 'a secret').slice(3), 'base64url');
  for (const length of [4, 8, 12, 13, 14, 15]) {
    const cut = `v1.${empty.subarray(0, 12 + length).toString('base64url')}`;
    assert.throws(() => opens(cut), CannotUnseal, `${length} bytes`);
  }
});
