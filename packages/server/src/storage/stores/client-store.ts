import { type Certificate, isoTime, parsePemCertificates } from '@countersign/x509';
import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import type { Client } from '../../client/client.ts';
import { ClientMetadataRecord } from '../../client/client-metadata.ts';
import { ownCertificates } from '../../client/own-certificates.ts';
import { originsOf } from '../../client/web-origin.ts';
import type { Step } from '../../unit-of-work.ts';
import { clientNameIn } from '../client-name.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { LONGEST_KEY } from '../index-key.ts';
import { indexedClients } from '../indexed-clients.ts';
import { sortedCursor } from '../page.ts';
import { type PlaceOf, prepared } from '../prepared.ts';
import { readRecord, readWithRest, withRest } from '../record.ts';
import { TokenEndsRecord } from '../records.ts';
import type { Schema } from '../schema.ts';
import { type Listed, type ListingOrder, type SearchedListing, searchedListing } from '../search.ts';
import { searchIndexing } from '../search-index.ts';
import { foldCase, searchText } from '../search-text.ts';
import {
  type ClientFilter,
  type ClientSort,
  type ClientStore,
  type Sorting,
  StorageConflict,
} from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';
import { unindexed } from '../unindexed.ts';
import { isWithin } from '../within-groups.ts';

const textOf = ({ client_id, metadata }: Client): string => searchText(metadata.client_name, client_id);

/** What is read of a client. */
export const CLIENT_COLUMNS = [
  'client_id',
  'client_name_key',
  'client_id_issued_at',
  'metadata',
  'client_secret_sha256',
  'client_secret_argon2id',
  'client_secret_sealed',
  'enabled',
  'awaits_confirmation',
  'token_ends',
  'revision',
] as const;
type Row = Pick<Selectable<Schema['client']>, (typeof CLIENT_COLUMNS)[number]>;

function toRow(client: Client): Omit<Selectable<Schema['client']>, 'search_grams'> {
  return {
    client_id: client.client_id,
    // Cut, because normalising can make 200 characters thousands, too many for an index.
    client_name_key: foldCase(client.metadata.client_name).slice(0, LONGEST_KEY),
    search_text: textOf(client),
    client_id_issued_at: client.client_id_issued_at,
    metadata: JSON.stringify(withRest(client.metadata, client.unknown_metadata ?? {})),
    token_endpoint_auth_method: client.metadata.token_endpoint_auth_method,
    managed_by: client.metadata.managed_by ?? null,
    client_secret_sha256: client.client_secret_sha256 ?? null,
    client_secret_argon2id: client.client_secret_argon2id ?? null,
    client_secret_sealed: client.client_secret_sealed ?? null,
    enabled: client.enabled ? 1 : 0,
    awaits_confirmation: client.awaits_confirmation ? 1 : 0,
    token_ends: client.token_ends ? JSON.stringify(client.token_ends) : null,
    revision: client.revision,
  };
}

/** @throws UnreadableRecord */
export function toClient(row: Row): Client {
  const what = `metadata of client ${row.client_id}`;
  const { value: metadata, rest } = readWithRest(ClientMetadataRecord, row.metadata, what);
  return {
    client_id: row.client_id,
    client_id_issued_at: row.client_id_issued_at,
    metadata,
    ...(Object.keys(rest).length > 0 && { unknown_metadata: rest }),
    ...(row.client_secret_sha256 !== null && { client_secret_sha256: row.client_secret_sha256 }),
    ...(row.client_secret_argon2id !== null && { client_secret_argon2id: row.client_secret_argon2id }),
    ...(row.client_secret_sealed !== null && { client_secret_sealed: row.client_secret_sealed }),
    enabled: row.enabled === 1,
    ...(row.awaits_confirmation === 1 && { awaits_confirmation: true }),
    ...(row.token_ends !== null && {
      token_ends: readRecord(
        TokenEndsRecord,
        row.token_ends,
        `ends of the tokens of client ${row.client_id}`,
      ),
    }),
    revision: row.revision,
  };
}

/** When a certificate ends; null where nobody can say. */
const storedEnd = (certificate: Certificate | undefined): number | null =>
  certificate !== undefined && isoTime(certificate.notAfter) !== undefined ? certificate.notAfter : null;

