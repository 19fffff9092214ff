import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Readable, Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Certificate } from '@countersign/x509';
import pg from 'pg';
import { startPostgres, whyNoPostgres } from '../../test/postgres.ts';
import type { Client } from '../client/client.ts';
import { ClientMetadata } from '../client/client-metadata.ts';
import type { Event } from '../event/event.ts';
import type { AuthorizationCode } from '../token/authorization-code.ts';
import type { Grant } from '../token/grant.ts';
import type { ReferenceToken } from '../token/reference-token.ts';
import type { RefreshToken } from '../token/refresh-token.ts';
import type { StoredSigningKey } from '../token/signing-key.ts';
import type { Session } from '../user/session.ts';
import type { User } from '../user/user.ts';
import { SCHEMA_VERSION } from './migrate.ts';
import { migrateStorage, openStorage, type StorageOptions } from './open-storage.ts';
import { openSqlite } from './sqlite.ts';
import { type ClientFilter, type ListingPage, type Storage, StorageConflict } from './storage.ts';
import { CorruptRecord, InvalidCursor, NewerSchema, StorageUnavailable } from './storage-errors.ts';

const DAY = 86_400_000;
const PROCESS = resolve(import.meta.dirname, '../../test/storage-process.ts');

const unique = (name: string) => `${name}-${randomUUID()}`;

function client(over: Partial<Client> = {}, metadata: Partial<ClientMetadata> = {}): Client {
  return {
    client_id: unique('client'),
    client_id_issued_at: 1_700_000_000,
    metadata: ClientMetadata.parse({
      client_name: 'Statements',
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['client_credentials'],
      ...metadata,
    }),
    enabled: true,
    revision: 1,
    ...over,
  };
}

function user(over: Partial<User> = {}): User {
  const sub = unique('sub');
  return {
    sub,
    username: sub,
    password_hash: '$argon2id$…',
    roles: [],
    claims: {},
    enabled: true,
    created_at: 1_000,
    revision: 1,
    ...over,
  };
}

const grant = (client_id: string, over: Partial<Grant> = {}): Grant => ({
  grant_id: unique('grant'),
  client_id,
  sub: 'alice',
  scope: 'openid',
  created_at: 1_000,
  expires_at: 9_000,
  ...over,
});

const code = (client_id: string, over: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
  code_sha256: unique('code'),
  grant_id: 'grant',
  client_id,
  sub: 'alice',
  scope: 'openid',
  redirect_uri: 'https://client.example/callback',
  auth_time: 1,
  session_id: 'session',
  amr: ['pwd'],
  claims: { userinfo: { email: null } },
  expires_at: 9_000,
  ...over,
});

const refreshToken = (client_id: string, over: Partial<RefreshToken> = {}): RefreshToken => ({
  token_sha256: unique('refresh'),
  grant_id: 'grant',
  client_id,
  sub: 'alice',
  scope: 'openid',
  cnf: { 'x5t#S256': 'thumbprint' },
  issued_at: 1_000,
  expires_at: 9_000,
  ...over,
});

const referenceToken = (client_id: string, over: Partial<ReferenceToken> = {}): ReferenceToken => ({
  token_sha256: unique('reference'),
  jti: 'jti',
  client_id,
  sub: 'alice',
  scope: 'openid',
  audience: ['https://api.example'],
  issued_at: 1_000,
  expires_at: 9_000,
  ...over,
});

const session = (over: Partial<Session> = {}): Session => ({
  session_id: unique('session'),
  secret_sha256: unique('secret'),
  sub: 'alice',
  auth_time: 1,
  amr: ['pwd'],
  client_ids: [],
  created_at: 1_000,
  last_seen_at: 1_000,
  expires_at: 9_000,
  ...over,
});

const signingKey = (over: Partial<StoredSigningKey> = {}): StoredSigningKey => ({
  kid: unique('kid'),
  alg: 'ES256',
  state: 'active',
  sealed_private_jwk: 'sealed',
  created_at: 1_000,
  ...over,
});

const event = (over: Partial<Event> = {}): Event => ({
  event_id: unique('event'),
  time: 1_000,
  type: 'token.issued',
  outcome: 'success',
  ...over,
});

/** Two self-signed certificates and, as openssl and sha256sum tell them, their thumbprints. */
const CERTIFICATES = [
  {
    pem: `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUYleFTvVx9Z13o3bbMoKm4uYmQZMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJc3RvcmFnZSAxMCAXDTI2MTEyNDIxNTMwNloYDzIxMjYxMDMx
MjE1MzA2WjAUMRIwEAYDVQQDDAlzdG9yYWdlIDEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARYr0DlD/Rt4BaDVFgFnCHKt23XtfFBp7jK0kmIC6P6ksLQDCbDMksa
zmHrPqpILvXjOvfhXnMeBqBSZy1koQDLo1MwUTAdBgNVHQ4EFgQUI49ak3+yGaZf
F5+bAmw2gh8L230wHwYDVR0jBBgwFoAUI49ak3+yGaZfF5+bAmw2gh8L230wDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBa3Eh132L0WC8OUGb7TDzH
Cn1OxooZWOZ1jk0BSljQYgIhALrsc/BJqEXEZrWrxS3M4t4cKSxbDb6D/gHTzMBz
J6gQ
-----END CERTIFICATE-----
`,
    thumbprint: 'CIlHeBQ9ZKRGhQt_jlnA_ESyVWVK9vt-RshPFeOTQMc',
  },
  {
    pem: `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUREDFXxItbTMKYLZA999HN9pCJLQwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJc3RvcmFnZSAyMCAXDTI2MTEyNDIxNTMwN1oYDzIxMjYxMDMx
MjE1MzA3WjAUMRIwEAYDVQQDDAlzdG9yYWdlIDIwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR+gO9LYo90eqnBYRy46zKdHoFcrHCr+IdKqEAn5vWCIFwSAnHrN2RJ
0DD9WcVHEhso6y18TuXRTVTlgb8D2CFDo1MwUTAdBgNVHQ4EFgQU/WteRN3dI/wV
DFxUplQ97zsPD/kwHwYDVR0jBBgwFoAU/WteRN3dI/wVDFxUplQ97zsPD/kwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAkdiCSzD4b7Z6b152E7Cf
bFdB+Qq0JD2TsJRpPSXTWMwCIQD+yQghtWm28utfSIKy0kyegct85THt4J/DOSvx
l3etRw==
-----END CERTIFICATE-----
`,
    thumbprint: 'RZUYJd9tRqzwypDaXxJjQDzIzf30temlg7SvKchDslI',
  },
] as const;

/** Reads a listing to its end, `limit` at a time. */
async function readAll<T>(list: (after: string | undefined) => Promise<ListingPage<T>>): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  for (let pages = 0; pages < 100; pages++) {
    const page = await list(next);
    items.push(...page.items);
    if (page.next === undefined) return items;
    next = page.next;
  }
  throw new Error('the listing does not end');
}

