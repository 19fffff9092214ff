import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { changeRecords } from '../../../test/changed-records.ts';
import { onBothDatabases, type StartedDatabase } from '../../../test/storage-contract.ts';
import type { Client } from '../../client/client.ts';
import { UnreadableRecord } from '../storage-errors.ts';
import { clientsAsTheyWere } from './0013-clients-as-they-were.ts';

/** What a client was registered with before its algorithms were written down. */
const BEFORE = {
  client_name: 'c',
  token_endpoint_auth_method: 'private_key_jwt',
  grant_types: ['authorization_code'],
  jwks_uri: 'https://c.example/jwks',
  tls_client_certificate_bound_access_tokens: true,
};

async function written(
  database: StartedDatabase,
  metadata: Readonly<Record<string, unknown>> | string,
): Promise<string> {
  const client_id = randomUUID();
  const json = typeof metadata === 'string' ? metadata : JSON.stringify({ ...BEFORE, ...metadata });
  await database.execute(
    `insert into client (client_id, client_name_key, search_text, client_id_issued_at, metadata,
       token_endpoint_auth_method, enabled, revision)
     values ('${client_id}', 'c', 'c', 1, '${json}', 'private_key_jwt', 1, 7)`,
  );
  return client_id;
}

onBothDatabases('clients as they were', (test) => {
  test('the algorithms a client has had are written into its record', async ({ database, storage }) => {
    const algorithms = async (metadata: Readonly<Record<string, unknown>>, deployment?: string) => {
      const client_id = await written(database, metadata);
      await changeRecords(database, clientsAsTheyWere, deployment);
      const client = await storage.clients.find(client_id);
      assert.equal(client?.revision, 8, 'who read it before does not write it back as it was');
      const { id_token_signed_response_alg: first, introspection_signed_response_alg: last } =
        client.metadata;
      assert.equal(client.metadata.authorization_signed_response_alg, last);
      return [first, last];
    };
    assert.deepEqual(await algorithms({}), ['ES256', 'ES256']);
    assert.deepEqual(await algorithms({}, 'PS256'), ['PS256', 'PS256']);
    assert.deepEqual(await algorithms({ id_token_signed_response_alg: 'RS256' }), ['RS256', 'ES256']);
    assert.deepEqual(await algorithms({ profile: 'fapi1-advanced' }, 'EdDSA'), ['ES256', 'ES256']);
    assert.deepEqual(await algorithms({ profile: 'fapi2-security' }, 'EdDSA'), ['EdDSA', 'EdDSA']);
  });

  test('binding that nobody asked for was not said, except under a profile', async ({
    database,
    storage,
  }) => {
    const bound = async (metadata: Readonly<Record<string, unknown>>) => {
      const client_id = await written(database, metadata);
      await changeRecords(database, clientsAsTheyWere);
      return (await storage.clients.find(client_id))?.metadata.tls_client_certificate_bound_access_tokens;
    };
    const byCertificate = { token_endpoint_auth_method: 'tls_client_auth' };
    assert.equal(await bound({}), undefined);
    assert.equal(await bound(byCertificate), undefined);
    assert.equal(await bound({ tls_client_certificate_bound_access_tokens: false }), false);
    for (const profile of ['fapi2-security', 'fapi2-message-signing', 'fapi1-advanced']) {
      assert.equal(await bound({ ...byCertificate, profile }), true, profile);
    }
    assert.equal(await bound({ profile: 'fapi1-advanced' }), true);
    assert.equal(
      await bound({ profile: 'fapi2-security' }),
      undefined,
      'DPoP was enough without a certificate',
    );
  });

  test('a record that cannot be read stays as it is, and hinders nothing', async ({ database, storage }) => {
    const damaged = [await written(database, '{"client_name'), await written(database, '[]')];
    const sound = await written(database, {});
    await changeRecords(database, clientsAsTheyWere);
    assert.equal((await storage.clients.find(sound))?.metadata.id_token_signed_response_alg, 'ES256');
    for (const client_id of damaged) await assert.rejects(storage.clients.find(client_id), UnreadableRecord);
  });

  test('every client is changed, and once', async ({ database, storage, insertedClient }) => {
    const many: Client[] = [];
    while (many.length < 1_100)
      many.push(...(await Promise.all(Array.from({ length: 10 }, () => insertedClient()))));
    await changeRecords(database, clientsAsTheyWere);
    await changeRecords(database, clientsAsTheyWere);
    const revisions = await Promise.all(
      many.map(async ({ client_id }) => (await storage.clients.find(client_id))?.revision),
    );
    assert.deepEqual(new Set(revisions), new Set([2]));
  });
});
