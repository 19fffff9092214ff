import { type Insertable, type Selectable, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Step } from '../../unit-of-work.ts';
import {
  type AdministratorRole,
  FIRST_ROLES,
  isAdministratorRole,
  isLimitableRole,
  type LimitedRole,
} from '../../user/administrator-roles.ts';
import { requiring } from '../../user/required-action.ts';
import type { User } from '../../user/user.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { sortedCursor } from '../page.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord, readWithRest, withRest } from '../record.ts';
import { FurtherOfUserRecord, RolesRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import { type ListingOrder, searchedListing } from '../search.ts';
import { searchIndexing } from '../search-index.ts';
import { foldCase, searchText } from '../search-text.ts';
import { StorageConflict, type UserFilter, type UserSort, type UserStore } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const Claims = z.record(z.string(), z.unknown());

const UPDATE_PASSWORD = ['update_password'] as const;

/** What is read of an account. */
export const USER_COLUMNS = [
  'sub',
  'username',
  'username_key',
  'password_hash',
  'password_temporary',
  'roles',
  'claims',
  'enabled',
  'awaits_confirmation',
  'created_at',
  'revision',
  'further',
] as const;
type Row = Pick<Selectable<Schema['user_account']>, (typeof USER_COLUMNS)[number]>;

const textOf = ({ username, claims }: User): string => searchText(username, claims.name, claims.email);

const isFirst = (role: AdministratorRole): role is (typeof FIRST_ROLES)[number] =>
  FIRST_ROLES.some((first) => first === role);

/** One more role than every version knows; strict, so that a limit of a later version is not passed over. */
const FurtherRole = z.strictObject({
  role: z.string(),
  group_id: z.string().exactOptional(),
});

/** Members without a column; none where there is nothing to say. */
function furtherOf({ roles, limited_roles = [], required_actions = [], unknown }: User): string | null {
  const administrator_roles = [
    ...roles.filter((role) => !isFirst(role)).map((role) => ({ role })),
    ...limited_roles,
    ...(unknown?.roles ?? []),
  ];
  const actions = required_actions.filter((action) => action !== 'update_password');
  const whole = withRest(
    {
      ...(administrator_roles.length > 0 && { administrator_roles }),
      ...(actions.length > 0 && { required_actions: actions, crit: ['required_actions'] }),
    },
    unknown?.members ?? {},
  );
  return Object.keys(whole).length === 0 ? null : JSON.stringify(whole);
}

type FurtherRoles = {
  readonly roles: readonly AdministratorRole[];
  readonly limited: readonly LimitedRole[];
  readonly unknown: readonly unknown[];
};

/** What this version can say of the further roles, and what it cannot. */
function furtherRoles(written: readonly unknown[]): FurtherRoles {
  const roles: AdministratorRole[] = [];
  const limited: LimitedRole[] = [];
  const unknown: unknown[] = [];
  for (const each of written) {
    const read = FurtherRole.safeParse(each);
    const { role = '', group_id } = read.success ? read.data : {};
    if (group_id === undefined && isAdministratorRole(role)) roles.push(role);
    else if (group_id !== undefined && isLimitableRole(role)) limited.push({ role, group_id });
    else unknown.push(each);
  }
  return { roles, limited, unknown };
}

/** @throws UnreadableRecord */
function readFurther(further: string | null, what: string) {
  const { value, rest } =
    further === null ? { value: {}, rest: {} } : readWithRest(FurtherOfUserRecord, further, what);
  const { administrator_roles = [], required_actions = [] } = value;
  return { ...furtherRoles(administrator_roles), required_actions, members: rest };
}

function toRow(user: User): Insertable<Schema['user_account']> {
  return {
    sub: user.sub,
    username: user.username,
    username_key: foldCase(user.username),
    search_text: textOf(user),
    password_hash: user.password_hash,
    password_temporary: user.required_actions?.includes('update_password') ? 1 : 0,
    roles: JSON.stringify(user.roles.filter(isFirst)),
    further: furtherOf(user),
    claims: JSON.stringify(user.claims),
    enabled: user.enabled ? 1 : 0,
    awaits_confirmation: user.awaits_confirmation ? 1 : 0,
    created_at: user.created_at,
    revision: user.revision,
  };
}

/** @throws UnreadableRecord */
export function toUser(row: Row): User {
  const further = readFurther(row.further, `user ${row.sub}`);
  const { limited, unknown, members } = further;
  const isUnknown = unknown.length > 0 || Object.keys(members).length > 0;
  return {
    sub: row.sub,
    username: row.username,
    password_hash: row.password_hash,
    ...requiring([...(row.password_temporary === 1 ? UPDATE_PASSWORD : []), ...further.required_actions]),
    roles: [...readRecord(RolesRecord, row.roles, `roles of user ${row.sub}`), ...further.roles],
    ...(limited.length > 0 && { limited_roles: limited }),
    claims: readRecord(Claims, row.claims, `claims of user ${row.sub}`),
    enabled: row.enabled === 1,
    ...(row.awaits_confirmation === 1 && { awaits_confirmation: true }),
    created_at: row.created_at,
    revision: row.revision,
    ...(isUnknown && { unknown: { roles: unknown, members } }),
  };
}

const OF_A_PERSON = [
  'session',
  'consent',
  'credential',
  'authorization_grant',
  'authorization_code',
  'refresh_token',
  'reference_token',
  'deferred_authorization',
] as const;

/** What writes accounts in a unit of work. */
function userSteps(database: Database): UserStore['steps'] {
  const { db, dialect } = database;
  const indexing = searchIndexing(database, 'user_account');
  return {
    insert: (user) => [
      {
        condition: 'the username and the sub are free',
        query: db
          .insertInto('user_account')
          .values({ ...toRow(user), search_grams: indexing.column(textOf(user)) })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
        registry: { kind: 'user', key: user.sub },
      },
      ...indexing.inserted(user.sub, textOf(user)),
    ],
    update: (user) => [
      ...indexing.updating(user.sub, textOf(user)),
      {
        condition: `the user is at revision ${user.revision - 1} and the username is free`,
        query: db
          .updateTable('user_account')
          .set(toRow(user))
          .where('sub', '=', user.sub)
          .where('revision', '=', user.revision - 1)
          .compile(),
        rows: 'one',
        registry: { kind: 'user', key: user.sub },
      },
    ],
    remove: (sub, revision) => [
      ...indexing.removing(sub),
      {
        condition: 'the user is there',
        query: db
          .deleteFrom('user_account')
          .where('sub', '=', sub)
          .$if(revision !== undefined, (query) => query.where('revision', '=', revision ?? 0))
          .compile(),
        rows: 'one',
        registry: { kind: 'user', key: sub },
      },
      ...OF_A_PERSON.map(
        (table): Step => ({
          condition: 'what is of a person can be removed',
          query: db.deleteFrom(table).where('sub', '=', sub).compile(),
          rows: 'any',
        }),
      ),
    ],
    hasPassword: ({ sub, password_hash }) => ({
      condition: 'the password is the one that was checked',
      query: db
        .selectFrom('user_account')
        .select('sub')
        .where('sub', '=', sub)
        .where('password_hash', '=', password_hash)
        // A change at the same moment is waited for; SQLite has one writer at a time.
        .$if(dialect === 'postgres', (query) => query.forShare())
        .compile(),
      rows: 'one',
    }),
    configurePassword: (username, password_hash, before) => ({
      condition: 'the password of the configuration is the one that was read',
      query:
        before === undefined
          ? db
              .insertInto('configured_password')
              .values({ username_key: foldCase(username), password_hash })
              .onConflict((conflict) => conflict.doNothing())
              .compile()
          : db
              .updateTable('configured_password')
              .set({ password_hash })
              .where('username_key', '=', foldCase(username))
              .where('password_hash', '=', before)
              .compile(),
      rows: 'one',
    }),
    keepsAnOwner: () => ({
      condition: 'an enabled owner is left',
      query: db
        .selectFrom('user_account')
        .select('sub')
        // As the index of owners has it.
        .where('enabled', '=', sql.lit(1))
        .where('roles', 'like', sql.lit('%"owner"%'))
        .orderBy('sub')
        .limit(1)
        // SQLite has one writer at a time.
        .$if(dialect === 'postgres', (query) => query.forUpdate())
        .compile(),
      rows: 'one',
    }),
  };
}

/** Accounts, found by `sub` or by the folded form of their username. */
export function userStore(database: Database, report: ReportUnreadable): UserStore {
  const { db, find } = database;
  const ofSub = prepared((place: PlaceOf<{ sub: string }>) =>
    db.selectFrom('user_account').select(USER_COLUMNS).where('sub', '=', place('sub')),
  );
  const ofUsername = prepared((place: PlaceOf<{ username_key: string }>) =>
    db.selectFrom('user_account').select(USER_COLUMNS).where('username_key', '=', place('username_key')),
  );
  const hashesFrom = prepared((place: PlaceOf<{ sub: string }>) =>
    db
      .selectFrom('user_account')
      .select('password_hash')
      .where('sub', '>=', place('sub'))
      .orderBy('sub')
      .limit(1),
  );

  const steps = userSteps(database);

  return {
    steps,

    async find(sub) {
      const row = await find(ofSub({ sub }));
      return row && toUser(row);
    },

    async findByUsername(username) {
      const row = await find(ofUsername({ username_key: foldCase(username) }));
      return row && toUser(row);
    },

    async subOf(username) {
      const row = await db
        .selectFrom('user_account')
        .select('sub')
        .where('username_key', '=', foldCase(username))
        .executeTakeFirst();
      return row?.sub;
    },

    async passwordHashFrom(sub) {
      const row = (await find(hashesFrom({ sub }))) ?? (await find(hashesFrom({ sub: '' })));
      return row?.password_hash;
    },

    async configuredPassword(username) {
      const row = await db
        .selectFrom('configured_password')
        .select('password_hash')
        .where('username_key', '=', foldCase(username))
        .executeTakeFirst();
      return row?.password_hash;
    },

    async insert(user) {
      const { outcome } = await commitUnit(database, steps.insert(user));
      if (outcome === 'refused') {
        throw new StorageConflict(`the username ${JSON.stringify(user.username)} or its sub is taken`);
      }
    },

    async update(user) {
      const result = await commitUnit(database, steps.update(user));
      if (result.outcome === 'committed') return;
      throw new StorageConflict(
        `user ${JSON.stringify(user.username)} is no longer at revision ${user.revision - 1}, or its name is taken`,
      );
    },

    async remove(sub) {
      return (await commitUnit(database, steps.remove(sub))).outcome === 'committed';
    },

    ...userListing(database, report),
  };
}

const SORTED_BY: Readonly<Record<UserSort, Pick<ListingOrder, 'key'>>> = {
  username: { key: 'name' },
  created_at: { key: sql.ref('user_account.created_at') },
  enabled: { key: sql.ref('user_account.enabled') },
};

/** Listings of people, in any order. */
function userListing(
  database: Database,
  report: ReportUnreadable,
): Pick<UserStore, 'list' | 'countMatching'> {
  const listing = searchedListing<Row>(database, 'user_account', USER_COLUMNS);
  const conditionsOf = ({ enabled }: UserFilter) => ({
    also: enabled === undefined ? undefined : sql<SqlBool>`enabled = ${enabled ? 1 : 0}`,
  });
  return {
    async list({ search, after, limit, sort = 'username', descending = false, from: start, ...filter }) {
      const isName = sort === 'username';
      const order = isName && !descending ? undefined : `${sort} ${descending ? 'desc' : 'asc'}`;
      const cursor = sortedCursor(order, isName ? 'texts' : 'numbers');
      const rows = await listing.list({
        ...conditionsOf(filter),
        order: {
          ...SORTED_BY[sort],
          isDescending: descending,
          start: typeof start === 'string' ? foldCase(start) : start,
        },
        search,
        from: cursor.read(after),
        limit: limit + 1,
      });
      return cursor.page(
        rows,
        limit,
        ([part, row]) => [part, row.place_key, row.sub],
        ([, row]) => toUser(row),
        report,
      );
    },

    countMatching: ({ search, ...filter }, most) => listing.count({ ...conditionsOf(filter), search }, most),
  };
}
