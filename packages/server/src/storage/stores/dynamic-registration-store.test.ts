import assert from 'node:assert/strict';
import { onBothDatabases } from '../../../test/storage-contract.ts';

onBothDatabases('dynamic registrations', (test) => {
  test('a registration changes for whoever has its present token, and goes with its client', async ({
    storage,
    insertedClient,
  }) => {
    const { client_id: id } = await insertedClient();
    const registration = {
      client_id: id,
      registration_access_token_sha256: 'first',
      software_statement: 'a.b.c',
      registered_at: 1,
    };
    const { dynamicRegistrations } = storage;
    await dynamicRegistrations.insert(registration);
    assert.deepEqual(await dynamicRegistrations.find(id), registration);
    const next = (token: string) => ({ ...registration, registration_access_token_sha256: token });
    const replaced = await Promise.all(
      ['one', 'other'].map((token) => dynamicRegistrations.replace(next(token), 'first')),
    );
    assert.deepEqual(replaced.toSorted(), [false, true]);
    await storage.clients.remove(id);
    assert.equal(await dynamicRegistrations.find(id), undefined);
  });
});
