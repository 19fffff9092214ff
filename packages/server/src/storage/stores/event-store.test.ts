import assert from 'node:assert/strict';
import { changeRecords } from '../../../test/changed-records.ts';
import { event, onBothDatabases, readAll, unique } from '../../../test/storage-contract.ts';
import { EVENT_KINDS } from '../../event/event-kind.ts';
import { EVENT_TYPES } from '../../event/event-types.ts';
import { eventsByKind } from '../migrations/0031-events-by-kind.ts';
import type { Storage } from '../storage.ts';
import { InvalidCursor } from '../storage-errors.ts';

/** Types of events that came with kinds or after: none of before is of these. */
const SINCE_THEN: readonly string[] = ['node.forgotten'];

onBothDatabases('events', (test) => {
  test('come back as they went in, and a batch sent again is not doubled', async ({ storage }) => {
    const full = event({
      outcome: 'refused',
      type: 'token.refused',
      client_id: 'with\0nul',
      username: 'alice',
      remote_address: '192.0.2.1',
      certificate: { 'x5t#S256': 'Abc', subject: 'CN=x' },
      actor: { name: 'alice', through: 'admin-api', remote_address: '192.0.2.1', client_id: 'console' },
      object: { kind: 'client', id: 'abc' },
      changes: { scope: { old: 'a', new: 'b' }, jwks_uri: { new: 'https://a.example' } },
      sampled: true,
      error: 'invalid_client',
      because: 'certificate_expired',
      evidence: { expected: 1, presented: { at: [2] } },
      detail: { step: 3 },
    });
    await storage.events.append([full]);
    await storage.events.append([full, event()]);
    assert.deepEqual(await storage.events.find(full.event_id), full);
    assert.equal(await storage.events.find('absent'), undefined);
    await storage.events.append([]);
  });

  test('are listed newest first, page by page, narrowed by every filter', async ({ storage }) => {
    const client_id = unique('client');
    const events = [
      event({ client_id, time: 5_000, type: 'token.refused', outcome: 'refused' }),
      event({ client_id, time: 4_000, type: 'token.issued', username: 'Alice' }),
      event({ client_id, time: 3_000, type: 'token', because: 'jwks_unavailable' }),
      event({ client_id, time: 2_000, type: 'tokens.swept', certificate: { 'x5t#S256': 'X-Y_z' } }),
      event({ client_id, time: 1_000, type: 'client.created' }),
    ];
    await storage.events.append(events);
    const all = await readAll((next) => storage.events.list({ client_id }, { limit: 2, ...next }));
    assert.deepEqual(all, events);
    const indexes = async (filter: Parameters<Storage['events']['list']>[0]) => {
      const { items } = await storage.events.list({ client_id, ...filter }, { limit: 50 });
      return items.map((item) => events.findIndex(({ event_id }) => event_id === item.event_id));
    };
    assert.deepEqual(await indexes({ type: 'token.' }), [0, 1]);
    assert.deepEqual(await indexes({ type: 'token' }), [2]);
    assert.deepEqual(await indexes({ outcome: 'refused' }), [0]);
    assert.deepEqual(await indexes({ since: 3_000 }), [0, 1, 2]);
    assert.deepEqual(await indexes({ search: 'ALICE' }), [1]);
    assert.deepEqual(await indexes({ search: 'jwks_un' }), [2]);
    assert.deepEqual(await indexes({ search: 'x-y_Z' }), [3]);
    assert.deepEqual(await indexes({ search: events[4]?.event_id ?? '' }), [4]);
    assert.deepEqual(await indexes({ type: 'token.', outcome: 'success' }), [1]);
    await assert.rejects(storage.events.list({}, { after: 'W10', limit: 1 }), InvalidCursor);
  });

  test('more events than one statement takes are all written, or none of them', async ({ storage }) => {
    const client_id = unique('client');
    const many = Array.from({ length: 450 }, (_, time) => event({ client_id, time }));
    const unstorable = { ...event({ client_id }), time: 0.5 };
    await assert.rejects(storage.events.append([...many, unstorable]));
    assert.deepEqual((await storage.events.list({ client_id }, { limit: 1 })).items, []);
    await storage.events.append(many);
    const { items } = await storage.events.list({ client_id }, { limit: 1_000 });
    assert.equal(items.length, 450);
  });

  test('histogram counts by bucket and outcome, oldest first', async ({ storage }) => {
    const since = 10 ** 12;
    await storage.events.append([0, 1, 999, 1_000, 2_500].map((offset) => event({ time: since + offset })));
    await storage.events.append([event({ time: since + 1_999, outcome: 'refused' })]);
    assert.deepEqual(await storage.events.histogram(since, 1_000), [
      { time: since, outcome: 'success', count: 3 },
      { time: since + 1_000, outcome: 'refused', count: 1 },
      { time: since + 1_000, outcome: 'success', count: 1 },
      { time: since + 2_000, outcome: 'success', count: 1 },
    ]);
  });

  test('are found by who did it, what to, from where, of which class and until when', async ({ storage }) => {
    const client_id = unique('client');
    const events = [
      event({
        client_id,
        time: 3_000,
        type: 'client.updated',
        actor: { name: 'Älice', through: 'admin-api' },
      }),
      event({ client_id, time: 2_000, type: 'token.issued', remote_address: '2001:db8::1' }),
      event({ client_id, time: 1_000, type: 'grant.revoked', object: { kind: 'grant', id: 'g-1' } }),
    ];
    await storage.events.append(events);
    const indexes = async (filter: Parameters<Storage['events']['list']>[0]) => {
      const { items } = await storage.events.list({ client_id, ...filter }, { limit: 50 });
      return items.map((item) => events.findIndex(({ event_id }) => event_id === item.event_id));
    };
    assert.deepEqual(await indexes({ actor: 'ÄLICE' }), [0]);
    assert.deepEqual(await indexes({ search: 'älice' }), [0]);
    assert.deepEqual(await indexes({ actor: 'alice' }), []);
    assert.deepEqual(await indexes({ remote_address: '2001:db8::1' }), [1]);
    assert.deepEqual(await indexes({ object: 'g-1' }), [2]);
    assert.deepEqual(await indexes({ class: 'administrative' }), [0]);
    assert.deepEqual(await indexes({ class: 'security' }), [2]);
    assert.deepEqual(await indexes({ class: 'traffic' }), [1]);
    assert.deepEqual(await indexes({ since: 1_000, until: 2_000 }), [2]);
  });

  test('are found by person, certificate and kind, and without a kind', async ({ storage }) => {
    const client_id = unique('client');
    const [alice, certificate, other] = [unique('Alice'), unique('certificate'), unique('certificate')];
    const by = (name: string) => ({ name, through: 'admin-api' });
    const described = (thumbprint: string) => ({ subject: 'CN=x', 'x5t#S256': thumbprint });
    const events = [
      event({ client_id, time: 6_000, type: 'client.updated', actor: by(alice.toUpperCase()) }),
      event({
        client_id,
        time: 5_000,
        type: 'token.refused',
        outcome: 'refused',
        username: alice,
        because: 'password_wrong',
      }),
      event({ client_id, time: 4_000, type: 'user.updated', username: alice, actor: by(alice) }),
      event({ client_id, time: 3_000, type: 'token.issued', certificate: described(certificate) }),
      event({
        client_id,
        time: 2_000,
        type: 'client.updated',
        changes: {
          certificates: { old: [described(other)], new: [described(other), described(certificate)] },
        },
      }),
      event({ client_id, time: 1_000, type: 'handshake.refused', outcome: 'refused', because: 'tls_failed' }),
    ];
    await storage.events.append(events.slice(0, 4));
    const [changed, noise] = events.slice(4);
    assert.ok(changed && noise);
    await storage.commit([
      storage.events.steps.insert(changed),
      ...storage.events.steps.nameCertificates(changed),
    ]);
    await storage.events.append([noise]);
    const indexes = async (filter: Parameters<Storage['events']['list']>[0]) => {
      const found = await readAll((next) => storage.events.list(filter, { limit: 1, ...next }));
      return found.map((item) => events.findIndex(({ event_id }) => event_id === item.event_id));
    };
    assert.deepEqual(await indexes({ person: alice.toLowerCase() }), [0, 1, 2]);
    assert.deepEqual(await indexes({ person: alice, since: 4_000, until: 6_000 }), [1, 2]);
    assert.deepEqual(await indexes({ person: alice, kind: 'sign_in' }), [1]);
    assert.deepEqual(await indexes({ person: alice, certificate }), []);
    assert.deepEqual(await indexes({ certificate }), [3, 4]);
    assert.deepEqual(await indexes({ certificate, type: 'client.' }), [4]);
    assert.deepEqual(await indexes({ certificate, since: 2_001 }), [3]);
    assert.deepEqual(await indexes({ certificate: other }), []);
    assert.deepEqual(await indexes({ client_id, kind: 'administration' }), [0, 2, 4]);
    assert.deepEqual(await indexes({ client_id, kind: 'sign_in', outcome: 'refused' }), [1]);
    assert.deepEqual(await indexes({ client_id, except: 'connection' }), [0, 1, 2, 3, 4]);
    const gone = { ageMs: 1, count: 1_000_000 };
    const kept = { ageMs: 10 ** 13, count: 1_000_000 };
    await storage.events.prune({ administrative: kept, security: kept, traffic: gone }, 10_000);
    assert.deepEqual(await indexes({ certificate }), [4]);
  });

  test('of before they had kinds are found alike', async ({ storage, database }) => {
    const client_id = unique('client');
    const certificate = unique('certificate');
    const old = [
      event({
        client_id,
        time: 2_000,
        type: 'admin.refused',
        outcome: 'refused',
        because: 'password_wrong',
        username: 'Bob',
      }),
      event({ client_id, time: 1_500, type: 'token.issued', certificate: { 'x5t#S256': certificate } }),
      event({
        client_id,
        time: 1_000,
        type: 'expiry.passed',
        object: { kind: 'certificate', id: certificate },
      }),
      event({
        client_id,
        time: 500,
        type: 'handshake.refused',
        outcome: 'refused',
        because: 'tls_failed',
        detail: { text: '\0' },
      }),
      ...Object.keys(EVENT_TYPES)
        .filter((type) => !SINCE_THEN.includes(type))
        .map((type, at) => event({ client_id, time: at, type })),
    ];
    await storage.events.append(old);
    const kinds = async () => {
      const found = await Promise.all(
        EVENT_KINDS.map(async (kind) => {
          const { items } = await storage.events.list({ client_id, kind }, { limit: 500 });
          return [kind, items.map(({ event_id }) => event_id)] as const;
        }),
      );
      return Object.fromEntries(found);
    };
    const asWritten = await kinds();
    await database.execute('update event set kind = null, username_key = null');
    await database.execute('delete from event_certificate');
    assert.deepEqual(await kinds(), Object.fromEntries(EVENT_KINDS.map((kind) => [kind, []])));
    await changeRecords(database, eventsByKind);
    await changeRecords(database, eventsByKind);
    assert.deepEqual(await kinds(), asWritten);
    const listed = async (filter: Parameters<Storage['events']['list']>[0]) =>
      (await storage.events.list({ client_id, ...filter }, { limit: 50 })).items;
    assert.deepEqual(await listed({ person: 'BOB' }), old.slice(0, 1));
    assert.deepEqual(await listed({ certificate }), old.slice(1, 3));
  });

  test('are counted exactly, beside how many are kept', async ({ storage }) => {
    const minute = 60_000 * 10 ** 6;
    const type = unique('sampled');
    const counted = { minute, type, outcome: 'success', sampled: true, count: 150 } as const;
    await storage.events.append([event({ type, time: minute + 1 })], [counted]);
    await storage.events.append(
      [],
      [
        { ...counted, count: 50 },
        { ...counted, minute: minute + 60_000 },
      ],
    );
    const within = { since: minute, until: minute + 60_000, type };
    const total = { type, outcome: 'success', sampled: true } as const;
    assert.deepEqual(await storage.events.totals(within), [{ ...total, count: 200, kept: 1 }]);
    assert.deepEqual(await storage.events.totals({ ...within, until: minute + 60_001 }), [
      { ...total, count: 350, kept: 1 },
    ]);
    assert.deepEqual(await storage.events.histogram(minute, 60_000), [
      { time: minute, outcome: 'success', count: 200 },
      { time: minute + 60_000, outcome: 'success', count: 150 },
    ]);
  });

  test('prune keeps the newest of each class, and no older ones', async ({ storage }) => {
    const now = 10 ** 13;
    const of = (type: string, ...ages: number[]) => ages.map((age) => event({ type, time: now - age }));
    const changed = of('client.updated', 900, 901, 902);
    const issued = of('token.issued', 1, 2, 3, 4);
    const revoked = of('grant.revoked', 5, 1_001);
    await storage.events.append([...changed, ...issued, ...revoked]);
    const kept = { ageMs: 1_000, count: 2 };
    await storage.events.prune({ administrative: kept, security: kept, traffic: kept }, now);
    const { items } = await storage.events.list({}, { limit: 20 });
    assert.deepEqual(items, [...issued.slice(0, 2), ...revoked.slice(0, 1), ...changed.slice(0, 2)]);
    const none = { ageMs: 1_000, count: 0 };
    await storage.events.prune({ administrative: none, security: none, traffic: none }, now);
    assert.deepEqual((await storage.events.list({}, { limit: 20 })).items, []);
  });

  test('those written with their change are unaudited until the audit file has them', async ({ storage }) => {
    const one = event({ time: 5 });
    assert.equal(storage.events.steps.insert(one).rows, 'one');
    assert.deepEqual(await storage.events.unaudited(10, 10), []);
  });

  test('an event whose cause this version does not know can be read', async ({ storage, database }) => {
    const old = event({ because: 'password_wrong' });
    await storage.events.append([old]);
    await database.execute(
      `update event set record = replace(record, 'password_wrong', 'no_longer_told') where event_id = '${old.event_id}'`,
    );
    assert.deepEqual(await storage.events.find(old.event_id), event({ event_id: old.event_id }));
  });
});
