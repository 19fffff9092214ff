import { setImmediate } from 'node:timers/promises';
import { type Certificate, isoTime } from '@countersign/x509';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { z } from 'zod';
import type { Client } from '../../client/client.ts';
import { ClientMetadataRecord } from '../../client/client-metadata.ts';
import { ownCertificates } from '../../client/own-certificates.ts';
import { originsOf } from '../../client/web-origin.ts';
import type { Step } from '../../unit-of-work.ts';
import { commitUnit } from '../commit.ts';
import type { Database } from '../database.ts';
import { LONGEST_KEY } from '../index-key.ts';
import { cursorOf } from '../page.ts';
import { readRecord, readWithRest, withRest } from '../record.ts';
import { TokenEndsRecord } from '../records.ts';
import type { ClientRow } from '../schema.ts';
import { type Narrowing, type Place, placesOf, searchPage } from '../search.ts';
import { searchIndexing } from '../search-index.ts';
import { foldCase, searchText } from '../search-text.ts';
import { type ClientFilter, type ClientStore, StorageConflict } from '../storage.ts';
import type { ReportUnreadable } from '../storage-errors.ts';

const cursor = cursorOf(z.tuple([z.string(), z.string()]));
const EVERY = sql<SqlBool>`1 = 1`;
/** Of a search: the part, and the place in it. */
const searchCursor = cursorOf(z.tuple([z.int(), z.string(), z.string()]));
const Named = z.object({ client_name: z.string() });

const COLUMNS = [
  ...(['client_id', 'client_name_key', 'search_text', 'client_id_issued_at', 'metadata'] as const),
  ...(['token_endpoint_auth_method', 'client_secret_sha256', 'client_secret_sealed', 'enabled'] as const),
  ...(['awaits_confirmation', 'token_ends', 'revision'] as const),
] as const;

function toRow(client: Client): ClientRow {
  return {
    client_id: client.client_id,
    // Cut, because normalising can make 200 characters thousands, too many for an index.
    client_name_key: foldCase(client.metadata.client_name).slice(0, LONGEST_KEY),
    search_text: searchText(client.metadata.client_name, client.client_id),
    client_id_issued_at: client.client_id_issued_at,
    metadata: JSON.stringify(withRest(client.metadata, client.unknown_metadata ?? {})),
    token_endpoint_auth_method: client.metadata.token_endpoint_auth_method,
    client_secret_sha256: client.client_secret_sha256 ?? null,
    client_secret_sealed: client.client_secret_sealed ?? null,
    enabled: client.enabled ? 1 : 0,
    awaits_confirmation: client.awaits_confirmation ? 1 : 0,
    token_ends: client.token_ends ? JSON.stringify(client.token_ends) : null,
    revision: client.revision,
  };
}