function clientSteps(database: Database): ClientStore['steps'] {
  const { db } = database;
  const indexing = searchIndexing(database, 'client');
  const total = indexedClients(db);
  const insertCertificates = (client: Client): readonly Step[] => {
    const rows = new Map(
      ownCertificates(client.metadata).map(({ thumbprint, certificate }) => [
        thumbprint,
        { thumbprint, client_id: client.client_id, not_after: storedEnd(certificate) },
      ]),
    );
    if (rows.size === 0) return [];
    const query = db
      .insertInto('client_certificate')
      .values([...rows.values()])
      .compile();
    return [{ condition: 'the certificates can be written', query, rows: 'any' }];
  };

  const insertAuthorities = ({ client_id, metadata }: Client): readonly Step[] => {
    const anchors = metadata.trust_anchors.flatMap(parsePemCertificates);
    const rows = new Map(
      anchors.map((certificate) => [
        certificate.thumbprint,
        { thumbprint: certificate.thumbprint, client_id, not_after: storedEnd(certificate) },
      ]),
    );
    if (rows.size === 0) return [];
    const query = db
      .insertInto('client_authority')
      .values([...rows.values()])
      .compile();
    return [{ condition: 'the trust anchors can be written', query, rows: 'any' }];
  };

  const insertOrigins = ({ client_id, enabled, metadata }: Client): readonly Step[] => {
    const rows = enabled ? Array.from(originsOf(metadata), (origin) => ({ origin, client_id })) : [];
    if (rows.length === 0) return [];
    const query = db.insertInto('client_origin').values(rows).compile();
    return [{ condition: 'the origins can be written', query, rows: 'any' }];
  };

  return {
    insert: (client) => [
      {
        condition: 'the client_id is free',
        query: db
          .insertInto('client')
          .values({ ...toRow(client), search_grams: indexing.column(textOf(client)) })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
        registry: { kind: 'client', key: client.client_id },
      },
      ...indexing.inserted(client.client_id, textOf(client)),
      total.add(1),
      ...insertCertificates(client),
      ...insertAuthorities(client),
      ...insertOrigins(client),
    ],
    update: (client) => [
      ...indexing.updating(client.client_id, textOf(client)),
      {
        condition: `the client is at revision ${client.revision - 1}`,
        query: db
          .updateTable('client')
          .set(toRow(client))
          .where('client_id', '=', client.client_id)
          .where('revision', '=', client.revision - 1)
          .compile(),
        rows: 'one',
        registry: { kind: 'client', key: client.client_id },
      },
      {
        condition: 'the certificates can be replaced',
        query: db.deleteFrom('client_certificate').where('client_id', '=', client.client_id).compile(),
        rows: 'any',
      },
      ...insertCertificates(client),
      {
        condition: 'the trust anchors can be replaced',
        query: db.deleteFrom('client_authority').where('client_id', '=', client.client_id).compile(),
        rows: 'any',
      },
      ...insertAuthorities(client),
      {
        condition: 'the origins can be replaced',
        query: db.deleteFrom('client_origin').where('client_id', '=', client.client_id).compile(),
        rows: 'any',
      },
      ...insertOrigins(client),
    ],
    // What belongs to the client goes with it: every such table cascades.
    remove: (client_id, revision) => [
      ...indexing.removing(client_id),
      total.removing(client_id),
      {
        condition: 'the client is there',
        query: db
          .deleteFrom('client')
          .where('client_id', '=', client_id)
          .$if(revision !== undefined, (query) => query.where('revision', '=', revision ?? 0))
          .compile(),
        rows: 'one',
        registry: { kind: 'client', key: client_id },
      },
    ],
  };
}

type Narrowed = NonNullable<SearchedListing['narrowed']>;
const allNarrowed = (conditions: readonly Narrowed[]): Narrowed | undefined =>
  conditions.length === 0
    ? undefined
    : {
        ofRow: (id) =>
          sql<SqlBool>`(${sql.join(
            conditions.map(({ ofRow }) => ofRow(id)),
            sql` and `,
          )})`,
        ofAll: (id) =>
          sql<SqlBool>`(${sql.join(
            conditions.map(({ ofAll }) => ofAll(id)),
            sql` and `,
          )})`,
      };

/** What a filter asks of rows. */
function conditionsOf({
  enabled,
  token_endpoint_auth_method: method,
  managed_by: label,
  certificateEndsBefore: end,
  certificatesEndBefore: lastEnd,
  within,
}: ClientFilter): Pick<SearchedListing, 'also' | 'narrowed'> {
  const also = [
    ...(enabled === undefined ? [] : [sql<SqlBool>`enabled = ${enabled ? 1 : 0}`]),
    ...(method === undefined ? [] : [sql<SqlBool>`token_endpoint_auth_method = ${method}`]),
    ...(label === undefined ? [] : [sql<SqlBool>`managed_by = ${label}`]),
  ];
  const endBefore = (before: number, isLast: boolean): Narrowed => ({
    ofRow: (id) => sql<SqlBool>`(exists (select 1 from client_certificate held
      where held.client_id = ${id} and held.not_after < ${before})${isLast ? noneLater(id, before) : sql``})`,
    ofAll: (id) => sql<SqlBool>`(${id} in (select client_id from client_certificate
      where not_after < ${before})${isLast ? noneLater(id, before) : sql``})`,
  });
  return {
    also: also.length === 0 ? undefined : sql<SqlBool>`(${sql.join(also, sql` and `)})`,
    narrowed: allNarrowed([
      ...(end === undefined ? [] : [endBefore(end, false)]),
      ...(lastEnd === undefined ? [] : [endBefore(lastEnd, true)]),
      ...(within === undefined
        ? []
        : [
            {
              ofRow: (id: RawBuilder<unknown>) => isWithin(id, within),
              ofAll: (id: RawBuilder<unknown>) => isWithin(id, within),
            },
          ]),
    ]),
  };
}