const from = (after: string | undefined) => (after === undefined ? {} : { after });

/** Whether the storage answers twice alike, as it does while it hears of changes. */
function isSteady(storage: Storage): boolean {
  const version = storage.registryVersion();
  return storage.registryVersion() === version;
}

async function eventually(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return;
    await delay(25);
  }
  assert.fail('did not come to hold within ten seconds');
}

class OtherProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #exited: Promise<unknown>;
  readonly lines: string[] = [];

  constructor(task: string, options: StorageOptions, argument = '') {
    const place = options.type === 'sqlite' ? options.file : options.url;
    this.#child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', PROCESS, task, options.type, place, argument],
      { stdio: ['pipe', 'pipe', 'inherit'], timeout: 60_000 },
    );
    this.#exited = once(this.#child, 'close');
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line));
  }

  hasSaid(count: number): Promise<void> {
    return eventually(() => this.lines.length >= count);
  }

  /** Lets a process that waits go on. */
  go(): void {
    this.#child.stdin.end('go\n');
  }

  async end(signal?: 'SIGKILL'): Promise<readonly string[]> {
    if (signal) this.#child.kill(signal);
    await this.#exited;
    return this.lines;
  }
}

type TestDatabase = {
  readonly options: StorageOptions;
  /** Runs one statement behind the storage's back. */
  execute(statement: string): Promise<void>;
  stop(): Promise<void>;
};

const DATABASES: readonly {
  readonly name: string;
  readonly skip: string | false;
  start(): Promise<TestDatabase>;
}[] = [
  {
    name: 'SQLite',
    skip: false,
    async start() {
      const folder = await mkdtemp(join(tmpdir(), 'countersign-storage-'));
      const file = join(folder, 'countersign.db');
      return {
        options: { type: 'sqlite', file },
        async execute(statement) {
          const database = new DatabaseSync(file, { timeout: 5_000 });
          database.exec(statement);
          database.close();
        },
        stop: () => rm(folder, { recursive: true }),
      };
    },
  },
  {
    name: 'PostgreSQL',
    skip: whyNoPostgres(),
    async start() {
      const { url, stop } = await startPostgres();
      return {
        options: { type: 'postgres', url },
        async execute(statement) {
          const connection = new pg.Client({ connectionString: url });
          await connection.connect();
          await connection.query(statement).finally(() => connection.end());
        },
        stop,
      };
    },
  },
];

