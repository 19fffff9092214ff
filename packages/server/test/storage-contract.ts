import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import type { Readable, Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { Client } from '../src/client/client.ts';
import { ClientMetadata } from '../src/client/client-metadata.ts';
import type { Event } from '../src/event/event.ts';
import { openStorage, type StorageOptions } from '../src/storage/open-storage.ts';
import type { SqliteWriter } from '../src/storage/sqlite-writer.ts';
import type { ListingPage, Storage } from '../src/storage/storage.ts';
import type { AuthorizationCode } from '../src/token/authorization-code.ts';
import type { Grant } from '../src/token/grant.ts';
import type { ReferenceToken } from '../src/token/reference-token.ts';
import type { RefreshToken } from '../src/token/refresh-token.ts';
import type { StoredSigningKey } from '../src/token/server-key.ts';
import type { Session } from '../src/user/session.ts';
import type { User } from '../src/user/user.ts';
import { eventually } from './eventually.ts';
import { startPgBouncer, whyNoPgBouncer } from './pgbouncer.ts';
import { startPostgres, whyNoPostgres } from './postgres.ts';

/** A database of one suite. */
export type StartedDatabase = {
  readonly options: StorageOptions;
  /** Runs one statement behind the storage's back. */
  execute(statement: string): Promise<void>;
  stop(): Promise<void>;
};

/** A kind of database that the contract is tested on, and why not here, or false. */
export type DatabaseKind = {
  readonly name: 'SQLite' | 'PostgreSQL' | 'PostgreSQL behind PgBouncer';
  readonly skip: string | false;
  start(): Promise<StartedDatabase>;
};

async function executeAt(url: string, statement: string): Promise<void> {
  const connection = new pg.Client({ connectionString: url });
  await connection.connect();
  await connection.query(statement).finally(() => connection.end());
}

/** Both databases, one of them also behind a pooler; every suite of the contract runs on each. */
export const DATABASE_KINDS: readonly DatabaseKind[] = [
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
        execute: (statement) => executeAt(url, statement),
        stop,
      };
    },
  },
  {
    name: 'PostgreSQL behind PgBouncer',
    skip: whyNoPostgres() || whyNoPgBouncer(),
    async start() {
      const { url, stop } = await startPostgres();
      const pooler = await startPgBouncer(url);
      return {
        options: { type: 'postgres', url: pooler.url },
        execute: (statement) => executeAt(url, statement),
        async stop() {
          await pooler.stop();
          await stop();
        },
      };
    },
  },
];

/** What a test of the contract is given: one database and the storage over it. */
export type StorageUnderTest = {
  readonly storage: Storage;
  /** The same database, opened a second time as another process would. */
  readonly another: Storage;
  readonly database: StartedDatabase;
  insertedClient(over?: Partial<Client>, metadata?: Partial<ClientMetadata>): Promise<Client>;
};

/** `test` of `node:test`, whose function is given the storage. */
export type StorageTest = (name: string, body: (given: StorageUnderTest) => Promise<void>) => void;

/** A writer as it is met through a channel: what is given to it and what it gives is cloned on the way. */
const atADistance = (writer: SqliteWriter): SqliteWriter => ({
  attempt: async (steps, unit_id) => structuredClone(await writer.attempt(structuredClone(steps), unit_id)),
  together: async (statements) => structuredClone(await writer.together(structuredClone(statements))),
});

/** Who writes: this process itself, a thread of it, as in a server, or another process, as for a worker. */
type Writes = 'itself' | 'thread' | 'process';

async function openUnderTest(
  { options, ...database }: StartedDatabase,
  writes: Writes,
): Promise<StorageUnderTest> {
  const apart = options.type === 'sqlite' && writes !== 'itself' ? { ...options, apart: true } : options;
  const another = await openStorage(writes === 'process' ? apart : options);
  const { writer } = another;
  const storage = await openStorage(
    writes === 'process' && writer && apart.type === 'sqlite'
      ? { ...apart, writer: atADistance(writer) }
      : apart,
  );
  return {
    storage,
    another,
    database: { options, ...database },
    async insertedClient(over, metadata) {
      const inserted = client(over, metadata);
      await storage.clients.insert(inserted);
      return inserted;
    },
  };
}