/** And no certificate of a client ends later, or at a time that nobody knows. */
const noneLater = (id: RawBuilder<unknown>, before: number) => sql` and not exists (select 1
  from client_certificate later where later.client_id = ${id}
    and (later.not_after >= ${before} or later.not_after is null))`;

/** Of the certificates of a client the one that ends last: looked up row by row, so that no plan reads all of them. */
const ENDS_LAST = sql<SqlBool>`ended.thumbprint = (select later.thumbprint from client_certificate later
  where later.client_id = ended.client_id and later.not_after is not null
  order by later.not_after desc, later.thumbprint desc limit 1)`;

const hasNoEnd = (id: RawBuilder<unknown>) => sql<SqlBool>`(select count(*) from client_certificate known
  where known.client_id = ${id} and known.not_after is not null) = 0`;

const SORTED_BY: Readonly<Record<ClientSort, Pick<ListingOrder, 'key' | 'keyed'>>> = {
  client_name: { key: 'name' },
  client_id: { key: sql.ref('client.client_id') },
  client_id_issued_at: { key: sql.ref('client.client_id_issued_at') },
  certificates_end: {
    key: sql.ref('ended.not_after'),
    keyed: { by: 'ended', table: 'client_certificate', holds: ENDS_LAST },
  },
  token_endpoint_auth_method: { key: sql.ref('client.token_endpoint_auth_method') },
  enabled: { key: sql.ref('client.enabled') },
};

/** What of it is compared as text. */
const TEXTS: ReadonlySet<ClientSort> = new Set(['client_name', 'client_id', 'token_endpoint_auth_method']);

/** From where a listing is read: names as they are compared, and of times what the column has. */
function startOf(sort: ClientSort, from: Sorting<ClientSort>['from']): string | number | undefined {
  if (sort === 'client_name' && typeof from === 'string') return foldCase(from);
  if (sort === 'client_id_issued_at' && typeof from === 'number') return Math.ceil(from / 1000);
  return from;
}

/** Listings of clients, in any order. */
function clientListing(
  database: Database,
  report: ReportUnreadable,
): Pick<ClientStore, 'list' | 'countMatching'> {
  const listing = searchedListing<Row>(database, 'client', CLIENT_COLUMNS);

  /** Those whose certificates end nobody knows when, by client_id: after all others that are sorted by it. */
  async function withoutEnd(
    { also, narrowed, search }: Pick<SearchedListing, 'also' | 'narrowed' | 'search'>,
    after: string | undefined,
    limit: number,
  ): Promise<readonly Listed<Row>[]> {
    const listed = await listing.list({
      also,
      search,
      narrowed: allNarrowed([...(narrowed ? [narrowed] : []), { ofRow: hasNoEnd, ofAll: hasNoEnd }]),
      order: { key: sql.ref('client.client_id'), isDescending: false },
      from: after === undefined ? undefined : [0, after, after],
      limit,
    });
    return listed.map(([, row]) => [1, row] as const);
  }

  return {
    async list({ search, after, limit, sort = 'client_name', descending = false, from: start, ...filter }) {
      const isUsual = sort === 'client_name' && !descending;
      const order = isUsual ? undefined : `${sort} ${descending ? 'desc' : 'asc'}`;
      const cursor = sortedCursor(order, TEXTS.has(sort) ? 'texts' : 'numbers');
      const place = cursor.read(after);
      const asked = { ...conditionsOf(filter), search };
      const ending = sort === 'certificates_end';
      const listed =
        ending && place?.[0] === 1
          ? []
          : await listing.list({
              ...asked,
              order: { ...SORTED_BY[sort], isDescending: descending, start: startOf(sort, start) },
              from: place,
              limit: limit + 1,
            });
      const left = limit + 1 - listed.length;
      const last = ending && place?.[0] === 1 ? place[2] : undefined;
      const rest = ending && left > 0 ? await withoutEnd(asked, last, left) : [];
      return cursor.page(
        [...listed, ...rest],
        limit,
        ([part, row]) => [part, row.place_key, row.client_id],
        ([, row]) => toClient(row),
        report,
      );
    },

    countMatching: ({ search, ...filter }, most) => listing.count({ ...conditionsOf(filter), search }, most),
  };
}