for (const { name, skip, start } of DATABASES) {
  describe(`storage on ${name}`, { skip, timeout: 120_000 }, () => {
    let database: TestDatabase;
    let storage: Storage;

    before(async () => {
      database = await start();
      // Four processes meet an empty database at the same moment.
      const processes = Array.from({ length: 4 }, () => new OtherProcess('migrate', database.options));
      for (const each of processes) await each.hasSaid(1);
      for (const each of processes) each.go();
      const said = await Promise.all(processes.map((each) => each.end()));
      assert.deepEqual(said.map((lines) => lines[1]).sort(), [
        'from 0',
        ...Array(3).fill(`from ${SCHEMA_VERSION}`),
      ]);
      storage = await openStorage(database.options);
    });

    after(async () => {
      await storage?.close();
      await database?.stop();
    });

    const insertedClient = async (over: Partial<Client> = {}, metadata: Partial<ClientMetadata> = {}) => {
      const inserted = client(over, metadata);
      await storage.clients.insert(inserted);
      return inserted;
    };

    test('migrating an up-to-date schema changes nothing', async () => {
      assert.deepEqual(await migrateStorage(database.options), {
        from: SCHEMA_VERSION,
        to: SCHEMA_VERSION,
      });
    });

    test('a schema of a newer version is refused and left as it is', async () => {
      await database.execute('update schema_version set version = 4242');
      try {
        await assert.rejects(openStorage(database.options), (error) => {
          assert(error instanceof NewerSchema);
          assert.equal(error.found, 4242);
          assert.match(error.message, new RegExp(`schema version 4242.*up to ${SCHEMA_VERSION}`, 's'));
          return true;
        });
        await assert.rejects(migrateStorage(database.options), NewerSchema);
      } finally {
        await database.execute(`update schema_version set version = ${SCHEMA_VERSION}`);
      }
    });

    describe('clients', () => {
      test('come back as they went in', async () => {
        const plain = await insertedClient();
        assert.deepEqual(await storage.clients.find(plain.client_id), plain);
        const full = await insertedClient(
          { client_secret_sha256: 'hash', enabled: false, revision: 7 },
          { client_name: 'Ünïcode 😀 " \\ %', jwks: { keys: [{ kty: 'EC', x: 'y' }] } },
        );
        assert.deepEqual(await storage.clients.find(full.client_id), full);
        assert.equal(await storage.clients.find('absent'), undefined);
        assert.equal(await storage.clients.find('nul\0inside'), undefined);
      });

      test('a taken client_id is a conflict and leaves the first client alone', async () => {
        const first = await insertedClient();
        await assert.rejects(
          storage.clients.insert({ ...first, enabled: false }),
          (error) => error instanceof StorageConflict && error.message.includes(first.client_id),
        );
        assert.deepEqual(await storage.clients.find(first.client_id), first);
      });

      test('of many updates from one revision exactly one wins', async () => {
        const first = await insertedClient();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 20 }, () => storage.clients.update({ ...first, enabled: false, revision: 2 })),
        );
        const lost = outcomes.filter(
          (each) => each.status === 'rejected' && each.reason instanceof StorageConflict,
        );
        assert.equal(lost.length, 19);
        assert.deepEqual(await storage.clients.find(first.client_id), {
          ...first,
          enabled: false,
          revision: 2,
        });
        await assert.rejects(storage.clients.update(client({ revision: 2 })), StorageConflict);
      });

      test('are listed by name without regard to case, then by client_id, page by page', async () => {
        const tag = unique('listing');
        const expected = ['alpha', 'Beta', 'beta', 'BETA', 'gamma'].map((word, index) =>
          client({ client_id: `${tag}-${index}` }, { client_name: word }),
        );
        for (const each of expected.toReversed()) await storage.clients.insert(each);
        for (const limit of [1, 2, 5, 50]) {
          const listed = await readAll((next) => storage.clients.list({ search: tag, limit, ...from(next) }));
          assert.deepEqual(listed, expected, `${limit} a page`);
        }
        const exact = await storage.clients.list({ search: tag, limit: 5 });
        assert.equal(exact.next, undefined, 'a full last page names no next');
      });

      test('search matches name or client_id, takes its text literally, and ignores case', async () => {
        const tag = unique('search');
        const named = await insertedClient({}, { client_name: `Größe 100%_${tag}` });
        const other = await insertedClient({ client_id: `ID-${tag}` }, { client_name: 'other' });
        const found = async (search: string) =>
          (await storage.clients.list({ search, limit: 10 })).items.map(({ client_id }) => client_id);
        assert.deepEqual(await found(`GRÖSSE 100%_${tag}`.replace('SS', 'ß')), [named.client_id]);
        assert.deepEqual(await found(`100_%${tag}`), []);
        assert.deepEqual(await found(`%${tag}`), []);
        assert.deepEqual(await found(`id-${tag}`.toUpperCase()), [other.client_id]);
        assert.deepEqual((await found(tag)).toSorted(), [named.client_id, other.client_id].toSorted());
      });

      test('a cursor that is none of this listing is refused', async () => {
        for (const cursor of ['', '!', 'bm90IGpzb24', Buffer.from('[1,2]').toString('base64url')]) {
          await assert.rejects(storage.clients.list({ after: cursor, limit: 1 }), InvalidCursor);
        }
      });

      test('are counted', async () => {
        const counted = await storage.clients.count();
        await insertedClient();
        assert.equal(await storage.clients.count(), counted + 1);
      });

      test('are found by the thumbprint of a registered certificate, and only while it is registered', async () => {
        const [old, next] = CERTIFICATES;
        const first = await insertedClient({}, { certificates: [old.pem, old.pem] });
        const second = await insertedClient({}, { certificates: [next.pem, old.pem] });
        const found = async (thumbprint: string) =>
          (await storage.clients.findByThumbprint(thumbprint)).map(({ client_id }) => client_id).toSorted();
        assert.deepEqual(await found(old.thumbprint), [first.client_id, second.client_id].toSorted());
        assert.deepEqual(await storage.clients.findByThumbprint(next.thumbprint), [second]);

        await storage.clients.update({
          ...second,
          metadata: { ...second.metadata, certificates: [next.pem] },
          revision: 2,
        });
        assert.deepEqual(await found(old.thumbprint), [first.client_id]);
        await storage.clients.remove(second.client_id);
        assert.deepEqual(await found(next.thumbprint), []);

        const certificate = new X509Certificate(next.pem);
        const jwk = { ...certificate.publicKey.export({ format: 'jwk' }), kty: 'EC' };
        const bySet = await insertedClient(
          {},
          { jwks: { keys: [{ ...jwk, x5c: [certificate.raw.toString('base64')] }] } },
        );
        const byThumbprint = await insertedClient(
          {},
          { jwks: { keys: [{ ...jwk, 'x5t#S256': next.thumbprint }] } },
        );
        const ids = [bySet.client_id, byThumbprint.client_id].toSorted();
        assert.deepEqual(await found(next.thumbprint), ids);
      });

      test('are listed by state, method and the end of a certificate, alone and together', async () => {
        const tag = unique('narrowed');
        const [old] = CERTIFICATES;
        const { notAfter } = Certificate.fromDer(new X509Certificate(old.pem).raw);
        const add = async (over: Partial<Client>, metadata: Partial<ClientMetadata>) =>
          (await insertedClient(over, { client_name: tag, ...metadata })).client_id;
        const secret = await add({}, { token_endpoint_auth_method: 'client_secret_basic' });
        const off = await add({ enabled: false }, { token_endpoint_auth_method: 'client_secret_basic' });
        const certified = await add(
          {},
          { token_endpoint_auth_method: 'self_signed_tls_client_auth', certificates: [old.pem] },
        );
        const listed = async (filter: ClientFilter) =>
          (await storage.clients.list({ search: tag, limit: 10, ...filter })).items
            .map(({ client_id }) => client_id)
            .toSorted();
        const basic = { token_endpoint_auth_method: 'client_secret_basic' };
        assert.deepEqual(await listed({}), [secret, off, certified].toSorted());
        assert.deepEqual(await listed({ enabled: false }), [off]);
        assert.deepEqual(await listed(basic), [secret, off].toSorted());
        assert.deepEqual(await listed({ ...basic, enabled: true }), [secret]);
        assert.deepEqual(await listed({ certificateEndsBefore: notAfter + 1 }), [certified]);
        assert.deepEqual(await listed({ certificateEndsBefore: notAfter }), []);
        assert.deepEqual(await listed({ ...basic, certificateEndsBefore: notAfter + 1 }), []);
      });

      test('have their certificates counted by end, and the soonest named', async () => {
        const [old] = CERTIFICATES;
        const { notAfter, thumbprint } = Certificate.fromDer(new X509Certificate(old.pem).raw);
        const bounds = [notAfter, notAfter + 1];
        const before = await storage.clients.countCertificateEnds(bounds);
        const { client_id } = await insertedClient({}, { client_name: 'ends', certificates: [old.pem] });
        const after = await storage.clients.countCertificateEnds(bounds);
        assert.deepEqual(
          after.map((count, index) => count - (before[index] ?? 0)),
          [0, 1, 0],
        );
        const soonest = await storage.clients.soonestCertificateEnds(notAfter, 1000);
        assert.deepEqual(
          soonest.find((end) => end.client_id === client_id),
          { client_id, client_name: 'ends', thumbprint, not_after: notAfter },
        );
        const later = await storage.clients.soonestCertificateEnds(notAfter + 1, 1000);
        assert.equal(
          later.find((end) => end.client_id === client_id),
          undefined,
        );
        await storage.clients.remove(client_id);
        assert.deepEqual(await storage.clients.countCertificateEnds(bounds), before);
      });

      test('removal takes grants, codes, tokens and consents along, and those of no other client', async () => {
        const [gone, kept] = [await insertedClient(), await insertedClient()];
        const belongings = async ({ client_id }: Client) => {
          const held = {
            grant: grant(client_id),
            code: code(client_id),
            refresh: refreshToken(client_id),
            reference: referenceToken(client_id),
          };
          await storage.grants.insert(held.grant);
          await storage.authorizationCodes.insert(held.code);
          await storage.refreshTokens.insert(held.refresh);
          await storage.referenceTokens.insert(held.reference);
          await storage.consents.put({ sub: 'alice', client_id, scopes: [], granted_at: 1 });
          return async () => [
            (await storage.grants.find(held.grant.grant_id)) !== undefined,
            (await storage.authorizationCodes.redeem(held.code.code_sha256, 1)).outcome !== 'unknown',
            (await storage.refreshTokens.find(held.refresh.token_sha256)) !== undefined,
            (await storage.referenceTokens.find(held.reference.token_sha256)) !== undefined,
            (await storage.consents.find('alice', client_id)) !== undefined,
          ];
        };
        const [ofGone, ofKept] = [await belongings(gone), await belongings(kept)];
        assert.equal(await storage.clients.remove(gone.client_id), true);
        assert.equal(await storage.clients.remove(gone.client_id), false);
        assert.equal(await storage.clients.find(gone.client_id), undefined);
        assert.deepEqual(await ofGone(), Array(5).fill(false));
        assert.deepEqual(await ofKept(), Array(5).fill(true));
      });

      test('nothing can be issued to a client that is gone', async () => {
        await assert.rejects(storage.referenceTokens.insert(referenceToken('absent')), StorageConflict);
        await assert.rejects(storage.refreshTokens.insert(refreshToken('absent')), StorageConflict);
        await assert.rejects(storage.grants.insert(grant('absent')), StorageConflict);
      });

      test('metadata damaged in the database is told as such', async () => {
        const { client_id } = await insertedClient();
        await database.execute(
          `update client set metadata = '{"client_name":7}' where client_id = '${client_id}'`,
        );
        await assert.rejects(
          storage.clients.find(client_id),
          (error) => error instanceof CorruptRecord && error.message.includes(client_id),
        );
        await storage.clients.remove(client_id);
      });
    });

    describe('users', () => {
      test('come back as they went in', async () => {
        const full = user({
          roles: ['owner', 'auditor'],
          claims: { name: 'Alice', address: { country: 'NZ' } },
          enabled: false,
        });
        await storage.users.insert(full);
        assert.deepEqual(await storage.users.find(full.sub), full);
        assert.equal(await storage.users.find('absent'), undefined);
      });

      test('a username is one name in every case and compatible spelling', async () => {
        const tag = randomUUID();
        const alice = user({ username: `Ålice-${tag}` });
        await storage.users.insert(alice);
        for (const spelling of [`åLICE-${tag}`, `A\u030Alice-${tag}`, `ÅＬＩＣＥ-${tag}`]) {
          assert.deepEqual(await storage.users.findByUsername(spelling), alice, spelling);
          await assert.rejects(storage.users.insert(user({ username: spelling })), StorageConflict);
        }
        assert.equal(await storage.users.findByUsername(`alice-${tag}`), undefined);
      });

      test('conflicts: a taken sub, a taken username, another revision', async () => {
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

      test('are listed by username; search matches username, name and email', async () => {
        const tag = randomUUID();
        const carol = user({ username: `carol-${tag}` });
        const adam = user({ username: `Adam-${tag}` });
        const bea = user({
          username: unique('b'),
          claims: { name: `Bea ${tag}`, email: `bea@${tag}.example` },
        });
        for (const each of [carol, bea, adam]) await storage.users.insert(each);
        const listed = await readAll((next) =>
          storage.users.list({ search: tag.toUpperCase(), limit: 2, ...from(next) }),
        );
        assert.deepEqual(listed, [adam, bea, carol]);
        assert.deepEqual((await storage.users.list({ search: `BEA@${tag}`, limit: 9 })).items, [bea]);
        await assert.rejects(storage.users.list({ after: 'x', limit: 1 }), InvalidCursor);
      });

      test('removal takes sessions, grants, tokens and consents along', async () => {
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
        const { outcome } = await storage.authorizationCodes.redeem(held.code.code_sha256, 1);
        assert.equal(outcome, 'unknown');
        assert.equal(await storage.refreshTokens.find(held.refresh.token_sha256), undefined);
        assert.equal(await storage.referenceTokens.find(held.reference.token_sha256), undefined);
        assert.equal(await storage.consents.find(sub, client_id), undefined);
      });
    });

    describe('signing keys', () => {
      const ofAlg = async (alg: StoredSigningKey['alg']) =>
        (await storage.signingKeys.list()).filter((key) => key.alg === alg);

      test('of many first keys one wins and everyone gets it', async () => {
        const candidates = Array.from({ length: 10 }, () => signingKey({ alg: 'ES256' }));
        const winners = await Promise.all(candidates.map((key) => storage.signingKeys.insertIfNone(key)));
        const stored = await ofAlg('ES256');
        assert.equal(stored.length, 1);
        for (const winner of winners) assert.deepEqual(winner, stored[0]);
        const next = signingKey({ alg: 'ES256', state: 'next' });
        assert.deepEqual(await storage.signingKeys.insertIfNone(next), next);
      });

      test('rotation retires the active key; the next one signs, and the new one waits', async () => {
        const active = signingKey({ alg: 'PS256' });
        const next = signingKey({ alg: 'PS256', state: 'next', created_at: 1_001 });
        await storage.signingKeys.insertIfNone(active);
        await storage.signingKeys.insertIfNone(next);
        const fresh = signingKey({ alg: 'PS256', state: 'next', created_at: 1_002 });
        await storage.signingKeys.rotate(fresh, 5_000);
        const retired = { ...active, state: 'retired', retired_at: 5_000 };
        assert.deepEqual(await ofAlg('PS256'), [retired, { ...next, state: 'active' }, fresh]);

        const urgent = signingKey({ alg: 'PS256', created_at: 1_003 });
        await storage.signingKeys.rotate(urgent, 6_000);
        assert.deepEqual(await ofAlg('PS256'), [
          retired,
          { ...next, state: 'retired', retired_at: 6_000 },
          fresh,
          urgent,
        ]);
        await storage.signingKeys.rotate(fresh, 7_000);
        assert.deepEqual(
          (await ofAlg('PS256')).map(({ state }) => state),
          ['retired', 'retired', 'active', 'retired'],
        );
      });

      test('rotation without a next key makes the new one active', async () => {
        const first = signingKey({ alg: 'EdDSA' });
        const second = signingKey({ alg: 'EdDSA', state: 'next', created_at: 1_001 });
        await storage.signingKeys.insertIfNone(first);
        await storage.signingKeys.rotate(second, 5_000);
        assert.deepEqual(await ofAlg('EdDSA'), [
          { ...first, state: 'retired', retired_at: 5_000 },
          { ...second, state: 'active' },
        ]);
        assert.equal(await storage.signingKeys.remove(first.kid), true);
        assert.equal(await storage.signingKeys.remove(first.kid), false);
      });

      test('rotations at once leave one active and one next key', async () => {
        await storage.signingKeys.insertIfNone(signingKey({ alg: 'RS256' }));
        await storage.signingKeys.insertIfNone(signingKey({ alg: 'RS256', state: 'next' }));
        await Promise.all(
          Array.from({ length: 6 }, () =>
            storage.signingKeys.rotate(signingKey({ alg: 'RS256', state: 'next' }), 5_000),
          ),
        );
        const states = (await ofAlg('RS256')).map(({ state }) => state).toSorted();
        assert.deepEqual(states, ['active', 'next', ...Array(6).fill('retired')]);
      });
    });

    test('failed guesses: each of many at once is counted, the old ones fall out of the window', async () => {
      const key = unique('user:alice');
      const counts = await Promise.all(
        Array.from({ length: 20 }, () => storage.guesses.fail(key, 1_000, 500)),
      );
      assert.deepEqual(
        counts.toSorted((a, b) => a - b),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
      assert.equal(await storage.guesses.count(key, 1_499, 500), 20);
      assert.equal(await storage.guesses.count(key, 1_500, 500), 0);
      assert.equal(await storage.guesses.fail(key, 1_600, 500), 1);
      assert.equal(await storage.guesses.count(unique('user:bob'), 1_600, 500), 0);
      await storage.guesses.clear(key);
      assert.equal(await storage.guesses.count(key, 1_600, 500), 0);
    });

    describe('events', () => {
      test('come back as they went in, and a batch sent again is not doubled', async () => {
        const full = event({
          outcome: 'refused',
          type: 'token.refused',
          client_id: 'with\0nul',
          username: 'alice',
          remote_address: '192.0.2.1',
          certificate: { thumbprint: 'Abc', subject: 'CN=x' },
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

      test('are listed newest first, page by page, narrowed by every filter', async () => {
        const client_id = unique('client');
        const events = [
          event({ client_id, time: 5_000, type: 'token.refused', outcome: 'refused' }),
          event({ client_id, time: 4_000, type: 'token.issued', username: 'Alice' }),
          event({ client_id, time: 3_000, type: 'token', because: 'jwks_unavailable' }),
          event({ client_id, time: 2_000, type: 'tokens.swept', certificate: { thumbprint: 'X-Y_z' } }),
          event({ client_id, time: 1_000, type: 'client.created' }),
        ];
        await storage.events.append(events);
        const all = await readAll((next) => storage.events.list({ client_id }, { limit: 2, ...from(next) }));
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

      test('more events than one statement takes are all written, or none of them', async () => {
        const client_id = unique('client');
        const many = Array.from({ length: 450 }, (_, time) => event({ client_id, time }));
        const unstorable = { ...event({ client_id }), time: 0.5 };
        await assert.rejects(storage.events.append([...many, unstorable]));
        assert.deepEqual((await storage.events.list({ client_id }, { limit: 1 })).items, []);
        await storage.events.append(many);
        const { items } = await storage.events.list({ client_id }, { limit: 1_000 });
        assert.equal(items.length, 450);
      });

      test('histogram counts by bucket and outcome, oldest first', async () => {
        const since = 10 ** 12;
        await storage.events.append(
          [0, 1, 999, 1_000, 2_500].map((offset) => event({ time: since + offset })),
        );
        await storage.events.append([event({ time: since + 1_999, outcome: 'refused' })]);
        assert.deepEqual(await storage.events.histogram(since, 1_000), [
          { time: since, outcome: 'success', count: 3 },
          { time: since + 1_000, outcome: 'refused', count: 1 },
          { time: since + 1_000, outcome: 'success', count: 1 },
          { time: since + 2_000, outcome: 'success', count: 1 },
        ]);
      });

      test('prune keeps the newest', async () => {
        const newest = [3, 2, 1].map((offset) => event({ time: 10 ** 13 + offset }));
        await storage.events.append(newest);
        await storage.events.prune(2);
        assert.deepEqual((await storage.events.list({}, { limit: 10 })).items, newest.slice(0, 2));
        await storage.events.prune(2);
        assert.equal((await storage.events.list({}, { limit: 10 })).items.length, 2);
        await storage.events.prune(0);
        assert.deepEqual((await storage.events.list({}, { limit: 10 })).items, []);
      });
    });

    describe('grants', () => {
      test('are in force until revoked, and revoking revokes the reference tokens from them', async () => {
        const { client_id } = await insertedClient();
        const given = grant(client_id);
        const token = referenceToken(client_id, { grant_id: given.grant_id });
        await storage.grants.insert(given);
        await storage.referenceTokens.insert(token);
        assert.deepEqual(await storage.grants.find(given.grant_id), given);
        const revocations = await Promise.all(
          Array.from({ length: 10 }, () => storage.grants.revoke(given.grant_id, 2_000)),
        );
        assert.equal(revocations.filter(Boolean).length, 1);
        assert.deepEqual(await storage.grants.find(given.grant_id), { ...given, revoked_at: 2_000 });
        assert.deepEqual(await storage.referenceTokens.find(token.token_sha256), {
          ...token,
          revoked_at: 2_000,
        });
        const late = referenceToken(client_id, { grant_id: given.grant_id });
        await storage.referenceTokens.insert(late);
        assert.equal((await storage.referenceTokens.find(late.token_sha256))?.revoked_at, 2_000);
        assert.equal(await storage.grants.revoke('absent', 1), false);
        const expired = grant(client_id, { expires_at: 1_500 });
        await storage.grants.insert(expired);
        assert.equal(await storage.grants.revoke(expired.grant_id, 2_000), false);
      });

      test('of a person are revoked together, all or with one client', async () => {
        const [one, two] = [await insertedClient(), await insertedClient()];
        const sub = unique('sub');
        for (const { client_id } of [one, one, two]) await storage.grants.insert(grant(client_id, { sub }));
        const others = grant(one.client_id, { sub: unique('other') });
        await storage.grants.insert(others);
        assert.equal(await storage.grants.revokeAll({ sub, client_id: one.client_id }, 2_000), 2);
        assert.equal(await storage.grants.revokeAll({ sub }, 2_000), 1);
        assert.equal(await storage.grants.revokeAll({ sub }, 2_000), 0);
        assert.deepEqual(await storage.grants.find(others.grant_id), others);
      });

      test('in force are listed newest first', async () => {
        const [one, two] = [await insertedClient(), await insertedClient()];
        const sub = unique('sub');
        const grants = [one, two, one].map(({ client_id }, index) =>
          grant(client_id, { sub, created_at: 3_000 - index }),
        );
        const expired = grant(one.client_id, { sub, expires_at: 4_000 });
        const revoked = grant(one.client_id, { sub, revoked_at: 4_000 });
        for (const each of [...grants, expired, revoked]) await storage.grants.insert(each);
        const all = await readAll((next) => storage.grants.list({ sub }, { limit: 1, ...from(next) }, 4_000));
        assert.deepEqual(all, grants);
        const ofTwo = await storage.grants.list({ client_id: two.client_id }, { limit: 9 }, 4_000);
        assert.deepEqual(ofTwo.items, [grants[1]]);
        const found = await storage.grants.list({ sub }, { search: two.client_id, limit: 9 }, 4_000);
        assert.deepEqual(found.items, [grants[1]]);
      });
    });

    describe('what may be used once', () => {
      test('50 parallel uses of a code: one redeems it, the others learn its grant', async () => {
        const { client_id } = await insertedClient();
        const issued = code(client_id);
        await storage.authorizationCodes.insert(issued);
        assert.deepEqual(await storage.authorizationCodes.find(issued.code_sha256), issued);
        const redemptions = await Promise.all(
          Array.from({ length: 50 }, () => storage.authorizationCodes.redeem(issued.code_sha256, 2_000)),
        );
        const outcomes = redemptions.map(({ outcome }) => outcome).toSorted();
        assert.deepEqual(outcomes, ['redeemed', ...Array(49).fill('reused')]);
        for (const redemption of redemptions) {
          assert(redemption.outcome !== 'unknown');
          assert.deepEqual(redemption.item, issued);
        }
        const used = await storage.authorizationCodes.find(issued.code_sha256);
        assert.deepEqual(used, { ...issued, used_at: 2_000 });
        assert.equal(await storage.authorizationCodes.find('absent'), undefined);
        assert.deepEqual(await storage.authorizationCodes.redeem('absent', 1), { outcome: 'unknown' });
      });

      test('50 uses of a code from two processes: one redeems it', async () => {
        const { client_id } = await insertedClient();
        const issued = code(client_id);
        await storage.authorizationCodes.insert(issued);
        const processes = [1, 2].map(() => new OtherProcess('redeem', database.options, issued.code_sha256));
        for (const each of processes) await each.hasSaid(1);
        for (const each of processes) each.go();
        const said = (await Promise.all(processes.map((each) => each.end()))).flat();
        assert.deepEqual(said.toSorted(), [
          ...Array(2).fill('ready'),
          'redeemed',
          ...Array(49).fill('reused'),
        ]);
      });

      test('50 parallel uses of a refresh token: one redeems it', async () => {
        const { client_id } = await insertedClient();
        const issued = refreshToken(client_id);
        await storage.refreshTokens.insert(issued);
        assert.deepEqual(await storage.refreshTokens.find(issued.token_sha256), issued);
        const redemptions = await Promise.all(
          Array.from({ length: 50 }, (_, index) =>
            storage.refreshTokens.redeem(issued.token_sha256, 2_000 + index),
          ),
        );
        const [first, ...others] = redemptions.toSorted((a, b) => a.outcome.localeCompare(b.outcome));
        assert(first?.outcome === 'redeemed');
        const used = { ...issued, used_at: first.item.used_at };
        assert.equal(typeof used.used_at, 'number');
        assert.deepEqual(first.item, used);
        for (const each of others) assert.deepEqual(each, { outcome: 'reused', item: used });
        assert.deepEqual(await storage.refreshTokens.find(issued.token_sha256), used);
        assert.deepEqual(await storage.refreshTokens.redeem('absent', 1), { outcome: 'unknown' });
      });

      test('of parallel claims to an identifier one succeeds', async () => {
        const key = unique('jti');
        const claims = await Promise.all(Array.from({ length: 50 }, () => storage.replays.claim(key, 9_000)));
        assert.equal(claims.filter(Boolean).length, 1);
        assert.equal(await storage.replays.claim(unique('jti'), 9_000), true);
      });

      test('of parallel takers of an ephemeral value one gets it', async () => {
        const [kind, key] = ['par', unique('request_uri')];
        await storage.ephemerals.put(kind, key, { scope: 'openid' }, 9_000);
        const taken = await Promise.all(
          Array.from({ length: 50 }, () => storage.ephemerals.take(kind, key, 2_000)),
        );
        assert.deepEqual(
          taken.filter((value) => value !== undefined),
          [{ scope: 'openid' }],
        );
      });
    });

    test('ephemeral values: kinds apart, replaced only while there, gone at their end', async () => {
      const { ephemerals } = storage;
      const key = unique('key');
      await ephemerals.put('device_code', key, { state: 'pending' }, 9_000);
      assert.equal(await ephemerals.get('par', key, 1_000), undefined);
      assert.deepEqual(await ephemerals.get('device_code', key, 8_999), { state: 'pending' });
      assert.equal(await ephemerals.get('device_code', key, 9_000), undefined);
      assert.equal(await ephemerals.take('device_code', key, 9_000), undefined);
      assert.equal(await ephemerals.replace('device_code', key, { state: 'late' }, 9_000), false);
      assert.equal(await ephemerals.replace('device_code', key, { state: 'approved' }, 8_999), true);
      assert.equal(await ephemerals.get('device_code', key, 9_000), undefined);
      assert.deepEqual(await ephemerals.take('device_code', key, 8_999), { state: 'approved' });
      assert.equal(await ephemerals.replace('device_code', key, { state: 'again' }, 1_000), false);
      await ephemerals.put('par', key, { first: true }, 2_000);
      await ephemerals.put('par', key, { second: true }, 9_000);
      assert.deepEqual(await ephemerals.get('par', key, 3_000), { second: true });
    });

    test('reference tokens and revoked JWTs', async () => {
      const { client_id } = await insertedClient();
      const token = referenceToken(client_id, { grant_id: 'no such grant', claims: { act: { sub: 'x' } } });
      await storage.referenceTokens.insert(token);
      assert.deepEqual(await storage.referenceTokens.find(token.token_sha256), token);
      assert.equal(await storage.referenceTokens.revoke(token.token_sha256, 2_000), true);
      assert.equal(await storage.referenceTokens.revoke(token.token_sha256, 3_000), false);
      assert.equal((await storage.referenceTokens.find(token.token_sha256))?.revoked_at, 2_000);
      assert.equal(await storage.referenceTokens.find('absent'), undefined);

      const jti = unique('jti');
      assert.equal(await storage.revokedTokens.isRevoked(jti), false);
      await storage.revokedTokens.revoke(jti, 9_000);
      await storage.revokedTokens.revoke(jti, 8_000);
      assert.equal(await storage.revokedTokens.isRevoked(jti), true);
    });

    test('sessions: found by secret until their end, replaced, removed, listed', async () => {
      const { sessions } = storage;
      const sub = unique('sub');
      const first = session({ sub, acr: '1', remote_address: '192.0.2.1', user_agent: 'Browser' });
      await sessions.insert(first);
      assert.deepEqual(await sessions.find(first.session_id), first);
      assert.deepEqual(await sessions.findBySecret(first.secret_sha256, 8_999), first);
      assert.equal(await sessions.findBySecret(first.secret_sha256, 9_000), undefined);

      const renewed = { ...first, secret_sha256: unique('secret'), client_ids: ['c'], expires_at: 19_000 };
      await sessions.update(renewed);
      assert.equal(await sessions.findBySecret(first.secret_sha256, 2_000), undefined);
      assert.deepEqual(await sessions.findBySecret(renewed.secret_sha256, 10_000), renewed);

      const second = session({ sub, created_at: 2_000 });
      const expired = session({ sub, expires_at: 3_000 });
      for (const each of [second, expired]) await sessions.insert(each);
      const listed = await readAll((next) => sessions.list({ sub }, { limit: 1, ...from(next) }, 4_000));
      assert.deepEqual(listed, [second, renewed]);

      assert.equal(await sessions.remove(second.session_id), true);
      assert.equal(await sessions.remove(second.session_id), false);
      await sessions.update(second);
      assert.equal(await sessions.find(second.session_id), undefined, 'what signed out stays out');
      assert.equal(await sessions.removeAll(sub), 2);
      assert.equal(await sessions.removeAll(sub), 0);
    });

    test('consents: put, replaced, listed, removed', async () => {
      const [one, two] = [await insertedClient(), await insertedClient()];
      const sub = unique('sub');
      const first = { sub, client_id: one.client_id, scopes: ['openid'], granted_at: 1_000 };
      const second = { sub, client_id: two.client_id, scopes: [], granted_at: 1_000 };
      await storage.consents.put(first);
      await storage.consents.put(second);
      const wider = { ...first, scopes: ['openid', 'email'], granted_at: 2_000 };
      await storage.consents.put(wider);
      assert.deepEqual(await storage.consents.find(sub, one.client_id), wider);
      const listed = await readAll((next) => storage.consents.list({ sub }, { limit: 1, ...from(next) }));
      assert.deepEqual(listed, [wider, second]);
      assert.deepEqual((await storage.consents.list({ client_id: two.client_id }, { limit: 5 })).items, [
        second,
      ]);
      assert.equal(await storage.consents.remove(sub, one.client_id), true);
      assert.equal(await storage.consents.remove(sub, one.client_id), false);
    });

    test('sweep removes what has expired and nothing else', async () => {
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
        await storage.authorizationCodes.redeem(each.code_sha256, 1_000);
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
        await storage.replays.claim(`${keys}-${name}`, end);
        await storage.ephemerals.put(kinds, name, {}, end);
      }
      await storage.guesses.fail(`${keys}-past`, now - 1_000, 1_000);
      await storage.guesses.fail(`${keys}-future`, now - 1_000, 1_001);
      const before = storage.registryVersion();

      await storage.sweep(now);

      const outcomes = codes.map(async (each) => {
        const { outcome } = await storage.authorizationCodes.redeem(each.code_sha256, now);
        return outcome;
      });
      assert.deepEqual(await Promise.all(outcomes), ['unknown', 'reused', 'reused']);
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
      assert.equal(storage.registryVersion(), before);
    });

    describe('registryVersion', () => {
      const settled = async () => {
        await eventually(() => isSteady(storage));
        // A notification of what was done before may still be under way.
        if (database.options.type === 'postgres') await delay(200);
      };

      test('moves with every change of a client, user or signing key, and with nothing else', async () => {
        const registered = client();
        const account = user();
        const key = signingKey({ state: 'retired' });
        const changes: readonly (() => Promise<unknown>)[] = [
          () => storage.clients.insert(registered),
          () => storage.clients.update({ ...registered, revision: 2 }),
          () => storage.users.insert(account),
          () => storage.users.update({ ...account, revision: 2 }),
          () => storage.users.remove(account.sub),
          () => storage.signingKeys.rotate(signingKey({ alg: 'ES256', state: 'next' }), 1),
          () => storage.signingKeys.remove(key.kid).then(() => storage.clients.remove(registered.client_id)),
        ];
        for (const [index, change] of changes.entries()) {
          await settled();
          const earlier = storage.registryVersion();
          await change();
          assert.notEqual(storage.registryVersion(), earlier, `change ${index}`);
        }
        const { client_id } = await insertedClient();
        await settled();
        const version = storage.registryVersion();
        await storage.grants.insert(grant(client_id));
        await storage.events.append([event()]);
        await storage.replays.claim(unique('jti'), 1);
        await settled();
        assert.equal(storage.registryVersion(), version);
      });

      test('tells of what another process changed', async () => {
        const other = await openStorage(database.options);
        try {
          await settled();
          const [mine, theirs] = [storage.registryVersion(), other.registryVersion()];
          await other.clients.insert(client());
          assert.notEqual(other.registryVersion(), theirs);
          // On SQLite in the next turn of the event loop: calls within one turn share an answer.
          await new Promise((resolve) => setImmediate(resolve));
          if (database.options.type === 'sqlite') assert.notEqual(storage.registryVersion(), mine);
          else await eventually(() => storage.registryVersion() !== mine);
        } finally {
          await other.close();
        }
      });

      test('tells of what an operator changed in the database itself', async () => {
        const { client_id } = await insertedClient();
        await settled();
        const version = storage.registryVersion();
        await database.execute(`delete from client where client_id = '${client_id}'`);
        await eventually(() => storage.registryVersion() !== version);
      });
    });

    test('identifiers of any length are told apart, however large the index row would be', async () => {
      const long = (name: string) => unique(name) + randomBytes(6_000).toString('base64');
      const [jti, subject] = [long('jti'), long('user:')];
      assert.equal(await storage.replays.claim(jti, 9_000), true);
      assert.equal(await storage.replays.claim(jti, 9_000), false);
      assert.equal(await storage.replays.claim(`${jti}.`, 9_000), true);
      assert.equal(await storage.guesses.fail(subject, 1_000, 500), 1);
      assert.equal(await storage.guesses.fail(subject, 1_000, 500), 2);
      assert.equal(await storage.guesses.count(subject, 1_000, 500), 2);
      await storage.guesses.clear(subject);
      assert.equal(await storage.guesses.count(subject, 1_000, 500), 0);
      const presented = event({ client_id: long('client'), username: long('alice') });
      await storage.events.append([presented]);
      assert.deepEqual(await storage.events.find(presented.event_id), presented);
      const { client_id } = await insertedClient({}, { client_name: '\uFDFA'.repeat(200) });
      assert.equal((await storage.clients.find(client_id))?.client_id, client_id);
    });

    test('an event whose cause this version does not know can be read', async () => {
      const old = event({ because: 'password_wrong' });
      await storage.events.append([old]);
      await database.execute(
        `update event set record = replace(record, 'password_wrong', 'no_longer_told') where event_id = '${old.event_id}'`,
      );
      assert.deepEqual(await storage.events.find(old.event_id), event({ event_id: old.event_id }));
    });

    test('sweep removes more than it takes in one statement', async () => {
      const kind = unique('kind');
      await database.execute(
        `insert into replay with recursive number (i) as (select 0 union all select i + 1 from number where i < 2099)
         select '${kind}-' || i, 5 from number`,
      );
      assert.equal(await storage.replays.claim(`${kind}-2099`, 5), false);
      await storage.sweep(5);
      const again = await Promise.all(
        [0, 999, 1_000, 2_099].map((index) => storage.replays.claim(`${kind}-${index}`, 5)),
      );
      assert.deepEqual(again, Array(4).fill(true));
    });

    test('kill -9 amid a stream of writes loses none that was acknowledged', async () => {
      const tag = unique('killed');
      const writer = new OtherProcess('write', database.options, tag);
      await writer.hasSaid(25);
      const acknowledged = await writer.end('SIGKILL');
      assert(acknowledged.length >= 25);
      const reopened = await openStorage(database.options);
      try {
        for (const client_id of acknowledged) {
          assert.equal((await reopened.clients.find(client_id))?.client_id, client_id);
        }
        await reopened.clients.insert(client());
      } finally {
        await reopened.close();
      }
    });

    test('transactions and single statements at once do not run into each other', async () => {
      const tag = unique('interleaved');
      const taken = await insertedClient({ client_id: `${tag}-taken` });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) => {
          if (index % 3 === 0) return storage.clients.insert(taken);
          if (index % 3 === 1) return storage.clients.insert(client({ client_id: `${tag}-${index}` }));
          return storage.replays.claim(`${tag}-${index}`, 9_000);
        }),
      );
      const failed = outcomes.map((each) => each.status === 'rejected');
      assert.deepEqual(
        failed,
        failed.map((_, index) => index % 3 === 0),
      );
      assert.equal((await storage.clients.list({ search: tag, limit: 100 })).items.length, 21);
    });
  });
}

describe('an SQLite file', { timeout: 30_000 }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-storage-'));
  });
  after(() => rm(folder, { recursive: true }));

  test('is readable by its owner alone, with its companions', async () => {
    const file = join(folder, 'private.db');
    const storage = await openStorage({ type: 'sqlite', file });
    await storage.replays.claim('key', 1);
    for (const each of [file, `${file}-wal`, `${file}-shm`]) {
      assert.equal((await stat(each)).mode & 0o777, 0o600, each);
    }
    await storage.close();
  });

  test('is read by some processes while another writes (WAL)', async () => {
    const file = join(folder, 'wal.db');
    const storage = await openStorage({ type: 'sqlite', file });
    await storage.close();
    await storage.close();
    const database = new DatabaseSync(file);
    assert.equal(database.prepare('pragma journal_mode').get()?.journal_mode, 'wal');
    database.close();
  });

  test('is locked for writing from the first moment of a transaction', async () => {
    const file = join(folder, 'locked.db');
    const { db, close } = await openSqlite(file);
    const other = new DatabaseSync(file, { timeout: 0 });
    await db.transaction().execute(async () => {
      assert.throws(() => other.exec('begin immediate'), /locked/);
    });
    other.exec('begin immediate; rollback');
    other.close();
    await close();
  });

  test('never shows a registry version of a write that is rolled back', async () => {
    const storage = await openStorage({ type: 'sqlite', file: join(folder, 'rollback.db') });
    const versions = new Set([storage.registryVersion()]);
    let pending = true;
    const refused = client({}, { certificates: ['not a certificate'] });
    const write = storage.clients.insert(refused).finally(() => {
      pending = false;
    });
    write.catch(() => {});
    while (pending) {
      versions.add(storage.registryVersion());
      await Promise.resolve();
    }
    await assert.rejects(write);
    assert.equal(await storage.clients.find(refused.client_id), undefined);
    assert.equal(versions.size, 1);
    await storage.close();
  });

  test('that is none, or cannot be made, is refused by name', async () => {
    const file = join(folder, 'text.db');
    await writeFile(file, 'This is a text of some length and by no means a database. '.repeat(20));
    await assert.rejects(
      openStorage({ type: 'sqlite', file }),
      (error) =>
        error instanceof StorageUnavailable && /text\.db.*not an SQLite database/.test(error.message),
    );
    await assert.rejects(
      openStorage({ type: 'sqlite', file: join(folder, 'absent', 'x.db') }),
      (error) => error instanceof StorageUnavailable && error.message.includes('absent'),
    );
  });
});

