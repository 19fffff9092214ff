import assert from 'node:assert/strict';
import test from 'node:test';
import { UNCHANGED } from '../../test/unchanged-registry.ts';
import { parseClientMetadata } from '../client/client-registration.ts';
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
    UNCHANGED,
  );
  for (const client_id of ['nobody', 'nobody', 'x'.repeat(201), 'x'.repeat(1_000_000)]) {
    assert.equal(await directory.find(client_id), undefined);
  }
  assert.deepEqual(asked, ['nobody']);
});

test('a client in use is remembered, however many strangers come', async () => {
  const asked: string[] = [];
  const directory = createClientDirectory(
    {
      find: async (client_id) => {
        asked.push(client_id);
        return undefined;
      },
    },
    UNCHANGED,
  );
  await directory.find('in use');
  for (let index = 0; index < 30_000; index++) {
    await directory.find(`stranger ${index}`);
    if (index % 10_000 === 0) await directory.find('in use');
  }
  assert.equal(asked.filter((client_id) => client_id === 'in use').length, 1);
  // The strangers who came first have given way.
  await directory.find('stranger 0');
  assert.equal(asked.filter((client_id) => client_id === 'stranger 0').length, 2);
});

test('a client that was looked up is remembered without asking, until it changes or may not be believed', async () => {
  let [change, isCurrent] = [1, true];
  const registry = { lastChange: () => change, isCurrent: () => isCurrent };
  const found = {
    client_id: 'client',
    client_id_issued_at: 0,
    metadata: parseClientMetadata({ client_name: 'C' }),
    enabled: true,
    revision: 1,
  };
  const directory = createClientDirectory({ find: async () => found }, registry);
  assert.equal(directory.remembered('client'), undefined);
  const known = await directory.find('client');
  assert.equal(directory.remembered('client'), known);
  isCurrent = false;
  assert.equal(directory.remembered('client'), undefined);
  isCurrent = true;
  change = 2;
  assert.equal(directory.remembered('client'), undefined);
});
