import { type Kysely, type SqlBool, sql } from 'kysely';
import type { ClaimRule } from '../claim/claim-rule.ts';
import type { Client } from '../client/client.ts';
import type { DynamicRegistration } from '../client/dynamic-registration.ts';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { Grant } from '../token/grant.ts';
import type { AttributeDefinition } from '../user/attribute-definition.ts';
import type { Consent } from '../user/consent.ts';
import type { Credential } from '../user/credential.ts';
import type { Group, Role } from '../user/group.ts';
import type { Member } from '../user/membership.ts';
import type { User } from '../user/user.ts';
import { type ReadRows, readRows } from './record.ts';
import { inSnapshot } from './relocation/in-snapshot.ts';
import { openRows, type RowDatabase } from './relocation/open-rows.ts';
import type { Schema } from './schema.ts';
import type { StoredRefreshToken } from './storage.ts';
import type { ReportUnreadable } from './storage-errors.ts';
import type { StorageOptions } from './storage-options.ts';
import { attributeDefinitionStore } from './stores/attribute-definition-store.ts';
import { claimRuleStore } from './stores/claim-rule-store.ts';
import { CLIENT_COLUMNS, toClient } from './stores/client-store.ts';
import { toConsent } from './stores/consent-store.ts';
import { toCredential } from './stores/credential-store.ts';
import { toRegistration } from './stores/dynamic-registration-store.ts';
import { toGrant } from './stores/grant-store.ts';
import { toGroup } from './stores/group-store.ts';
import { initialAccessTokenStore } from './stores/initial-access-token-store.ts';
import { toToken } from './stores/refresh-token-store.ts';
import { toRole } from './stores/role-store.ts';
import { subjectSecretStore } from './stores/subject-secret-store.ts';
import { toUser, USER_COLUMNS } from './stores/user-store.ts';

/** Names of the groups that somebody is a member of itself, and of the roles it holds itself; each by name. */
export type OwnNames = { readonly groups: readonly string[]; readonly roles: readonly string[] };

/** A group with the name of the one that contains it, and the names of the roles it holds. */
export type GroupAsItStands = {
  readonly group: Group;
  readonly parent: string | undefined;
  readonly roles: readonly string[];
};

/** A client with what stands beside it. */
export type ClientAsItStands = OwnNames & {
  readonly client: Client;
  readonly registration: DynamicRegistration | undefined;
};

/** An account with what stands beside it. */
export type PersonAsItStands = OwnNames & {
  readonly user: User;
  readonly credentials: readonly Credential[];
};

/** What a person decided, with the name of the account. */
export type NamedConsent = { readonly consent: Consent; readonly username: string };
/** A grant with its refresh tokens, those that were redeemed too. */
export type NamedGrant = {
  readonly grant: Grant;
  readonly username: string;
  readonly refreshTokens: readonly StoredRefreshToken[];
};

/**
 * The records of a deployment as they stand at one moment, each kind in an order that is the same each time, some rows at a
 * time. Records that cannot be read are left out, and reported.
 */
export type Snapshot = {
  /** Sealed. */
  subjectSecret(): Promise<string | undefined>;
  attributes(): Promise<readonly AttributeDefinition[]>;
  roles(): AsyncGenerator<Role, void>;
  /** Those that contain others first. */
  groups(): AsyncGenerator<GroupAsItStands, void>;
  initialAccessTokens(): Promise<readonly InitialAccessToken[]>;
  clients(): AsyncGenerator<ClientAsItStands, void>;
  claimRules(): Promise<readonly ClaimRule[]>;
  people(): AsyncGenerator<PersonAsItStands, void>;
  consents(): AsyncGenerator<NamedConsent, void>;
  /** In force at `now`, milliseconds since the epoch. */
  grants(now: number): AsyncGenerator<NamedGrant, void>;
  /** The name of a group; undefined where there is none. */
  groupName(group_id: string): Promise<string | undefined>;
};

