import { type Expression, type SqlBool, sql } from 'kysely';
import type { Database } from '../database.ts';
import type { CertificateEndStore, EndCountRequest, EndPlace, EndRequest } from '../storage.ts';
import { unindexed } from '../unindexed.ts';
import { isWithin } from '../within-groups.ts';

/** Values in one statement: SQLite and PostgreSQL both take this many. */
const AT_ONCE = 500;

/** What comes after a place, in the order of an index; the end alone first, so that the index is entered there. */
const isAfter = (end: string, first: string, second: string, after: EndPlace) => sql<SqlBool>`
  ${sql.ref(end)} >= ${after.not_after} and
  (${sql.ref(end)} > ${after.not_after} or ${sql.ref(first)} > ${after.first} or
    (${sql.ref(first)} = ${after.first} and ${sql.ref(second)} > ${after.second}))`;

/** No notice was given for so many days before the end, or fewer. @param watched the name of what is watched, in SQL */
const isUntold = (watched: ReturnType<typeof sql>, end: string, days: number) => sql<SqlBool>`not exists (
  select 1 from expiry_notice told where told.watched = ${watched} and told.ends_at = ${sql.ref(end)} and told.days <= ${days})`;

const isEnabled = ({ dialect }: Reading) => unindexed(dialect, 'client.enabled', 1);

const nameOfClients = (table: string) =>
  sql`'client ' || ${sql.ref(`${table}.client_id`)} || ' ' || ${sql.ref(`${table}.thumbprint`)}`;

/** Several have the certificate: clients, people, or those who have one of `beside`. */
function isShared(table: string, beside: readonly string[]) {
  const thumbprint = sql.ref(`${table}.thumbprint`);
  const named = beside.slice(0, AT_ONCE);
  return sql<SqlBool>`(exists (select 1 from client_certificate other
      where other.thumbprint = ${thumbprint} and other.client_id <> ${sql.ref(`${table}.client_id`)})
    or exists (select 1 from credential where credential.kind = 'certificate' and credential.credential_key = ${thumbprint})
    ${named.length === 0 ? sql`` : sql`or ${thumbprint} in (${sql.join(named)})`})`;
}

const METHOD = 'client.token_endpoint_auth_method';
const OF_CLIENT = ['client.client_id', 'client.metadata', 'client.client_id_issued_at', METHOD] as const;

type Reading = Pick<Database, 'reading' | 'dialect'>;

const registeredRows = (database: Reading) =>
  database.reading
    .selectFrom('client_certificate as held')
    .innerJoin('client', 'client.client_id', 'held.client_id')
    .leftJoin('certificate_use as used', (join) =>
      join.onRef('used.client_id', '=', 'held.client_id').onRef('used.thumbprint', '=', 'held.thumbprint'),
    )
    .select(OF_CLIENT)
    .select([
      'held.thumbprint',
      'held.not_after',
      'used.last_used_at',
      sql<null>`null`.as('subject'),
      sql<null>`null`.as('not_before'),
      sql<number>`case when exists (
          select 1 from client_certificate successor
          join certificate_use came on came.client_id = successor.client_id and came.thumbprint = successor.thumbprint
          where successor.client_id = held.client_id and successor.not_after > held.not_after
            and (used.last_used_at is null or came.last_used_at > used.last_used_at)) then 1 else 0 end`.as(
        'succeeded',
      ),
    ])
    .where(isEnabled(database));

const within = <Row extends 'held.not_after' | 'used.not_after' | 'own.not_after'>(
  end: Row,
  { since, until }: Pick<EndRequest, 'since' | 'until'>,
) =>
  until === undefined
    ? sql<SqlBool>`${sql.ref(end)} >= ${since}`
    : sql<SqlBool>`${sql.ref(end)} >= ${since} and ${sql.ref(end)} < ${until}`;

