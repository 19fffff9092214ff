import assert from 'node:assert/strict';
import Fastify from 'fastify';
import { onBothDatabases, session, unique } from '../../test/storage-contract.ts';
import { hashOpaqueToken } from '../token/opaque-token.ts';
import { createBrowserSessions } from './browser-sessions.ts';
import { createSessionUse } from './session-use.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2030, 0, 1);
const LIFETIMES = { absoluteMs: 12 * HOUR, idleMs: 2 * HOUR };

onBothDatabases('the use of a session by clients', (test) => {
  const begun = () =>
    session({
      sub: unique('sub'),
      created_at: START,
      last_seen_at: START,
      expires_at: START + LIFETIMES.idleMs,
    });

  test('goes on for the client that refreshes alone, hour after hour, to the absolute end', async ({
    storage,
  }) => {
    const { sessions, commit } = storage;
    const use = createSessionUse(storage, () => LIFETIMES);
    const held = begun();
    await sessions.insert(held);
    const isOpenFor = async (client_id: string, hours: number) =>
      use.isOpenFor(await sessions.find(held.session_id), client_id, START + hours * HOUR);
    const refresh = async (hours: number) => {
      assert.ok(await isOpenFor('busy', hours), `after ${hours} hours`);
      await commit(await use.prolonging(held, 'busy', START + hours * HOUR));
    };
    for (const hours of [0.5, 1.5, 3, 4.9, 6, 7.5, 9, 10.5, 11.9]) {
      await refresh(hours);
      await storage.sweep(START + hours * HOUR);
    }
    assert.ok(await isOpenFor('idle', 1.9));
    assert.equal(await isOpenFor('idle', 2), false, 'another client of the session has not refreshed');
    assert.ok(await isOpenFor('busy', 11.99));
    assert.equal(await isOpenFor('busy', 12), false);
  });

  test('ends with the session, and when the client stops', async ({ storage }) => {
    const { sessions, commit } = storage;
    const use = createSessionUse(storage, () => LIFETIMES);
    const held = begun();
    await sessions.insert(held);
    await commit(await use.prolonging(held, 'client', START + HOUR));
    const found = await sessions.find(held.session_id);
    assert.equal(found?.prolonged_until, START + 3 * HOUR);
    assert.ok(await use.isOpenFor(found, 'client', START + 3 * HOUR - 1));
    assert.equal(await use.isOpenFor(found, 'client', START + 3 * HOUR), false);
    await sessions.remove(held.session_id);
    assert.equal(
      await use.isOpenFor(await sessions.find(held.session_id), 'client', START + HOUR + 1),
      false,
    );
    await commit(await use.prolonging(held, 'client', START + 2 * HOUR));
    assert.equal(await sessions.find(held.session_id), undefined, 'what ended stays ended');
  });

  test('is written now and then, and a change of the session keeps it', async ({ storage }) => {
    const { sessions, commit } = storage;
    const use = createSessionUse(storage, () => LIFETIMES);
    const held = begun();
    await sessions.insert(held);
    await commit(await use.prolonging(held, 'client', START + HOUR));
    assert.deepEqual(await use.prolonging(held, 'client', START + HOUR + 60_000), []);
    assert.notDeepEqual(await use.prolonging(held, 'client', START + HOUR + 600_000), []);
    const client_ids = ['client'];
    const changed = await sessions.change(held.session_id, (current) => ({ ...current, client_ids }));
    assert.equal(changed?.prolonged_until, START + 3 * HOUR);
    const listed = await sessions.list({ sub: held.sub }, { limit: 5 }, START + 3 * HOUR - 1);
    assert.deepEqual(
      listed.items.map(({ session_id, prolonged_until }) => [session_id, prolonged_until]),
      [[held.session_id, START + 3 * HOUR]],
      'it can be seen and ended',
    );
  });

  test('signs nobody in: in the browser it is over after the idle lifetime', async ({ storage }) => {
    let now = START;
    const held = begun();
    await storage.users.insert({
      sub: held.sub,
      username: held.sub,
      password_hash: 'x',
      roles: [],
      claims: {},
      enabled: true,
      created_at: 1,
      revision: 1,
    });
    const secret = 'S'.repeat(43);
    await storage.sessions.insert({ ...held, secret_sha256: hashOpaqueToken(secret) });
    const browserSessions = createBrowserSessions(storage.sessions, storage.users, {
      lifetimes: () => LIFETIMES,
      remoteAddressOf: () => '192.0.2.1',
      ended: { steps: () => [], tell() {} },
      clock: () => now,
    });
    const app = Fastify();
    app.get('/', async (request) => ({
      current: (await browserSessions.current(request)) !== undefined,
      lately: (await browserSessions.lately(request)) !== undefined,
    }));
    const seen = async () =>
      (await app.inject({ url: '/', headers: { cookie: `__Host-countersign-session=${secret}` } })).json();
    const use = createSessionUse(storage, () => LIFETIMES);
    await storage.commit(await use.prolonging(held, 'client', START + HOUR));
    now = START + 2 * HOUR;
    assert.deepEqual(await seen(), { current: false, lately: true });
    now = START + 3 * HOUR;
    assert.deepEqual(await seen(), { current: false, lately: false });
    await app.close();
  });
});