/** Rows read at once: few queries, little memory, and no more values than a statement takes. */
const ROWS = 500;

/**
 * Reads rows page by page.
 * @param read the rows after a key, at most `ROWS`, in the order of the key
 * @param keyOf what stands in place of a row that the next page begins after
 */
async function* pages<Row, Key>(
  read: (after: Key | undefined) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<readonly Row[], void> {
  let after: Key | undefined;
  for (;;) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS) return;
    after = keyOf(last);
  }
}

const KEY_OF = { person: 'sub', client: 'client_id' } as const;

/** Names of what each of some members is in, or holds, itself. */
async function ownNames(
  db: Kysely<Schema>,
  what: 'group' | 'role',
  kind: Member['kind'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const named = sql.table(what === 'group' ? 'member_group' : 'application_role');
  const [id, key] = [sql.ref(`${what}_id`), sql.ref(KEY_OF[kind])];
  const { rows } = await sql<{ member: string; name: string }>`
    select link.${key} as member, named.name as name
    from ${sql.table(`${what}_${kind}`)} link join ${named} named on named.${id} = link.${id}
    where link.${key} in (${sql.join([...ids])}) order by named.name_key`.execute(db);
  return namesBy(rows, ({ member }) => member);
}

const namesBy = <Row extends { readonly name: string }>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Map.groupBy(rows, keyOf)
      .entries()
      .map(([key, found]) => [key, found.map(({ name }) => name)]),
  );

/** What some members are in and hold themselves. */
async function namesOf(
  db: Kysely<Schema>,
  kind: Member['kind'],
  ids: readonly string[],
): Promise<(id: string) => OwnNames> {
  const groups = await ownNames(db, 'group', kind, ids);
  const roles = await ownNames(db, 'role', kind, ids);
  return (id) => ({ groups: groups.get(id) ?? [], roles: roles.get(id) ?? [] });
}

type Reading = {
  readonly db: Kysely<Schema>;
  readonly dialect: RowDatabase['dialect'];
  readonly report: ReportUnreadable;
};

async function* roles({ db, report }: Reading): AsyncGenerator<Role, void> {
  const read = (after: string | undefined) =>
    db
      .selectFrom('application_role')
      .selectAll()
      .$if(after !== undefined, (query) => query.where('name_key', '>', after ?? ''))
      .orderBy('name_key')
      .limit(ROWS)
      .execute();
  for await (const rows of pages(read, (row) => row.name_key)) yield* readRows(rows, toRole, report).items;
}

/** Level by level, for a group may be named before another that contains it. */
async function* groups({ db, report }: Omit<Reading, 'dialect'>): AsyncGenerator<GroupAsItStands, void> {
  let parents: readonly string[] | undefined;
  while (parents === undefined || parents.length > 0) {
    const level: string[] = [];
    // A level may have more groups than a statement takes values.
    for (let from = 0; from < (parents?.length ?? 1); from += ROWS) {
      const within: readonly string[] | undefined = parents?.slice(from, from + ROWS);
      yield* groupsOfLevel({ db, report }, within, (group_id) => level.push(group_id));
    }
    parents = level;
  }
}

/**
 * Groups that these contain, or those that no other contains.
 * @param found told of each, those that cannot be read among them: what they contain is read all the same
 */