/** The kinds, and SQLite as servers have it: listings are read by a thread of their own. */
const WAYS: readonly (DatabaseKind & { readonly writes: Writes; readonly whose: string })[] =
  DATABASE_KINDS.flatMap((kind) => [
    { ...kind, writes: 'itself', whose: '' },
    ...(kind.name === 'SQLite'
      ? ([
          { ...kind, writes: 'thread', whose: ' that a thread writes' },
          { ...kind, writes: 'process', whose: ' that another process writes' },
        ] as const)
      : []),
  ]);

/**
 * Runs a suite once on each kind of database, which is empty at first and shared by the tests of the suite.
 * @param subject what the suite is about, e.g. `clients`
 */
export function onBothDatabases(subject: string, suite: (test: StorageTest) => void): void {
  for (const { name, skip, start, writes, whose } of WAYS) {
    describe(`${subject} on ${name}${whose}`, {
      skip,
      timeout: 120_000,
    }, () => {
      let database: StartedDatabase | undefined;
      let given: StorageUnderTest | undefined;
      before(async () => {
        database = await start();
        given = await openUnderTest(database, writes);
      });
      after(async () => {
        await given?.another.close();
        await given?.storage.close();
        await database?.stop();
      });
      suite((title, body) =>
        test(title, async () => {
          assert(given);
          await body(given);
        }),
      );
    });
  }
}

const PROCESS = resolve(import.meta.dirname, 'storage-process.ts');

/** Another process over the same database: see `storage-process.ts` for its tasks. */
export class OtherProcess {
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
    return comesToHold(() => this.lines.length >= count);
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

/** Waits until a condition holds. @throws Error when it never does */
export async function comesToHold(condition: () => boolean): Promise<void> {
  await eventually(async () => condition(), Boolean);
}

/** Reads a listing to its end; `list` is given the part of a page request that says where to read on. */
export async function readAll<T>(
  list: (next: { readonly after?: string }) => Promise<ListingPage<T>>,
): Promise<T[]> {
  const items: T[] = [];
  let next: { readonly after?: string } = {};
  for (let pages = 0; pages < 100; pages++) {
    const page = await list(next);
    items.push(...page.items);
    if (page.next === undefined) return items;
    next = { after: page.next };
  }
  throw new Error('the listing does not end');
}

/** A name no other test has. */
export const unique = (name: string) => `${name}-${randomUUID()}`;

export function client(over: Partial<Client> = {}, metadata: Partial<ClientMetadata> = {}): Client {
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

export function user(over: Partial<User> = {}): User {
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

export const grant = (client_id: string, over: Partial<Grant> = {}): Grant => ({
  grant_id: unique('grant'),
  client_id,
  sub: 'alice',
  scope: 'openid',
  created_at: 1_000,
  expires_at: 9_000,
  ...over,
});

export const code = (client_id: string, over: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
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

export const refreshToken = (client_id: string, over: Partial<RefreshToken> = {}): RefreshToken => ({
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

export const referenceToken = (client_id: string, over: Partial<ReferenceToken> = {}): ReferenceToken => ({
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

export const session = (over: Partial<Session> = {}): Session => ({
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

export const signingKey = (over: Partial<StoredSigningKey> = {}): StoredSigningKey => ({
  kid: unique('kid'),
  alg: 'ES256',
  state: 'active',
  sealed_private_jwk: 'sealed',
  created_at: 1_000,
  ...over,
});

export const event = (over: Partial<Event> = {}): Event => ({
  event_id: unique('event'),
  time: 1_000,
  type: 'token.issued',
  outcome: 'success',
  ...over,
});

/** Two self-signed certificates and, as openssl and sha256sum tell them, their thumbprints. */
export const CERTIFICATES = [
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