/** Clients in a table of their own; the thumbprints of their registered certificates and their origins in others. */
export function clientStore(database: Database, report: ReportUnreadable): ClientStore {
  const { db, reading, dialect, find } = database;
  const ofId = prepared((place: PlaceOf<{ client_id: string }>) =>
    db.selectFrom('client').select(CLIENT_COLUMNS).where('client_id', '=', place('client_id')),
  );
  const isEnabled = unindexed(dialect, 'client.enabled', 1);
  const steps = clientSteps(database);

  return {
    steps,

    async find(client_id) {
      const row = await find(ofId({ client_id }));
      return row && toClient(row);
    },

    async insert(client) {
      const { outcome } = await commitUnit(database, steps.insert(client));
      if (outcome === 'refused')
        throw new StorageConflict(`client_id ${JSON.stringify(client.client_id)} is taken`);
    },

    async update(client) {
      const { outcome } = await commitUnit(database, steps.update(client));
      if (outcome === 'committed') return;
      const name = JSON.stringify(client.client_id);
      throw new StorageConflict(`client ${name} is no longer at revision ${client.revision - 1}`);
    },

    async remove(client_id) {
      return (await commitUnit(database, steps.remove(client_id))).outcome === 'committed';
    },

    ...clientListing(database, report),

    async findByOrigin(origin) {
      const row = await db
        .selectFrom('client_origin')
        .select('client_id')
        .where('origin', '=', origin)
        .limit(1)
        .executeTakeFirst();
      return row?.client_id;
    },

    async findWithSealedSecret() {
      const row = await db
        .selectFrom('client')
        .select(['client_id', 'client_secret_sealed'])
        .where('client_secret_sealed', 'is not', null)
        .limit(1)
        .executeTakeFirst();
      if (row === undefined || row.client_secret_sealed === null) return undefined;
      return { client_id: row.client_id, client_secret_sealed: row.client_secret_sealed };
    },

    async count(groups) {
      if (groups === undefined) return indexedClients(reading).count();
      const { count } = await reading
        .selectFrom('client')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where(isWithin(sql.ref('client_id'), groups))
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async within(client_ids, groups) {
      if (client_ids.length === 0) return new Set();
      const rows = await reading
        .selectFrom('client')
        .select('client_id')
        .where('client_id', 'in', client_ids)
        .where(isWithin(sql.ref('client_id'), groups))
        .execute();
      return new Set(rows.map(({ client_id }) => client_id));
    },

    async countCertificateEnds(bounds, most, within) {
      const lowest: readonly (number | undefined)[] = [undefined, ...bounds];
      const counts: number[] = [];
      for (const [index, from] of lowest.entries()) {
        const until = bounds[index];
        const { count } = await reading
          .selectFrom((ends) =>
            ends
              .selectFrom('client_certificate')
              .innerJoin('client', 'client.client_id', 'client_certificate.client_id')
              .select('not_after')
              .where(isEnabled)
              .$if(within !== undefined, (query) =>
                query.where(isWithin(sql.ref('client.client_id'), within ?? [])),
              )
              .where('not_after', 'is not', null)
              .$if(from !== undefined, (query) => query.where('not_after', '>=', from ?? 0))
              .$if(until !== undefined, (query) => query.where('not_after', '<', until ?? 0))
              .limit(most)
              .as('ends'),
          )
          .select((select) => select.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        counts.push(count);
      }
      return counts;
    },

    async soonestCertificateEnds(since, limit, within) {
      const rows = await reading
        .selectFrom('client_certificate')
        .innerJoin('client', 'client.client_id', 'client_certificate.client_id')
        .select(['client.client_id', 'thumbprint', 'not_after', 'metadata'])
        .where(isEnabled)
        .$if(within !== undefined, (query) =>
          query.where(isWithin(sql.ref('client.client_id'), within ?? [])),
        )
        .where('not_after', '>=', since)
        .orderBy('not_after')
        .orderBy('client.client_id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        client_id: row.client_id,
        client_name: clientNameIn(row),
        thumbprint: row.thumbprint,
        not_after: row.not_after ?? 0,
      }));
    },

    async findByThumbprint(thumbprint) {
      const rows = await db
        .selectFrom('client')
        .innerJoin('client_certificate', 'client_certificate.client_id', 'client.client_id')
        .select(['client.client_id', 'metadata'])
        .where('thumbprint', '=', thumbprint)
        .orderBy('client.client_id')
        .execute();
      return rows.map((row) => ({ client_id: row.client_id, client_name: clientNameIn(row) }));
    },
  };
}