async function* groupsOfLevel(
  { db, report }: Omit<Reading, 'dialect'>,
  parents: readonly string[] | undefined,
  found: (group_id: string) => void,
): AsyncGenerator<GroupAsItStands, void> {
  const read = (after: string | undefined) =>
    db
      .selectFrom('member_group as own')
      .leftJoin('member_group as parent', 'parent.group_id', 'own.parent_id')
      .select([
        'own.group_id',
        'own.name',
        'own.name_key',
        'own.description',
        'own.parent_id',
        'own.created_at',
        'own.revision',
        'own.managed_by',
        'own.further',
        'parent.name as parent_name',
      ])
      .where(
        parents === undefined
          ? sql<SqlBool>`own.parent_id is null`
          : sql<SqlBool>`own.parent_id in (${sql.join([...parents])})`,
      )
      .$if(after !== undefined, (query) => query.where('own.name_key', '>', after ?? ''))
      .orderBy('own.name_key')
      .limit(ROWS)
      .execute();
  for await (const rows of pages(read, (row) => row.name_key)) {
    for (const { group_id } of rows) found(group_id);
    const held = await db
      .selectFrom('role_group')
      .innerJoin('application_role', 'application_role.role_id', 'role_group.role_id')
      .select(['group_id', 'name'])
      .where(
        'group_id',
        'in',
        rows.map(({ group_id }) => group_id),
      )
      .orderBy('name_key')
      .execute();
    const rolesOf = namesBy(held, ({ group_id }) => group_id);
    for (const { parent_name: parent, ...group } of readRows(rows, toGroup, report).items) {
      yield { group, parent, roles: rolesOf.get(group.group_id) ?? [] };
    }
  }
}

async function* clients({ db, report }: Reading): AsyncGenerator<ClientAsItStands, void> {
  const read = (after: string | undefined) =>
    db
      .selectFrom('client')
      .select(CLIENT_COLUMNS)
      .$if(after !== undefined, (query) => query.where('client_id', '>', after ?? ''))
      .orderBy('client_id')
      .limit(ROWS)
      .execute();
  for await (const rows of pages(read, (row) => row.client_id)) {
    const ids = rows.map(({ client_id }) => client_id);
    const names = await namesOf(db, 'client', ids);
    const registered = await db
      .selectFrom('dynamic_registration')
      .selectAll()
      .where('client_id', 'in', ids)
      .execute();
    const registrations = new Map(
      readRows(registered, toRegistration, report).items.map((found) => [found.client_id, found]),
    );
    for (const client of readRows(rows, toClient, report).items) {
      const registration = registrations.get(client.client_id);
      yield { client, registration, ...names(client.client_id) };
    }
  }
}

async function credentialsOf(
  { db, report }: Omit<Reading, 'dialect'>,
  subs: readonly string[],
): Promise<ReadonlyMap<string, readonly Credential[]>> {
  const rows = await db
    .selectFrom('credential')
    .select(['sub', 'record'])
    .where('sub', 'in', subs)
    .orderBy('created_at')
    .orderBy('kind')
    .orderBy('credential_key')
    .execute();
  return Map.groupBy(readRows(rows, toCredential, report).items, ({ sub }) => sub);
}

async function* people({ db, report }: Reading): AsyncGenerator<PersonAsItStands, void> {
  const read = (after: string | undefined) =>
    db
      .selectFrom('user_account')
      .select(USER_COLUMNS)
      .$if(after !== undefined, (query) => query.where('username_key', '>', after ?? ''))
      .orderBy('username_key')
      .limit(ROWS)
      .execute();
  for await (const rows of pages(read, (row) => row.username_key)) {
    const subs = rows.map(({ sub }) => sub);
    const names = await namesOf(db, 'person', subs);
    const credentials = await credentialsOf({ db, report }, subs);
    for (const user of readRows(rows, toUser, report).items) {
      yield { user, credentials: credentials.get(user.sub) ?? [], ...names(user.sub) };
    }
  }
}

/** Rows that name a person, read with the username. */
const named = <Row extends { readonly username: string }, T>(
  rows: readonly Row[],
  read: (row: Omit<Row, 'username'>) => T,
  report: ReportUnreadable,
): ReadRows<{ readonly item: T; readonly username: string }> =>
  readRows(rows, ({ username, ...row }) => ({ item: read(row), username }), report);

