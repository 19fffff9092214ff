import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SCHEMA_VERSION } from '../src/storage/migrate.ts';
import { migrateStorage, openStorage } from '../src/storage/open-storage.ts';
import { DAY, insertEarlierRows } from './earlier-schemas.ts';
import { CERTIFICATES, DATABASE_KINDS } from './storage-contract.ts';

const [{ thumbprint }] = CERTIFICATES;
const NOW = 1_800_000_000_000;

/** What must be there whatever version wrote it. */
async function checkUpgraded(version: number, options: Parameters<typeof openStorage>[0]): Promise<void> {
  const storage = await openStorage(options);
  const problems = [];
  for await (const problem of storage.findUnreadable()) problems.push(problem.message);
  assert.deepEqual(problems, []);

  const spa = await storage.clients.find('spa');
  assert.deepEqual(spa?.metadata.redirect_uris, ['https://spa.example/cb']);
  assert.equal(await storage.clients.findByOrigin('https://spa.example'), 'spa', 'its origin is known');
  assert.equal(await storage.clients.findByOrigin('https://mtls.example'), undefined);
  const mtls = await storage.clients.find('mtls');
  assert.equal(mtls?.metadata.id_token_signed_response_alg, 'ES256', 'what it was signed for is said');
  assert.equal(
    mtls.metadata.tls_client_certificate_bound_access_tokens,
    version >= 13 ? true : undefined,
    'binding that was the default is not said',
  );
  assert.equal(mtls.client_secret_sealed, version >= 3 ? 'sealed' : undefined);
  assert.equal(mtls.token_ends?.generation, version >= 10 ? 3 : undefined);
  const { items } = await storage.clients.list({
    limit: 10,
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
  });
  assert.deepEqual(
    items.map(({ client_id }) => client_id),
    ['mtls'],
  );
  const ends = await storage.clients.soonestCertificateEnds(0, 10);
  assert.deepEqual(
    ends.map((end) => [end.client_id, end.thumbprint, new Date(end.not_after).getUTCFullYear()]),
    [['mtls', thumbprint, 2126]],
    'when its certificate ends is watched',
  );
  const authorities = await storage.certificateEnds.authorities({ limit: 10, since: 0 });
  assert.deepEqual(
    authorities.map((own) => [own.client_id, own.thumbprint, new Date(own.not_after ?? 0).getUTCFullYear()]),
    [['mtls', thumbprint, 2126]],
    'and when the authority of its own does',
  );

  const anna = await storage.users.findByUsername('Anna');
  assert.deepEqual([anna?.sub, anna?.roles, anna?.enabled], ['sub-anna', ['owner'], true]);
  assert.deepEqual(anna?.required_actions, version >= 12 ? ['update_password'] : undefined);
  assert.deepEqual(
    (await storage.signingKeys.list()).map(({ kid }) => kid),
    ['kid-1'],
  );
  assert.equal((await storage.grants.find('grant-1'))?.sub, 'sub-anna');
  assert.equal((await storage.grants.find('grant-2'))?.revoked_at, 5);
  assert.equal((await storage.authorizationCodes.find('code-1'))?.grant_id, 'grant-1');
  const refresh = await storage.refreshTokens.find('refresh-1');
  assert.deepEqual([refresh?.grant_id, refresh?.repeats], ['grant-1', version >= 6 ? 2 : 0]);
  assert.equal((await storage.referenceTokens.find('reference-1'))?.jti, 'jti-1');
  assert.equal(await storage.revokedTokens.isRevoked('jti-0'), true);
  assert.equal(await storage.replays.claim('jti-seen', NOW + DAY), false, 'what was seen stays seen');
  assert.deepEqual(await storage.ephemerals.get('par', 'urn:1', NOW), { asked: true });
  assert.equal((await storage.sessions.find('session-1'))?.sub, 'sub-anna');
  assert.deepEqual((await storage.consents.find('sub-anna', 'spa'))?.scopes, ['openid']);
  assert.equal((await storage.credentials.list('sub-anna')).length, version >= 2 ? 1 : 0);
  assert.equal((await storage.initialAccessTokens.list()).length, version >= 4 ? 1 : 0);
  assert.equal(
    (await storage.dynamicRegistrations.find('spa'))?.registered_at,
    version >= 4 ? 1_700_000_000_000 : undefined,
  );
  assert.equal(
    (await storage.deferredAuthorizations.find('device-1'))?.state,
    version >= 4 ? 'pending' : undefined,
  );

  const found = async (search: string) => [
    ...(await storage.clients.list({ search, limit: 10 })).items.map(({ client_id }) => client_id),
    ...(await storage.users.list({ search, limit: 10 })).items.map(({ sub }) => sub),
  ];
  const all = async () => [await found('tls'), await found('nn'), await storage.clients.count()];
  const before = await all();
  assert.deepEqual(before, [['mtls'], ['sub-anna'], 2], 'what is in no index is found');
  await storage.indexSearch();
  assert.deepEqual(await all(), before, 'and from the index');

  const refused = await storage.events.list({ outcome: 'refused' }, { limit: 5 });
  assert.deepEqual(
    refused.items.map(({ event_id }) => event_id),
    ['E-2'],
  );
  const changes = await storage.events.list({ class: 'administrative' }, { limit: 5 });
  assert.deepEqual(
    changes.items.map(({ event_id }) => event_id),
    ['E-1'],
    'classes are known',
  );
  assert.equal((await storage.audit.heads()).length, version >= 7 ? 1 : 0);
  const belongings = (kind: 'person' | 'client', id: string) => storage.groups.belongingsOf({ kind, id });
  const held = (role: { direct: boolean; groups: readonly string[] }) => ({
    role_id: 'role-1',
    name: 'reads',
    ...role,
  });
  if (version >= 20) {
    assert.deepEqual(await belongings('person', 'sub-anna'), {
      groups: [
        { group_id: 'group-2', name: 'Builders', parent: 'group-1', direct: true },
        { group_id: 'group-1', name: 'Company', direct: false },
      ],
      roles: [held({ direct: true, groups: ['group-1'] })],
    });
    assert.deepEqual((await belongings('client', 'mtls')).roles, [
      held({ direct: false, groups: ['group-1'] }),
    ]);
    assert.deepEqual((await belongings('client', 'spa')).roles, [held({ direct: true, groups: [] })]);
  } else assert.deepEqual(await belongings('person', 'sub-anna'), { groups: [], roles: [] });
  assert.ok((await storage.groups.treeRevision()) >= 1);
  // Where there were clients before roles, roles are still to be given.
  assert.equal(await storage.authorities.isUpgraded(), version >= 9);
  assert.equal((await storage.authorities.named()).length, version >= 9 ? 1 : 0);
  await storage.close();
}

for (const { name, skip, start } of DATABASE_KINDS) {
  describe(`a ${name} database of an earlier version, with data`, { skip, timeout: 240_000 }, () => {
    for (let version = 1; version <= SCHEMA_VERSION; version++) {
      test(`of schema version ${version}`, async (context) => {
        const database = await start();
        context.after(() => database.stop());
        const made = await migrateStorage({ ...database.options, until: version });
        assert.equal(made.from, 0);
        // Versions that were given to steps of one release have nothing of their own.
        assert.ok(made.to <= version);
        for (const statement of insertEarlierRows(version)) await database.execute(statement);
        assert.deepEqual(await migrateStorage(database.options), { from: made.to, to: SCHEMA_VERSION });
        await checkUpgraded(version, database.options);
      });
    }
  });
}
