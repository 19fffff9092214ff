import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import type { CompiledQuery } from 'kysely';
import pg from 'pg';
import { recordedStatements } from '../../test/recorded-statements.ts';
import { DATABASE_KINDS, type StartedDatabase } from '../../test/storage-contract.ts';
import { migrateStorage } from './open-storage.ts';
import { bindable } from './sqlite-file.ts';
import { certificateEndStore } from './stores/certificate-end-store.ts';
import { clientStore } from './stores/client-store.ts';
import { consentStore } from './stores/consent-store.ts';
import { eventStore } from './stores/event-store.ts';
import { grantStore } from './stores/grant-store.ts';
import { groupStore } from './stores/group-store.ts';
import { requestCountStore } from './stores/request-count-store.ts';
import { roleStore } from './stores/role-store.ts';
import { sessionStore } from './stores/session-store.ts';
import { userStore } from './stores/user-store.ts';
import { webhookStore } from './stores/webhook-store.ts';

const page = { limit: 50 };
const clientsAfter = Buffer.from('[0,"name","id"]').toString('base64url');
const timeAfter = Buffer.from('[9,"id"]').toString('base64url');
type Stores = ReturnType<typeof storesOver>;

const storesOver = (database: Parameters<typeof clientStore>[0]) => ({
  clients: clientStore(database, () => {}),
  users: userStore(database, () => {}),
  events: eventStore(database),
  requestCounts: requestCountStore(database),
  sessions: sessionStore(database, () => {}),
  grants: grantStore(database, () => {}),
  consents: consentStore(database, () => {}),
  webhookDeliveries: webhookStore(database),
  ends: certificateEndStore(database),
  groups: groupStore(database, () => {}),
  roles: roleStore(database, () => {}),
});

