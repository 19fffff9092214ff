import assert from 'node:assert/strict';
import test from 'node:test';
import { CacheUses } from './cache-use.ts';

test('a cache that takes the place of another goes on with its lookups, and tells its own entries', () => {
  const uses = new CacheUses();
  const first = uses.of('clients', () => 7);
  first.hits += 2;
  first.misses++;
  assert.deepEqual(uses.told(), [{ cache: 'clients', hits: 2, misses: 1, entries: 7 }]);
  const second = uses.of('clients', () => 0);
  second.hits++;
  assert.deepEqual(uses.told(), [{ cache: 'clients', hits: 3, misses: 1, entries: 0 }]);
});
