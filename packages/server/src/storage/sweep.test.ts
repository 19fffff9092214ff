import assert from 'node:assert/strict';
import {
  code,
  comesToHold,
  grant,
  onBothDatabases,
  referenceToken,
  refreshToken,
  session,
  unique,
} from '../../test/storage-contract.ts';

const DAY = 86_400_000;
/** How long another process with PostgreSQL may take what was claimed as good still, at the most. */
const SKEW = 60_000;

onBothDatabases('sweep', (test) => {
  test('removes what has expired and nothing else', async ({ storage, insertedClient }) => {
    const unchanged = storage.registry.lastChange('client');
    const { client_id } = await insertedClient();
    const now = 100 * DAY;
    const [past, future, justPast] = [now - 2 * DAY, now + 1, now];
    const codes = [past, justPast, future].map((expires_at) => code(client_id, { expires_at }));
    const tokens = [past, justPast, future].map((expires_at) => refreshToken(client_id, { expires_at }));
    const references = [justPast, future].map((expires_at) => referenceToken(client_id, { expires_at }));
    const revoked = grant(client_id, { expires_at: past, revoked_at: 1 });
    const outliving = referenceToken(client_id, { grant_id: revoked.grant_id, expires_at: future });
    const grants = [past, justPast, future].map((expires_at) => grant(client_id, { expires_at }));
    const sessions = [justPast, future].map((expires_at) => session({ expires_at }));
    const [jtis, keys, kinds] = [unique('jti'), unique('key'), unique('kind')];
    for (const each of codes) {
      await storage.authorizationCodes.insert(each);
      await storage.commit([storage.authorizationCodes.steps.redeem(each.code_sha256, 1_000)]);
    }
    for (const each of tokens) await storage.refreshTokens.insert(each);
    for (const each of [...references, outliving]) await storage.referenceTokens.insert(each);
    for (const each of [...grants, revoked]) await storage.grants.insert(each);
    for (const each of sessions) await storage.sessions.insert(each);
    for (const [name, end] of [
      ['past', justPast],
      ['future', future],
    ] as const) {
      await storage.revokedTokens.revoke(`${jtis}-${name}`, end);
      await storage.replays.claim(`${keys}-${name}`, name === 'past' ? end - SKEW : end);
      await storage.ephemerals.put(kinds, name, {}, end);
    }
    await storage.guesses.fail(`${keys}-past`, now - 1_000, 1_000);
    await storage.guesses.fail(`${keys}-future`, now - 1_000, 1_001);
    // That of the client, above, which a server learns of from PostgreSQL later.
    await comesToHold(() => storage.registry.lastChange('client') !== unchanged);
    const before = storage.registry.lastChange('client');

    await storage.sweep(now);

    const uses = codes.map(
      async (each) => (await storage.authorizationCodes.find(each.code_sha256))?.used_at,
    );
    assert.deepEqual(await Promise.all(uses), [undefined, 1_000, 1_000]);
    const present = <T>(items: readonly Promise<T>[]) =>
      Promise.all(items.map(async (item) => (await item) !== undefined));
    assert.deepEqual(await present(tokens.map((each) => storage.refreshTokens.find(each.token_sha256))), [
      false,
      true,
      true,
    ]);
    assert.deepEqual(
      await present(references.map((each) => storage.referenceTokens.find(each.token_sha256))),
      [false, true],
    );
    assert.deepEqual(await present(grants.map((each) => storage.grants.find(each.grant_id))), [
      false,
      true,
      true,
    ]);
    assert.equal((await storage.referenceTokens.find(outliving.token_sha256))?.revoked_at, 1);
    assert.deepEqual(await present(sessions.map((each) => storage.sessions.find(each.session_id))), [
      false,
      true,
    ]);
    assert.equal(await storage.revokedTokens.isRevoked(`${jtis}-past`), false);
    assert.equal(await storage.revokedTokens.isRevoked(`${jtis}-future`), true);
    assert.equal(await storage.replays.claim(`${keys}-past`, future), true);
    assert.equal(await storage.replays.claim(`${keys}-future`, future), false);
    assert.equal(await storage.ephemerals.get(kinds, 'past', 0), undefined);
    assert.deepEqual(await storage.ephemerals.get(kinds, 'future', now), {});
    assert.equal(await storage.guesses.count(`${keys}-past`, now - 1_000, 1_000), 0);
    assert.equal(await storage.guesses.count(`${keys}-future`, now - 1_000, 1_000), 1);
    assert.equal((await storage.clients.find(client_id))?.client_id, client_id);
    assert.equal(storage.registry.lastChange('client'), before);
  });

  test('removes more than it takes in one statement', async ({ storage, database }) => {
    const kind = unique('kind');
    await database.execute(
      `insert into replay with recursive number (i) as (select 0 union all select i + 1 from number where i < 2099)
       select '${kind}-' || i, 5 from number`,
    );
    assert.equal(await storage.replays.claim(`${kind}-2099`, 5), false);
    await storage.sweep(5 + SKEW);
    const again = await Promise.all(
      [0, 999, 1_000, 2_099].map((index) => storage.replays.claim(`${kind}-${index}`, 5)),
    );
    assert.deepEqual(again, Array(4).fill(true));
  });

  test('what was claimed stays known for as long as the clock of another process may be behind', async ({
    storage,
    database,
  }) => {
    const key = unique('jti');
    const end = 1_000 * DAY;
    await storage.replays.claim(key, end);
    await storage.sweep(end + SKEW - 1);
    assert.equal(await storage.replays.claim(key, end), database.options.type === 'sqlite');
    await storage.sweep(end + SKEW);
    assert.equal(await storage.replays.claim(key, end), true);
  });
});