/** What is asked, and the indexes that must answer it, each at least once. */
const ASKED: readonly (readonly [string, (stores: Stores) => Promise<unknown>, ...string[]])[] = [
  ['clients', ({ clients }) => clients.list({ ...page, after: clientsAfter }), 'client_by_name'],
  ['a search of clients', ({ clients }) => clients.list({ ...page, search: 'three' }), 'client_by_gram'],
  ['a search of one letter', ({ clients }) => clients.list({ ...page, search: 'q' }), 'client_by_gram'],
  [
    'a search of disabled clients',
    ({ clients }) => clients.list({ ...page, search: 'three', enabled: false }),
    'client_by_enabled',
  ],
  [
    'clients of a method',
    ({ clients }) => clients.list({ ...page, token_endpoint_auth_method: 'none' }),
    'client_by_',
  ],
  [
    'disabled clients of a method',
    ({ clients }) => clients.list({ ...page, enabled: false, token_endpoint_auth_method: 'none' }),
    // Of which there are few, whichever index finds them.
    'client_by_enabled_and_',
  ],
  [
    'clients by certificate',
    ({ clients }) => clients.list({ ...page, certificateEndsBefore: 9 }),
    'client_certificate_in_order',
  ],
  [
    'clients by registration',
    ({ clients }) => clients.list({ ...page, sort: 'client_id_issued_at', descending: true }),
    'client_by_issue',
  ],
  [
    'disabled clients by registration',
    ({ clients }) => clients.list({ ...page, sort: 'client_id_issued_at', enabled: false }),
    'client_by_issue',
    'client_by_enabled',
  ],
  [
    'a search of clients by registration',
    ({ clients }) => clients.list({ ...page, sort: 'client_id_issued_at', search: 'three' }),
    'client_by_issue',
    'client_by_gram',
  ],
  [
    'clients by method',
    ({ clients }) => clients.list({ ...page, sort: 'token_endpoint_auth_method', descending: true }),
    'client_by_method_and_id',
  ],
  [
    'clients by state',
    ({ clients }) => clients.list({ ...page, sort: 'enabled' }),
    'client_by_enabled_and_id',
  ],
  [
    'people by state',
    ({ users }) => users.list({ ...page, sort: 'enabled', descending: true }),
    'user_account_by_enabled_and_sub',
  ],
  ['clients from behind', ({ clients }) => clients.list({ ...page, descending: true }), 'client_by_name'],
  [
    'clients without a valid certificate',
    ({ clients }) => clients.list({ ...page, certificatesEndBefore: 9 }),
    'client_certificate_in_order',
  ],
  [
    'how many clients are disabled',
    ({ clients }) => clients.countMatching({ enabled: false }, 9),
    'client_by_enabled',
  ],
  [
    'how many clients match',
    ({ clients }) => clients.countMatching({ search: 'three' }, 9),
    'client_by_gram',
  ],
  [
    'people by when they were added',
    ({ users }) => users.list({ ...page, sort: 'created_at' }),
    'user_account_by_creation',
  ],
  ['disabled people', ({ users }) => users.list({ ...page, enabled: false }), 'user_account_by_enabled'],
  ['groups by age', ({ groups }) => groups.list({ ...page, sort: 'created_at' }), 'member_group_by_creation'],
  [
    'roles by age',
    ({ roles }) => roles.list({ ...page, sort: 'created_at', descending: true }),
    'application_role_by_creation',
  ],
  ['the number of clients', ({ clients }) => clients.count(), 'client_unindexed'],
  [
    'ends of certificates',
    ({ clients }) => clients.countCertificateEnds([5], 9),
    'client_certificate_in_order',
  ],
  ['the soonest ends', ({ clients }) => clients.soonestCertificateEnds(5, 9), 'client_certificate_in_order'],
  [
    'what is registered and ends',
    ({ ends }) =>
      ends.registered({ ...page, since: 5, until: 9, after: { not_after: 6, first: 'a', second: 'b' } }),
    'client_certificate_in_order',
  ],
  [
    'what is registered and untold of',
    ({ ends }) => ends.registered({ ...page, since: 5, until: 9, untoldOf: 7 }),
    'client_certificate_in_order',
  ],
  [
    'what is registered and not used',
    ({ ends }) => ends.registered({ ...page, since: 5, unusedSince: 4 }),
    'client_certificate',
  ],
  [
    'what several have registered',
    ({ ends }) => ends.registered({ ...page, since: 5, sharedBeside: ['a'] }),
    'client_certificate',
  ],
  [
    'what clients came with',
    ({ ends }) => ends.presented({ ...page, since: 5, until: 9 }),
    // By the end, or by the clients of the method where statistics know of few.
    'certificate_use_',
  ],
  [
    'authorities of clients’ own',
    ({ ends }) => ends.authorities({ ...page, since: 5, until: 9 }),
    'client_authority_by_end',
  ],
  ['people', ({ users }) => users.list({ ...page, after: clientsAfter }), 'user_account'],
  ['whose password stands in', ({ users }) => users.passwordHashFrom('a'), 'user_account'],
  ['a search of people', ({ users }) => users.list({ ...page, search: 'three' }), 'user_account_by_gram'],
  ['events', ({ events }) => events.list({}, { ...page, after: timeAfter }), 'event_by_time'],
  ['events of a type', ({ events }) => events.list({ type: 'a.b' }, page), 'event_by_type'],
  [
    'events of a client',
    ({ events }) => events.list({ client_id: 'a', outcome: 'refused' }, page),
    'event_by_client',
  ],
  [
    'events of a person',
    ({ events }) => events.list({ person: 'a' }, page),
    'event_by_actor',
    'event_by_person',
  ],
  [
    'events of a kind',
    ({ events }) => events.list({ kind: 'sign_in', outcome: 'refused' }, page),
    'event_by_kind',
  ],
  [
    'events of a certificate',
    ({ events }) => events.list({ certificate: 'a', since: 5 }, { ...page, after: timeAfter }),
    'event_certificate',
  ],
  [
    'counts of requests',
    ({ requestCounts }) => requestCounts.histogram(19_900 * 60_000, 60_000),
    'request_count',
  ],
  ['a search of events', ({ events }) => events.list({ search: 'a' }, page), 'event_by_time'],
  ['sessions', ({ sessions }) => sessions.list({}, { ...page, after: timeAfter }, 5), 'session_by_time'],
  ['sessions of a person', ({ sessions }) => sessions.list({ sub: 'a' }, page, 5), 'session_by_sub'],
  [
    'a search of grants',
    ({ grants }) => grants.list({}, { ...page, search: 'a' }, 5),
    'authorization_grant_by_time',
  ],
  [
    'grants of a client',
    ({ grants }) => grants.list({ client_id: 'a' }, page, 5),
    'authorization_grant_of_client',
  ],
  ['grants of a person', ({ grants }) => grants.list({ sub: 'a' }, page, 5), 'authorization_grant_of_person'],
  ['a search of consents', ({ consents }) => consents.list({}, { ...page, search: 'a' }), 'consent_by_time'],
  [
    'deliveries to webhooks',
    ({ webhookDeliveries }) => webhookDeliveries.list({}, { ...page, after: timeAfter }),
    'webhook_delivery_in_order',
  ],
  [
    'deliveries that were given up',
    ({ webhookDeliveries }) => webhookDeliveries.list({ state: 'dead' }, page),
    'webhook_delivery_of_state',
  ],
  [
    'deliveries to a webhook',
    ({ webhookDeliveries }) => webhookDeliveries.list({ webhook: 'a' }, page),
    'webhook_delivery_of_webhook',
  ],
  [
    'deliveries of an event',
    ({ webhookDeliveries }) => webhookDeliveries.ofEvents(['a', 'b']),
    'webhook_delivery_of_event',
  ],
  [
    'deliveries whose time has come',
    ({ webhookDeliveries }) => webhookDeliveries.claim('a', 5, 6, 4),
    'webhook_delivery_due',
  ],
  [
    'groups of a person',
    ({ groups }) => groups.belongingsOf({ kind: 'person', id: 'a' }),
    'group_person_of_sub',
  ],
  [
    'groups of a client',
    ({ groups }) => groups.belongingsOf({ kind: 'client', id: 'a' }),
    'group_client_of_client_id',
  ],
  ['members of a group', ({ groups }) => groups.members('a', 'person', { limit: 5 }), 'group_person'],
  ['holders of a role', ({ roles }) => roles.holders('a', 'client', { limit: 5 }), 'role_client'],
  ['groups in a group', ({ groups }) => groups.list({ limit: 5, within: 'a' }), 'member_group_of_parent'],
  ['consents to a client', ({ consents }) => consents.list({ client_id: 'a' }, page), 'consent_of_client'],
];