describe('a lost PostgreSQL', { skip: whyNoPostgres(), timeout: 120_000 }, () => {
  /** A way to the database that can be cut. */
  async function cuttableWay(url: string) {
    const target = new URL(url);
    const sockets = new Set<Socket>();
    let cut = false;
    const server = createServer((incoming) => {
      if (cut) return incoming.destroy();
      const outgoing = connect(Number(target.port || 5432), target.hostname);
      for (const [socket, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        sockets.add(socket);
        socket.on('error', () => {}).on('close', () => other.destroy());
        socket.pipe(other);
      }
      return undefined;
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    const through = new URL(url);
    through.host = `127.0.0.1:${address.port}`;
    return {
      url: through.href,
      cut() {
        cut = true;
        for (const socket of sockets) socket.destroy();
        sockets.clear();
      },
      mend() {
        cut = false;
      },
      async close() {
        this.cut();
        server.close();
        await once(server, 'close');
      },
    };
  }

  test('fails calls with a typed error, is never trusted for caches, and recovers', async () => {
    const postgres = await startPostgres();
    const way = await cuttableWay(postgres.url);
    const storage = await openStorage({ type: 'postgres', url: way.url, poolSize: 3 });
    try {
      const kept = client();
      await storage.clients.insert(kept);
      await eventually(() => isSteady(storage));

      const calls = Array.from({ length: 5 }, () => storage.clients.find(kept.client_id));
      way.cut();
      for (const outcome of await Promise.allSettled(calls)) {
        assert(outcome.status === 'fulfilled' || outcome.reason instanceof StorageUnavailable);
      }
      await assert.rejects(
        storage.clients.find(kept.client_id),
        (error) => error instanceof StorageUnavailable && !error.message.includes('countersign:countersign'),
      );
      await assert.rejects(storage.clients.insert(client()), StorageUnavailable);
      await eventually(() => !isSteady(storage));
      const versions = Array.from({ length: 100 }, () => storage.registryVersion());
      assert.equal(new Set(versions).size, 100);

      way.mend();
      assert.deepEqual(await storage.clients.find(kept.client_id), kept);
      await eventually(() => isSteady(storage));
      assert(!versions.includes(storage.registryVersion()));

      const other = await openStorage({ type: 'postgres', url: postgres.url });
      const version = storage.registryVersion();
      await other.clients.remove(kept.client_id);
      await other.close();
      await eventually(() => storage.registryVersion() !== version);
    } finally {
      await storage.close();
      await way.close();
      await postgres.stop();
    }
  });

  test('at the start is told with its address and without its password', async () => {
    await assert.rejects(
      openStorage({ type: 'postgres', url: 'postgres://someone:s3cret@127.0.0.1:1/countersign' }),
      (error) =>
        error instanceof StorageUnavailable &&
        error.message.includes('countersign at 127.0.0.1:1') &&
        !error.message.includes('s3cret'),
    );
  });
});
