import assert from 'node:assert/strict';
import test from 'node:test';
import { createClientDirectory } from './client-directory.ts';

test('an unknown client_id is asked for once, and one too long for a client never: neither storage nor memory pays', async () => {
  const asked: string[] = [];
  const directory = createClientDirectory(
    {
      find: async (client_id) => {
        asked.push(client_id.slice(0, 10));
        return undefined;
      },
    },
    () => 1,
  );
  for (const client_id of ['nobody', 'nobody', 'x'.repeat(201), 'x'.repeat(1_000_000)]) {
    assert.equal(await directory.find(client_id), undefined);
  }
  assert.deepEqual(asked, ['nobody']);
});