/** PostgreSQL plans by what there is: so many rows that reading them all is dear. */
const ROWS = [
  `insert into client (client_id, client_name_key, search_text, client_id_issued_at, metadata, token_endpoint_auth_method,
     enabled, revision, search_grams)
   select md5(i::text), md5((i * 7)::text), md5((i * 7)::text), 1, '{}', 'client_secret_basic', 1, 1,
     array(select (i * j % 30000)::smallint from generate_series(1, 20) j) from generate_series(1, 10000) i`,
  `insert into client_certificate (thumbprint, client_id, not_after)
   select md5(i::text), md5(i::text), i from generate_series(1, 10000) i`,
  `insert into certificate_use (client_id, thumbprint, subject, not_before, not_after, first_used_at, last_used_at, expires_at)
   select md5(i::text), md5(i::text), 'CN=a', 0, i, 1, 1, 4000000000000 from generate_series(1, 10000) i`,
  `insert into expiry_notice (watched, ends_at, days, event_id, noted_at, expires_at)
   select 'client ' || md5(i::text) || ' ' || md5(i::text), i, 30, '', 1, 4000000000000 from generate_series(1, 10000) i`,
  `insert into client_authority (thumbprint, client_id, not_after)
   select md5((i % 5000)::text), md5(i::text), i % 5000 from generate_series(1, 10000) i`,
  `insert into user_account (sub, username, username_key, search_text, password_hash, roles, claims, enabled, created_at,
     revision, search_grams)
   select md5(i::text), i::text, md5((i * 7)::text), md5((i * 7)::text), '', '[]', '{}', 1, 1, 1,
     array(select (i * j % 30000)::smallint from generate_series(1, 20) j) from generate_series(1, 10000) i`,
  `insert into event (event_id, time, type, outcome, client_id, class, kind, actor_key, username_key, search_text, record)
   select md5(i::text), i, 'a.' || i % 20, 'success', md5((i % 50)::text), 'traffic', 'k' || i % 6, md5((i % 50)::text),
     md5((i % 50)::text), md5(i::text), repeat('x', 200)
   from generate_series(1, 20000) i`,
  `insert into event_certificate (thumbprint, at, event_id)
   select md5((i % 50)::text), i, md5(i::text) from generate_series(1, 20000) i`,
  `insert into request_count (minute, endpoint, outcome, count)
   select i * 60000, 'token', 'success', i from generate_series(1, 20000) i`,
  `insert into session (session_id, secret_sha256, sub, created_at, expires_at, record)
   select md5(i::text), md5(i::text), md5((i % 5000)::text), i, 4000000000000, repeat('x', 200)
   from generate_series(1, 20000) i`,
  `insert into authorization_grant (grant_id, client_id, sub, scope, created_at, expires_at)
   select md5(i::text), md5((1 + i % 50)::text), md5((i % 50)::text), 'openid', i, 4000000000000
   from generate_series(1, 20000) i`,
  `insert into consent (sub, client_id, scopes, granted_at)
   select md5(i::text), md5((1 + i % 50)::text), '["openid"]', i from generate_series(1, 20000) i`,
  `insert into webhook_delivery (delivery_id, webhook, event_id, event_type, body, state, attempts, next_attempt_at, created_at,
     expires_at)
   select md5(i::text), 'w' || i % 16, md5(i::text), 'client.created', repeat('x', 200),
     case when i % 50 = 0 then 'waiting' when i % 51 = 0 then 'dead' else 'delivered' end, 1, i, i, 4000000000000
   from generate_series(1, 20000) i`,
  `insert into member_group (group_id, name, name_key, description, parent_id, created_at, revision)
   select md5(i::text), i::text, i::text, '', md5((i % 100)::text), 1, 1 from generate_series(1, 10000) i`,
  `insert into application_role (role_id, name, name_key, description, created_at, revision)
   select md5(i::text), i::text, i::text, '', 1, 1 from generate_series(1, 10000) i`,
  ...['group', 'role'].flatMap((of) =>
    [
      ['person', 'sub'],
      ['client', 'client_id'],
    ].map(
      ([kind, key]) => `insert into ${of}_${kind} (${of}_id, ${key}, added_at)
        select md5((1 + i % 5000)::text), md5(i::text), 1 from generate_series(1, 10000) i`,
    ),
  ),
  `insert into role_group (role_id, group_id, added_at)
   select md5((1 + i % 5000)::text), md5(i::text), 1 from generate_series(1, 10000) i`,
  // Takes what was written into the index of grams.
  'vacuum analyze',
];