const registered =
  (database: Reading): CertificateEndStore['registered'] =>
  async ({ limit, after, client_id, within: groups, untoldOf, unusedSince, sharedBeside, ...bounds }) => {
    return await registeredRows(database)
      .where(within('held.not_after', bounds))
      .$if(after !== undefined, (query) =>
        after === undefined
          ? query
          : query.where(isAfter('held.not_after', 'held.client_id', 'held.thumbprint', after)),
      )
      .$if(client_id !== undefined, (query) => query.where('held.client_id', '=', client_id ?? ''))
      .$if(groups !== undefined, (query) => query.where(isWithin(sql.ref('held.client_id'), groups ?? [])))
      .$if(untoldOf !== undefined, (query) =>
        query.where(isUntold(nameOfClients('held'), 'held.not_after', untoldOf ?? 0)),
      )
      .$if(unusedSince !== undefined, (query) =>
        query
          .where(unindexed(database.dialect, METHOD, 'self_signed_tls_client_auth'))
          .where('client.client_id_issued_at', '<=', Math.floor((unusedSince ?? 0) / 1000))
          .where((used) =>
            used.or([
              used('used.last_used_at', 'is', null),
              used('used.last_used_at', '<', unusedSince ?? 0),
            ]),
          ),
      )
      .$if(sharedBeside !== undefined, (query) => query.where(isShared('held', sharedBeside ?? [])))
      .orderBy('held.not_after')
      .orderBy('held.client_id')
      .orderBy('held.thumbprint')
      .limit(limit)
      .execute();
  };

/** What is registered is listed as that, what is published where it is held; of the rest the latest of a client. */
const isPresentedAlone = ({
  dialect,
}: Reading) => sql<SqlBool>`${unindexed(dialect, METHOD, 'tls_client_auth')}
  and not exists (select 1 from client_certificate registered
    where registered.client_id = used.client_id and registered.thumbprint = used.thumbprint)
  and not exists (select 1 from certificate_use later
    where later.client_id = used.client_id and later.not_after > used.not_after)`;

const presented =
  (database: Reading): CertificateEndStore['presented'] =>
  async ({ limit, after, client_id, within: groups, untoldOf, sharedBeside, ...bounds }) => {
    return await database.reading
      .selectFrom('certificate_use as used')
      .innerJoin('client', 'client.client_id', 'used.client_id')
      .select(OF_CLIENT)
      .select([
        'used.thumbprint',
        'used.not_after',
        'used.last_used_at',
        'used.subject',
        'used.not_before',
        sql<number>`0`.as('succeeded'),
      ])
      .where(isEnabled(database))
      .where(isPresentedAlone(database))
      .where(within('used.not_after', bounds))
      .$if(after !== undefined, (query) =>
        after === undefined
          ? query
          : query.where(isAfter('used.not_after', 'used.client_id', 'used.thumbprint', after)),
      )
      .$if(client_id !== undefined, (query) => query.where('used.client_id', '=', client_id ?? ''))
      .$if(groups !== undefined, (query) => query.where(isWithin(sql.ref('used.client_id'), groups ?? [])))
      .$if(untoldOf !== undefined, (query) =>
        query.where(isUntold(nameOfClients('used'), 'used.not_after', untoldOf ?? 0)),
      )
      .$if(sharedBeside !== undefined, (query) => query.where(isShared('used', sharedBeside ?? [])))
      .orderBy('used.not_after')
      .orderBy('used.client_id')
      .orderBy('used.thumbprint')
      .limit(limit)
      .execute();
  };

const authorities =
  (database: Reading): CertificateEndStore['authorities'] =>
  async ({ limit, after, client_id, within: groups, untoldOf, ...bounds }) => {
    return await database.reading
      .selectFrom('client_authority as own')
      .innerJoin('client', 'client.client_id', 'own.client_id')
      .select((select) => [
        'own.thumbprint',
        'own.not_after',
        select.fn.min<string>('own.client_id').as('client_id'),
        select.fn.countAll<number>().as('clients'),
      ])
      .where(isEnabled(database))
      .where(within('own.not_after', bounds))
      .$if(after !== undefined, (query) =>
        after === undefined
          ? query
          : query.where(
              sql<SqlBool>`own.not_after >= ${after.not_after} and
                  (own.not_after > ${after.not_after} or own.thumbprint > ${after.first})`,
            ),
      )
      .$if(client_id !== undefined, (query) => query.where('own.client_id', '=', client_id ?? ''))
      .$if(groups !== undefined, (query) => query.where(isWithin(sql.ref('own.client_id'), groups ?? [])))
      .$if(untoldOf !== undefined, (query) =>
        query.where(isUntold(sql`'authority ' || own.thumbprint`, 'own.not_after', untoldOf ?? 0)),
      )
      .groupBy(['own.not_after', 'own.thumbprint'])
      .orderBy('own.not_after')
      .orderBy('own.thumbprint')
      .limit(limit)
      .execute();
  };

