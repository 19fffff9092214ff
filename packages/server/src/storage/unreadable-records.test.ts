import assert from 'node:assert/strict';
import {
  code,
  grant,
  onBothDatabases,
  readAll,
  referenceToken,
  refreshToken,
  session,
  signingKey,
  unique,
  user,
} from '../../test/storage-contract.ts';
import { openStorage } from './open-storage.ts';
import { UnreadableRecord } from './storage-errors.ts';

const names = (named: string) => (error: unknown) =>
  error instanceof UnreadableRecord &&
  error.record.includes(named) &&
  error.message.includes('required_zone');

onBothDatabases('records of a later version', (test) => {
  test('members that this version does not know are kept through a change', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient(
      {},
      { token_exchange: { subject_audiences: [], impersonation: false, bound_tokens: 'any' } },
    );
    const written = async () => {
      const found = await storage.clients.find(client_id);
      assert(found);
      return found;
    };
    const { metadata } = await written();
    const later = {
      ...metadata,
      required_zone: { country: 'PT' },
      token_exchange: { ...metadata.token_exchange, delegation: 'one hop' },
    };
    await database.execute(
      `update client set metadata = '${JSON.stringify(later)}' where client_id = '${client_id}'`,
    );
    const read = await written();
    assert.deepEqual(read.metadata, metadata);
    assert.deepEqual(read.unknown_metadata, {
      required_zone: { country: 'PT' },
      token_exchange: { delegation: 'one hop' },
    });
    await storage.clients.update({
      ...read,
      metadata: { ...read.metadata, client_name: 'Renamed' },
      revision: read.revision + 1,
    });
    const changed = await written();
    assert.equal(changed.metadata.client_name, 'Renamed');
    assert.deepEqual(changed.unknown_metadata, read.unknown_metadata);
  });

  test('a client with a member that must be understood is refused alone, and named in the listing', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const client_name = unique('listed');
    const refused = await insertedClient({}, { client_name });
    const others = await Promise.all([1, 2, 3].map(() => insertedClient({}, { client_name })));
    const marked = { ...refused.metadata, required_zone: 'PT', crit: ['client_name', 'required_zone'] };
    await database.execute(
      `update client set metadata = '${JSON.stringify(marked)}' where client_id = '${refused.client_id}'`,
    );
    await assert.rejects(storage.clients.find(refused.client_id), names(refused.client_id));
    const reported: UnreadableRecord[] = [];
    const reporting = await openStorage(database.options, (problem) => reported.push(problem));
    const pages: (readonly UnreadableRecord[])[] = [];
    const read = await readAll(async (next) => {
      const page = await reporting.clients.list({ search: client_name, limit: 2, ...next });
      pages.push(page.unreadable ?? []);
      return page;
    });
    assert.deepEqual(
      read.map(({ client_id }) => client_id).toSorted(),
      others.map(({ client_id }) => client_id).toSorted(),
    );
    assert.ok(pages.flat().every(names(refused.client_id)) && pages.flat().length === 1);
    assert.deepEqual(reported, pages.flat());
    await reporting.close();
    assert.equal(await storage.clients.remove(refused.client_id), true);
  });

  test('a marked member that this version knows is no hindrance', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const { client_id, metadata } = await insertedClient();
    const marked = { ...metadata, dpop_bound_access_tokens: true, crit: ['dpop_bound_access_tokens'] };
    await database.execute(
      `update client set metadata = '${JSON.stringify(marked)}' where client_id = '${client_id}'`,
    );
    const found = await storage.clients.find(client_id);
    assert.equal(found?.metadata.dpop_bound_access_tokens, true);
    assert.deepEqual(found?.unknown_metadata, { crit: ['dpop_bound_access_tokens'] });
  });

  test('the owner of a certificate is known even where the client cannot be read', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const thumbprint = unique('thumbprint');
    await database.execute(
      `insert into client_certificate (thumbprint, client_id) values ('${thumbprint}', '${client_id}')`,
    );
    await database.execute(`update client set metadata = '{' where client_id = '${client_id}'`);
    assert.deepEqual(await storage.clients.findByThumbprint(thumbprint), [
      { client_id, client_name: client_id },
    ]);
    await storage.clients.remove(client_id);
  });

  test('people, sessions, grants, tokens and keys are refused alone by what they mark', async ({
    storage,
    database,
    insertedClient,
  }) => {
    const { client_id } = await insertedClient();
    const held = {
      user: user(),
      session: session(),
      grant: grant(client_id),
      code: code(client_id),
      refresh: refreshToken(client_id),
      reference: referenceToken(client_id),
      key: signingKey({ alg: 'RS256', state: 'retired', retired_at: 5 }),
    };
    const [otherUser, otherSession, otherGrant] = [user(), session(), grant(client_id)];
    await Promise.all([storage.users.insert(held.user), storage.users.insert(otherUser)]);
    await Promise.all([storage.sessions.insert(held.session), storage.sessions.insert(otherSession)]);
    await Promise.all([storage.grants.insert(held.grant), storage.grants.insert(otherGrant)]);
    await storage.authorizationCodes.insert(held.code);
    await storage.refreshTokens.insert(held.refresh);
    await storage.referenceTokens.insert(held.reference);
    await storage.commit([storage.signingKeys.steps.insertIfNone(held.key)]);
    const further = JSON.stringify({ required_zone: 'PT', crit: ['required_zone'] });
    const mark = (table: string, key: string, id: string) =>
      database.execute(`update ${table} set further = '${further}' where ${key} = '${id}'`);
    const markRecord = (table: string, key: string, id: string, record: object) =>
      database.execute(
        `update ${table} set record = '${JSON.stringify({ ...record, required_zone: 'PT', crit: ['required_zone'] })}' where ${key} = '${id}'`,
      );
    await mark('user_account', 'sub', held.user.sub);
    await mark('authorization_grant', 'grant_id', held.grant.grant_id);
    await mark('signing_key', 'kid', held.key.kid);
    await markRecord('session', 'session_id', held.session.session_id, held.session);
    await markRecord('authorization_code', 'code_sha256', held.code.code_sha256, held.code);
    await markRecord('refresh_token', 'token_sha256', held.refresh.token_sha256, held.refresh);
    await markRecord('reference_token', 'token_sha256', held.reference.token_sha256, held.reference);

    await assert.rejects(storage.users.find(held.user.sub), names(held.user.sub));
    await assert.rejects(storage.users.findByUsername(held.user.username), names(held.user.sub));
    await assert.rejects(storage.grants.find(held.grant.grant_id), names(held.grant.grant_id));
    await assert.rejects(storage.sessions.find(held.session.session_id), names(held.session.session_id));
    assert.equal(await storage.sessions.findBySecret(held.session.secret_sha256, 2_000), undefined);
    await assert.rejects(storage.authorizationCodes.find(held.code.code_sha256), UnreadableRecord);
    await assert.rejects(storage.refreshTokens.find(held.refresh.token_sha256), UnreadableRecord);
    await assert.rejects(storage.referenceTokens.find(held.reference.token_sha256), UnreadableRecord);
    assert.deepEqual(await storage.signingKeys.list(), []);

    const users = await storage.users.list({ limit: 100 });
    assert.ok(
      users.items.some(({ sub }) => sub === otherUser.sub) && users.unreadable?.some(names(held.user.sub)),
    );
    const sessions = await storage.sessions.list({}, { limit: 100 }, 2_000);
    assert.deepEqual(sessions.items, [otherSession]);
    const grants = await storage.grants.list({}, { limit: 100 }, 2_000);
    assert.deepEqual(grants.items, [otherGrant]);

    const found = (await Array.fromAsync(storage.findUnreadable())).map(({ record }) => record);
    assert.deepEqual(found.toSorted(), [
      `authorization code ${held.code.code_sha256}`,
      `grant ${held.grant.grant_id}`,
      `reference token ${held.reference.token_sha256}`,
      `refresh token ${held.refresh.token_sha256}`,
      `session ${held.session.session_id}`,
      `signing key ${held.key.kid}`,
      `user ${held.user.sub}`,
    ]);

    // What a change of this version writes leaves a later version's members where they are.
    await storage.users.update({ ...otherUser, enabled: false, revision: 2 });
    assert.equal(await storage.sessions.removeAll('alice', otherSession.session_id), 1);
    assert.equal(await storage.grants.revoke(held.grant.grant_id, 3_000), true);
  });
});