type Explain = (query: CompiledQuery) => Promise<string>;

/** How each database reads: a plan, and what in it reads a whole table. */
const READERS = {
  SQLite: {
    whole:
      /\bSCAN (client|user_account|event|event_certificate|request_count|session|authorization_grant|consent|client_certificate|webhook_delivery|certificate_use|client_authority|expiry_notice|member_group|application_role|(group|role)_(person|client|group))\s*$/m,
    async open({ options }: StartedDatabase) {
      assert(options.type === 'sqlite');
      const database = new DatabaseSync(options.file, { readOnly: true });
      const explain: Explain = async ({ sql, parameters }) => {
        const rows = database.prepare(`explain query plan ${sql}`).all(...parameters.map(bindable));
        return rows.map(({ detail }) => detail).join('\n');
      };
      return { explain, close: async () => database.close() };
    },
  },
  PostgreSQL: {
    whole:
      /Seq Scan on (client|user_account|event|event_certificate|request_count|session|authorization_grant|consent|client_certificate|webhook_delivery|certificate_use|client_authority|expiry_notice|member_group|application_role|(group|role)_(person|client|group))\b/,
    async open({ options }: StartedDatabase) {
      assert(options.type === 'postgres');
      const connection = new pg.Client({ connectionString: options.url });
      await connection.connect();
      for (const statement of ROWS) await connection.query(statement);
      const explain: Explain = async ({ sql, parameters }) => {
        const { rows } = await connection.query(`explain ${sql}`, [...parameters]);
        return rows.map((row) => row['QUERY PLAN']).join('\n');
      };
      return { explain, close: () => connection.end() };
    },
  },
} as const;

for (const kind of DATABASE_KINDS) {
  if (kind.name === 'PostgreSQL behind PgBouncer') continue;
  const { whole, open } = READERS[kind.name];
  describe(`what ${kind.name} reads of a table`, { skip: kind.skip, timeout: 60_000 }, () => {
    let started: StartedDatabase;
    let reader: Awaited<ReturnType<typeof open>>;
    before(async () => {
      started = await kind.start();
      await migrateStorage(started.options);
      reader = await open(started);
    });
    after(async () => {
      await reader?.close();
      await started?.stop();
    });

    for (const [what, ask, ...indexes] of ASKED) {
      test(`an index has of ${what}`, async () => {
        const { database, take } = recordedStatements(started.options.type);
        await ask(storesOver(database)).catch(() => {});
        const plans: string[] = [];
        for (const query of take()) plans.push(await reader.explain(query));
        assert.ok(plans.length > 0);
        for (const plan of plans) assert.doesNotMatch(plan, whole);
        for (const index of indexes)
          assert.ok(
            plans.some((plan) => plan.includes(index)),
            plans.join('\n\n'),
          );
      });
    }
  });
}
