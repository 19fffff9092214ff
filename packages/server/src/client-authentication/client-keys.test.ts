import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { parseJwks } from '../outbound/jwks-source.ts';
import { findClientKeys } from './client-keys.ts';

const published = (count: number, named: boolean) =>
  parseJwks({
    keys: Array.from({ length: count }, (_, index) => ({
      ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
      ...(named && { kid: `key-${index}` }),
    })),
  }).keys;

const asked = {
  keysOf: () => Promise.reject(new Error('not asked')),
  refreshFor: () => Promise.reject(new Error('not asked')),
  peek: () => undefined,
  held: () => [],
};

const tried = async (jwksKeys: ReturnType<typeof published>, kid?: string) => {
  const found = await findClientKeys({ client: { metadata: {} }, jwksKeys }, asked, kid, 'ES256');
  return found.kind === 'found' ? found.keys.length : 0;
};

test('of many keys the one named is tried, and without a name a few', async () => {
  assert.equal(await tried(published(50, true), 'key-49'), 1);
  assert.equal(await tried(published(50, false)), 4);
  assert.equal(await tried(published(2, false)), 2);
});