/** @throws UnreadableRecord */
function toClient(row: ClientRow): Client {
  const what = `metadata of client ${row.client_id}`;
  const { value: metadata, rest } = readWithRest(ClientMetadataRecord, row.metadata, what);
  return {
    client_id: row.client_id,
    client_id_issued_at: row.client_id_issued_at,
    metadata,
    ...(Object.keys(rest).length > 0 && { unknown_metadata: rest }),
    ...(row.client_secret_sha256 !== null && { client_secret_sha256: row.client_secret_sha256 }),
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

/** For listings that name a client and decide nothing: one that cannot be read keeps its place in them. */
function nameOf({ client_id, metadata }: { client_id: string; metadata: string }): string {
  try {
    const named = Named.safeParse(JSON.parse(metadata));
    return named.success ? named.data.client_name : client_id;
  } catch (error) {
    if (error instanceof SyntaxError) return client_id;
    throw error;
  }
}

/** When a certificate ends; null where nobody can say. */
const storedEnd = (certificate: Certificate | undefined): number | null =>
  certificate !== undefined && isoTime(certificate.notAfter) !== undefined ? certificate.notAfter : null;

function clientSteps(database: Database): ClientStore['steps'] {
  const { db } = database;
  const indexing = searchIndexing(database, 'client');
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

  const insertOrigins = ({ client_id, enabled, metadata }: Client): readonly Step[] => {
    const rows = enabled ? Array.from(originsOf(metadata), (origin) => ({ origin, client_id })) : [];
    if (rows.length === 0) return [];
    const query = db.insertInto('client_origin').values(rows).compile();
    return [{ condition: 'the origins can be written', query, rows: 'any' }];
  };

  const insertRow = (client: Client): readonly Step[] => {
    const row = toRow(client);
    return [
      {
        condition: 'the client_id is free',
        query: db
          .insertInto('client')
          .values({ ...row, ...indexing.insertedColumns(row.search_text) })
          .onConflict((conflict) => conflict.doNothing())
          .compile(),
        rows: 'one',
        registry: { kind: 'client', key: client.client_id },
      },
      ...indexing.after(row.client_id, row.search_text),
    ];
  };

  const updateRow = (client: Client): readonly Step[] => {
    const row = toRow(client);
    return [
      ...indexing.before(row.client_id, row.search_text),
      {
        condition: `the client is at revision ${client.revision - 1}`,
        query: db
          .updateTable('client')
          .set({ ...row, ...indexing.updatedColumns(row.search_text) })
          .where('client_id', '=', client.client_id)
          .where('revision', '=', client.revision - 1)
          .compile(),
        rows: 'one',
        registry: { kind: 'client', key: client.client_id },
      },
      ...indexing.after(row.client_id, row.search_text),
    ];
  };

  return {
    insert: (client) => [...insertRow(client), ...insertCertificates(client), ...insertOrigins(client)],
    update: (client) => [
      ...updateRow(client),
      {
        condition: 'the certificates can be replaced',
        query: db.deleteFrom('client_certificate').where('client_id', '=', client.client_id).compile(),
        rows: 'any',
      },
      ...insertCertificates(client),
      {
        condition: 'the origins can be replaced',
        query: db.deleteFrom('client_origin').where('client_id', '=', client.client_id).compile(),
        rows: 'any',
      },
      ...insertOrigins(client),
    ],
    // What belongs to the client goes with it: every such table cascades.
    remove: (client_id, revision) => [
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

/** Certificates that are counted in one statement, which the process waits for with SQLite. */
const COUNTED = { sqlite: 20_000, postgres: 1_000_000 };

/** The certificates that end from one time on and before another. */
async function countEnds({ db, dialect }: Database, from: number, until: number): Promise<number> {
  const ends = () => db.selectFrom('client_certificate').where('not_after', '<', until);
  let counted = 0;
  for (let at = from; ; ) {
    const last = await ends()
      .select('not_after')
      .where('not_after', '>=', at)
      .orderBy('not_after')
      .limit(1)
      .offset(COUNTED[dialect] - 1)
      .executeTakeFirst();
    // Together with all others that end at the same moment.
    const next = (last?.not_after ?? until - 1) + 1;
    const { count } = await ends()
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('not_after', '>=', at)
      .where('not_after', '<', next)
      .executeTakeFirstOrThrow();
    counted += count;
    if (last === undefined) return counted;
    at = next;
    await setImmediate();
  }
}

/** What a filter asks of rows. */
function narrowingsOf(filter: ClientFilter): readonly Narrowing[] {
  const { enabled, token_endpoint_auth_method, certificateEndsBefore } = filter;
  const equal = (column: string, value: unknown): Narrowing => {
    const condition = sql<SqlBool>`${sql.ref(column)} = ${value}`;
    return { condition, found: sql`select 1 from client where ${condition}` };
  };
  const ended = sql`select client_id from client_certificate where not_after < ${certificateEndsBefore}`;
  return [
    ...(certificateEndsBefore === undefined
      ? []
      : [{ condition: sql<SqlBool>`client.client_id in (${ended})`, found: ended }]),
    ...(enabled === undefined ? [] : [equal('enabled', enabled ? 1 : 0)]),
    ...(token_endpoint_auth_method === undefined
      ? []
      : [equal('token_endpoint_auth_method', token_endpoint_auth_method)]),
  ];
}

/** Whether a row meets a filter, asked of one row after the other. */
function conditionOf(filter: ClientFilter, narrow: readonly Narrowing[]): RawBuilder<SqlBool> {
  const { certificateEndsBefore } = filter;
  const conditions = narrow.map(({ condition }) => condition);
  // Not the list of all there are, which may be long.
  const ends = sql<SqlBool>`exists (select 1 from client_certificate
    where client_certificate.client_id = client.client_id and not_after < ${certificateEndsBefore})`;
  const asked = certificateEndsBefore === undefined ? conditions : [ends, ...conditions.slice(1)];
  return asked.length > 0 ? sql<SqlBool>`(${sql.join(asked, sql` and `)})` : EVERY;
}

/** Clients in a table of their own; the thumbprints of their registered certificates and their origins in others. */
export function clientStore(database: Database, report: ReportUnreadable): ClientStore {
  const { db } = database;
  const steps = clientSteps(database);
  const places = placesOf(database, 'client');

  /** The rows at these places, in their order; one that went meanwhile is left out. */
  const rowsAt = async (found: readonly Place[]): Promise<ClientRow[]> => {
    if (found.length === 0) return [];
    const ids = found.map(([, id]) => id);
    const rows = await db.selectFrom('client').select(COLUMNS).where('client_id', 'in', ids).execute();
    const byId = new Map(rows.map((row) => [row.client_id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };

  return {
    steps,

    async find(client_id) {
      const row = await db
        .selectFrom('client')
        .select(COLUMNS)
        .where('client_id', '=', client_id)
        .executeTakeFirst();
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

    async list({ search = '', after, limit, ...filter }) {
      const narrow = narrowingsOf(filter);
      const also = conditionOf(filter, narrow);
      if (search !== '') {
        const found = await searchPage(places, search, also, narrow, searchCursor.read(after), limit + 1);
        const partOf = new Map(found.map(([part, , id]) => [id, part]));
        return searchCursor.page(
          await rowsAt(found.map(([, name, id]): Place => [name, id])),
          limit,
          (row) => [partOf.get(row.client_id) ?? 0, row.client_name_key, row.client_id],
          toClient,
          report,
        );
      }
      const from = cursor.read(after);
      const isOrdered =
        narrow.length === 0 || (narrow.length === 1 && filter.certificateEndsBefore === undefined);
      const found = isOrdered
        ? await places.inOrder(also, from, limit + 1)
        : await places.narrowed(also, narrow, { from }, limit + 1);
      return cursor.page(
        await rowsAt(found),
        limit,
        (row) => [row.client_name_key, row.client_id],
        toClient,
        report,
      );
    },

    async findByOrigin(origin) {
      const row = await db
        .selectFrom('client_origin')
        .select('client_id')
        .where('origin', '=', origin)
        .limit(1)
        .executeTakeFirst();
      return row?.client_id;
    },

    async count() {
      const { count } = await db
        .selectFrom('client')
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },

    async countCertificateEnds(bounds) {
      const lowest: readonly (number | undefined)[] = [undefined, ...bounds];
      const counts: number[] = [];
      for (const [index, from] of lowest.entries()) {
        counts.push(await countEnds(database, from ?? 0, bounds[index] ?? Number.MAX_SAFE_INTEGER));
      }
      return counts;
    },

    async soonestCertificateEnds(since, limit) {
      const rows = await db
        .selectFrom('client_certificate')
        .innerJoin('client', 'client.client_id', 'client_certificate.client_id')
        .select(['client.client_id', 'thumbprint', 'not_after', 'metadata'])
        .where('not_after', '>=', since)
        .orderBy('not_after')
        .orderBy('client.client_id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        client_id: row.client_id,
        client_name: nameOf(row),
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
      return rows.map((row) => ({ client_id: row.client_id, client_name: nameOf(row) }));
    },
  };
}
