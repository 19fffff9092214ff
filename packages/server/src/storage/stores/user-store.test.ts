import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  code,
  grant,
  onBothDatabases,
  readAll,
  referenceToken,
  refreshToken,
  session,
  unique,
  user,
} from '../../../test/storage-contract.ts';
import { StorageConflict } from '../storage.ts';
import { InvalidCursor, UnreadableRecord } from '../storage-errors.ts';

onBothDatabases('users', (test) => {
  test('come back as they went in', async ({ storage }) => {
    const full = user({
      roles: ['owner', 'auditor'],
      claims: { name: 'Alice', address: { country: 'NZ' } },
      enabled: false,
    });
    await storage.users.insert(full);
    assert.deepEqual(await storage.users.find(full.sub), full);
    assert.equal(await storage.users.find('absent'), undefined);
  });

  test('a username is one name in every case and compatible spelling', async ({ storage }) => {
    const tag = randomUUID();
    const alice = user({ username: `Ålice-${tag}` });
    await storage.users.insert(alice);
    for (const spelling of [`åLICE-${tag}`, `A\u030Alice-${tag}`, `ÅＬＩＣＥ-${tag}`]) {
      assert.deepEqual(await storage.users.findByUsername(spelling), alice, spelling);
      await assert.rejects(storage.users.insert(user({ username: spelling })), StorageConflict);
    }
    assert.equal(await storage.users.findByUsername(`alice-${tag}`), undefined);
  });

  test('conflicts: a taken sub, a taken username, another revision', async ({ storage }) => {
    const [alice, bob] = [user(), user()];
    await storage.users.insert(alice);
    await storage.users.insert(bob);
    await assert.rejects(storage.users.insert({ ...alice, username: unique('other') }), StorageConflict);
    await assert.rejects(
      storage.users.update({ ...bob, username: alice.username.toUpperCase(), revision: 2 }),
      StorageConflict,
    );
    await assert.rejects(storage.users.update({ ...bob, revision: 3 }), StorageConflict);
    assert.deepEqual(await storage.users.find(bob.sub), bob);
    await storage.users.update({ ...bob, username: unique('renamed'), revision: 2 });
    assert.equal(await storage.users.findByUsername(bob.username), undefined);
  });

  test('keep what must be done first, in its order, which no earlier version passes over', async ({
    storage,
    database,
  }) => {
    const held = user({ required_actions: ['update_password', 'configure_totp', 'verify_email'] });
    await storage.users.insert(held);
    assert.deepEqual(await storage.users.find(held.sub), held);
    const { required_actions: _, ...free } = held;
    await storage.users.update({ ...free, revision: 2 });
    assert.deepEqual(await storage.users.find(held.sub), { ...free, revision: 2 });
    await storage.users.update({ ...free, required_actions: ['verify_email'], revision: 3 });
    const marked = `'{"required_actions":["verify_email"],"crit":["required_actions"]}'`;
    await database.execute(
      `update user_account set revision = 9 where sub = '${held.sub}' and further = ${marked}`,
    );
    assert.equal((await storage.users.find(held.sub))?.revision, 9);
    const later = marked.replace('["verify_email"]', '["accept_terms"]');
    await database.execute(`update user_account set further = ${later} where sub = '${held.sub}'`);
    await assert.rejects(storage.users.find(held.sub), UnreadableRecord);
    await storage.users.remove(held.sub);
  });

  test('have their next one from any sub on, and round the end', async ({ storage }) => {
    const last = user({ sub: `~~${unique('last')}`, password_hash: 'of the last' });
    await storage.users.insert(last);
    assert.equal(await storage.users.passwordHashFrom(last.sub), 'of the last');
    assert.notEqual(await storage.users.passwordHashFrom(`${last.sub}~`), undefined);
  });

  test('are listed by username; search matches username, name and email', async ({ storage }) => {
    const tag = randomUUID();
    const carol = user({ username: `carol-${tag}` });
    const adam = user({ username: `Adam-${tag}` });
    const bea = user({
      username: unique('b'),
      claims: { name: `Bea ${tag}`, email: `bea@${tag}.example` },
    });
    for (const each of [carol, bea, adam]) await storage.users.insert(each);
    const listed = await readAll((next) =>
      storage.users.list({ search: tag.toUpperCase(), limit: 2, ...next }),
    );
    assert.deepEqual(listed, [adam, bea, carol]);
    assert.deepEqual((await storage.users.list({ search: `BEA@${tag}`, limit: 9 })).items, [bea]);
    await assert.rejects(storage.users.list({ after: 'x', limit: 1 }), InvalidCursor);
  });

  test('removal takes sessions, grants, tokens and consents along', async ({ storage, insertedClient }) => {
    const { client_id } = await insertedClient();
    const alice = user();
    const { sub } = alice;
    await storage.users.insert(alice);
    const held = {
      session: session({ sub }),
      grant: grant(client_id, { sub }),
      code: code(client_id, { sub }),
      refresh: refreshToken(client_id, { sub }),
      reference: referenceToken(client_id, { sub }),
    };
    await storage.sessions.insert(held.session);
    await storage.grants.insert(held.grant);
    await storage.authorizationCodes.insert(held.code);
    await storage.refreshTokens.insert(held.refresh);
    await storage.referenceTokens.insert(held.reference);
    await storage.consents.put({ sub, client_id, scopes: [], granted_at: 1 });

    assert.equal(await storage.users.remove(sub), true);
    assert.equal(await storage.users.remove(sub), false);
    assert.equal(await storage.users.find(sub), undefined);
    assert.equal(await storage.sessions.find(held.session.session_id), undefined);
    assert.equal(await storage.grants.find(held.grant.grant_id), undefined);
    assert.equal(await storage.authorizationCodes.find(held.code.code_sha256), undefined);
    assert.equal(await storage.refreshTokens.find(held.refresh.token_sha256), undefined);
    assert.equal(await storage.referenceTokens.find(held.reference.token_sha256), undefined);
    assert.equal(await storage.consents.find(sub, client_id), undefined);
  });

  test('have administrator roles that an earlier version passes over, and keeps', async ({
    storage,
    another,
    database,
  }) => {
    const limited_roles = [{ role: 'clients_writer', group_id: 'g1' }] as const;
    const held = user({ roles: ['auditor', 'keys_writer'], limited_roles });
    await storage.users.insert(held);
    assert.deepEqual(await another.users.find(held.sub), held);
    // As an earlier version changes it: it knows the column of roles alone, and leaves the other one.
    await database.execute(
      `update user_account set roles = '["client_manager"]', revision = 2 where sub = '${held.sub}'`,
    );
    const changed = { ...held, roles: ['client_manager', 'keys_writer'] as const, revision: 2 };
    assert.deepEqual(await storage.users.find(held.sub), changed);
    const plain = user({ sub: held.sub, username: held.username, revision: 3 });
    await storage.users.update(plain);
    assert.deepEqual(await another.users.find(held.sub), plain);
  });

  test('keep what a later version wrote of roles, which gives nothing', async ({ storage, database }) => {
    const held = user({ roles: ['auditor'] });
    await storage.users.insert(held);
    const later = [
      { role: 'weather_reader' },
      { role: 'keys_reader' },
      { role: 'clients_reader', group_id: 'g1', until: 5 },
      { role: 'owner', group_id: 'g1' },
      'keys_writer',
    ];
    const further = JSON.stringify({ administrator_roles: later, shoe_size: 44 });
    await database.execute(`update user_account set further = '${further}' where sub = '${held.sub}'`);
    const found = await storage.users.find(held.sub);
    assert.ok(found);
    assert.deepEqual(found.roles, ['auditor', 'keys_reader']);
    assert.equal(found.limited_roles, undefined, 'a limit that is not understood is no limited role');
    const unknown = later.filter((each) => each !== later[1]);
    assert.deepEqual(found.unknown, { roles: unknown, members: { shoe_size: 44 } });
    await storage.users.update({ ...found, roles: ['trust_reader'], revision: 2 });
    const again = await storage.users.find(held.sub);
    assert.deepEqual([again?.roles, again?.unknown], [['trust_reader'], found.unknown]);
  });
});