async function* consents({ db, report }: Reading): AsyncGenerator<NamedConsent, void> {
  type Place = readonly [username_key: string, client_id: string];
  const read = (after: Place | undefined) =>
    db
      .selectFrom('consent')
      .innerJoin('user_account', 'user_account.sub', 'consent.sub')
      .select([
        'consent.sub',
        'consent.client_id',
        'consent.scopes',
        'consent.granted_at',
        'consent.further',
        'username',
        'username_key',
      ])
      .$if(after !== undefined, (query) =>
        query.where(sql<SqlBool>`(username_key, consent.client_id) > (${sql.join([...(after ?? [])])})`),
      )
      .orderBy('username_key')
      .orderBy('consent.client_id')
      .limit(ROWS)
      .execute();
  for await (const rows of pages(read, (row): Place => [row.username_key, row.client_id])) {
    const bare = rows.map(({ username_key: _, ...row }) => row);
    for (const { item, username } of named(bare, toConsent, report).items) yield { consent: item, username };
  }
}

/** The refresh tokens of some grants that have not expired; which grant they are of stands in their records. */
async function refreshTokensOf(
  { db, dialect, report }: Reading,
  found: readonly Pick<Grant, 'grant_id' | 'sub'>[],
  now: number,
): Promise<ReadonlyMap<string, readonly StoredRefreshToken[]>> {
  const grant_id = dialect === 'sqlite' ? sql`record ->> 'grant_id'` : sql`record::json ->> 'grant_id'`;
  const rows = await db
    .selectFrom('refresh_token')
    .select(['record', 'expires_at', 'used_at', 'repeats', 'repeated_at'])
    .where('sub', 'in', [...new Set(found.map(({ sub }) => sub))])
    .where('expires_at', '>', now)
    .where(sql<SqlBool>`${grant_id} in (${sql.join(found.map((grant) => grant.grant_id))})`)
    .orderBy('token_sha256')
    .execute();
  return Map.groupBy(readRows(rows, toToken, report).items, (token) => token.grant_id);
}

async function* grants(reading: Reading, now: number): AsyncGenerator<NamedGrant, void> {
  const { db, report } = reading;
  const read = (after: string | undefined) =>
    db
      .selectFrom('authorization_grant')
      .innerJoin('user_account', 'user_account.sub', 'authorization_grant.sub')
      .selectAll('authorization_grant')
      .select('username')
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .$if(after !== undefined, (query) => query.where('grant_id', '>', after ?? ''))
      .orderBy('grant_id')
      .limit(ROWS)
      .execute();
  for await (const rows of pages(read, (row) => row.grant_id)) {
    const tokens = await refreshTokensOf(reading, rows, now);
    for (const { item: grant, username } of named(rows, toGrant, report).items) {
      yield { grant, username, refreshTokens: tokens.get(grant.grant_id) ?? [] };
    }
  }
}

/** What an account had beside its columns is read with it; a group is looked up by its id. */
async function groupName(db: Kysely<Schema>, group_id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('member_group')
    .select('name')
    .where('group_id', '=', group_id)
    .executeTakeFirst();
  return row?.name;
}

/**
 * Reads what a deployment has as of one moment, on a connection of its own; nobody who writes meanwhile waits.
 * @param report told of each record that cannot be read
 * @throws StorageUnavailable, NewerSchema, DataElsewhere, and what `work` throws
 */
export async function atOneMoment<T>(
  options: StorageOptions,
  report: ReportUnreadable,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const database = await openRows(options);
  try {
    return await inSnapshot(database, async (db) => {
      const reading = { db, dialect: database.dialect, report };
      return await work({
        subjectSecret: () => subjectSecretStore(reading).find(),
        attributes: () => attributeDefinitionStore(reading, report).list(),
        roles: () => roles(reading),
        groups: () => groups(reading),
        initialAccessTokens: () => initialAccessTokenStore(reading, report).list(),
        clients: () => clients(reading),
        claimRules: () => claimRuleStore(reading, report).list(),
        people: () => people(reading),
        consents: () => consents(reading),
        grants: (now) => grants(reading, now),
        groupName: (group_id) => groupName(db, group_id),
      });
    });
  } finally {
    await database.close();
  }
}