/** Whether an end lies in a window; undefined is the one of those that are not known. */
function isIn(end: 'held.not_after' | 'used.not_after' | 'own.not_after', window: EndCountRequest['window']) {
  if (window === undefined) return sql<SqlBool>`${sql.ref(end)} is null`;
  const { since, until } = window;
  return sql<SqlBool>`${sql.ref(end)} is not null
    ${since === undefined ? sql`` : sql`and ${sql.ref(end)} >= ${since}`}
    ${until === undefined ? sql`` : sql`and ${sql.ref(end)} < ${until}`}`;
}

const counted =
  (database: Reading): CertificateEndStore['count'] =>
  async ({ window, client_id, within: groups, clients, authorities: wantsAuthorities, but, most }) => {
    const ofClient = (table: 'held' | 'used' | 'own') => sql<SqlBool>`
      ${client_id === undefined ? sql`1 = 1` : sql`${sql.ref(`${table}.client_id`)} = ${client_id}`}
      ${groups === undefined ? sql`` : sql`and ${isWithin(sql.ref(`${table}.client_id`), groups)}`}`;
    const { reading } = database;
    const registeredEnds = reading
      .selectFrom('client_certificate as held')
      .innerJoin('client', 'client.client_id', 'held.client_id')
      .select('held.thumbprint')
      .where(isEnabled(database))
      .where(isIn('held.not_after', window))
      .where(ofClient('held'))
      .limit(most);
    const presentedEnds = reading
      .selectFrom('certificate_use as used')
      .innerJoin('client', 'client.client_id', 'used.client_id')
      .select('used.thumbprint')
      .where(isEnabled(database))
      .where(isPresentedAlone(database))
      .where(isIn('used.not_after', window))
      .where(ofClient('used'))
      .limit(most);
    const ownAuthorities = reading
      .selectFrom('client_authority as own')
      .innerJoin('client', 'client.client_id', 'own.client_id')
      .select('own.thumbprint')
      .where(isEnabled(database))
      .where(isIn('own.not_after', window))
      .where(ofClient('own'))
      .$if(but.length > 0, (query) => query.where('own.thumbprint', 'not in', but.slice(0, AT_ONCE)))
      .groupBy(['own.not_after', 'own.thumbprint'])
      .limit(most);
    const count = async (query: Expression<unknown>): Promise<number> => {
      const { rows } = await sql<{
        readonly count: number;
      }>`select count(*) as count from (${query}) as ends`.execute(reading);
      return rows[0]?.count ?? 0;
    };
    const certificates = clients ? [registeredEnds, ...(window === undefined ? [] : [presentedEnds])] : [];
    const [authority, ...ofClients] = await Promise.all([
      wantsAuthorities && window !== undefined ? count(ownAuthorities) : 0,
      ...certificates.map(count),
    ]);
    return { client: ofClients.reduce((sum, each) => sum + each, 0), authority: authority ?? 0 };
  };

/** What clients have that ends, by indexes over the ends. */
export function certificateEndStore(database: Database): CertificateEndStore {
  const { reading } = database;
  return {
    registered: registered(database),
    presented: presented(database),
    authorities: authorities(database),
    count: counted(database),

    async withoutEnd({ limit, after, client_id, within: groups }) {
      return await registeredRows(database)
        .where('held.not_after', 'is', null)
        .$if(after !== undefined, (query) =>
          query.where(
            sql<SqlBool>`(held.client_id > ${after?.first} or
              (held.client_id = ${after?.first} and held.thumbprint > ${after?.second}))`,
          ),
        )
        .$if(client_id !== undefined, (query) => query.where('held.client_id', '=', client_id ?? ''))
        .$if(groups !== undefined, (query) => query.where(isWithin(sql.ref('held.client_id'), groups ?? [])))
        .orderBy('held.client_id')
        .orderBy('held.thumbprint')
        .limit(limit)
        .execute();
    },

    async holders(thumbprints, most) {
      const found = new Map<string, readonly string[]>();
      for (const thumbprint of new Set(thumbprints)) {
        const rows = await reading
          .selectFrom('client_certificate')
          .select('client_id')
          .where('thumbprint', '=', thumbprint)
          .orderBy('client_id')
          .limit(most)
          .execute();
        if (rows.length > 0)
          found.set(
            thumbprint,
            rows.map(({ client_id }) => client_id),
          );
      }
      return found;
    },

    async ofPeople(thumbprints) {
      if (thumbprints.length === 0) return new Set();
      const rows = await reading
        .selectFrom('credential')
        .select('credential_key')
        .where('kind', '=', 'certificate')
        .where('credential_key', 'in', thumbprints.slice(0, AT_ONCE))
        .execute();
      return new Set(rows.map(({ credential_key }) => credential_key));
    },
  };
}
