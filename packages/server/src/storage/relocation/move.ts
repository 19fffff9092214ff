import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import { SCHEMA_VERSION } from '../migrate.ts';
import type { Upgraded } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';
import type { StorageOptions } from '../storage-options.ts';
import type { RelocationState } from '../usable.ts';
import { openRows, type RowDatabase } from './open-rows.ts';
import { placeOf } from './place.ts';
import { RelocationRefused } from './relocation-errors.ts';
import { batchesOf, countRows, emptyTables, insertRows, type Sum, sumOf } from './rows.ts';
import { alone } from './source-lock.ts';
import { type Table, tablesOf } from './tables.ts';

/** A move of all data from an embedded database to PostgreSQL. */
export type Move = {
  readonly file: string;
  /** An empty database. */
  readonly target: StorageOptions & { readonly type: 'postgres' };
  readonly deployment: Upgraded;
  readonly clock: Clock;
  /** Told as rows arrive, and once as each table was compared. */
  readonly progress: (step: MoveProgress) => void;
};

export type MoveProgress = {
  readonly table: string;
  readonly rows: number;
  readonly of: number;
  readonly verified?: true;
};

/** Each table as it stands in both databases, the same in each. */
export type Moved = { readonly place: string; readonly tables: Readonly<Record<string, Sum>> };

type Relocation = { readonly relocation_id: string; readonly state: string; readonly place: string };

/** Tables of which one row says that somebody uses the database already. */
const LIVED_IN = ['client', 'user_account', 'signing_key', 'event', 'authorization_grant'];

async function relocationOf(db: Kysely<Schema>): Promise<Relocation | undefined> {
  return await db.selectFrom('relocation').select(['relocation_id', 'state', 'place']).executeTakeFirst();
}

/** Writes down what becomes of the data of a database, in place of what stood there. */
export async function setRelocation(
  db: Kysely<Schema>,
  relocation: { readonly relocation_id: string; readonly place: string },
  state: RelocationState,
  now: number,
): Promise<void> {
  const row = { ...relocation, state, changed_at: now };
  await db
    .insertInto('relocation')
    .values({ id: 1, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

/** Whether nobody lived in the database so far. */
export async function isEmpty(db: Kysely<Schema>): Promise<boolean> {
  for (const name of LIVED_IN) if ((await countRows(db, { name })) > 0) return false;
  return true;
}

const CHANGES = ['insert', 'update', 'delete'] as const;
const guardOf = (table: string, change: string) => `"${table}_${change}_is_elsewhere"`;

/** From here on nobody writes a row: not a server of whatever version, not a person with a tool. */
function freeze(database: DatabaseSync, tables: readonly Table[], place: string, id: string, now: number) {
  const why = `'the data of this database are at ${place.replaceAll("'", "''")}'`;
  for (const { name } of tables) {
    for (const change of CHANGES) {
      database.exec(
        `create trigger if not exists ${guardOf(name, change)} before ${change} on "${name}"
         begin select raise(abort, ${why}); end`,
      );
    }
  }
  database
    .prepare(
      `insert into relocation (id, relocation_id, state, place, changed_at) values (1, ?, 'leaving', ?, ?)
       on conflict (id) do update set relocation_id = excluded.relocation_id, state = excluded.state,
         place = excluded.place, changed_at = excluded.changed_at`,
    )
    .run(id, place, now);
}

/** Whether the data of a database are going elsewhere, or went. */
const isLeaving = (relocation: Relocation | undefined): relocation is Relocation =>
  relocation?.state === 'leaving' || relocation?.state === 'left';

/**
 * Marks the source, with nobody else at it, unless that was done before. A target that cannot be had leaves everything
 * as it is.
 * @returns the move that it is a part of
 */
async function leave(move: Move, { db }: RowDatabase): Promise<Relocation> {
  const { file, target, clock } = move;
  const place = placeOf(target);
  return await withSource(move, async (source) => {
    const before = await relocationOf(source.db);
    if (isLeaving(before)) {
      if (before.place === place) return () => before;
      const how = before.state === 'left' ? 'were moved' : 'are being moved';
      throw new RelocationRefused(`the data of ${file} ${how} to ${before.place}, not to ${place}`);
    }
    if (!(await isEmpty(db)) || (await relocationOf(db))?.state === 'arriving') {
      throw new RelocationRefused(`${place} is not empty: give the move an empty database`);
    }
    const tables = await tablesOf(source.db, 'sqlite', SCHEMA_VERSION);
    const relocation_id = randomUUID();
    // Once this process has closed the file as well.
    return () => {
      alone(file, (database) => freeze(database, tables, place, relocation_id, clock()));
      return { relocation_id, place, state: 'leaving' };
    };
  }).then((mark) => mark());
}

/** Makes the target ready for the first row, or finds it where an interrupted move left it. */
async function arrive(
  { file, target, clock }: Move,
  { db }: RowDatabase,
  leaving: Relocation,
): Promise<void> {
  const there = await relocationOf(db);
  if (there?.relocation_id === leaving.relocation_id) return;
  const place = placeOf(target);
  if (there?.state === 'arriving') {
    throw new RelocationRefused(`${place} holds a part of other data: give the move an empty database`);
  }
  if (!(await isEmpty(db))) {
    throw new RelocationRefused(`${place} holds the data of a deployment: give the move an empty database`);
  }
  const tables = await tablesOf(db, 'postgres', SCHEMA_VERSION);
  await db.transaction().execute(async (transaction) => {
    await setRelocation(
      transaction,
      { relocation_id: leaving.relocation_id, place: file },
      'arriving',
      clock(),
    );
    await emptyTables(transaction, 'postgres', tables);
  });
}

/** Batches are committed in the order of the source, so that their number says where to go on. */
async function copy(
  source: RowDatabase,
  target: RowDatabase,
  table: Table,
  { progress }: Move,
): Promise<void> {
  const of = await countRows(source.db, table);
  let rows = await countRows(target.db, table);
  if (!table.hasKey && rows > 0) return;
  progress({ table: table.name, rows, of });
  for await (const batch of batchesOf(source.db, 'sqlite', table, rows)) {
    await target.db.transaction().execute((transaction) => insertRows(transaction, table, batch));
    rows += batch.length;
    progress({ table: table.name, rows, of });
  }
}

async function verified(source: RowDatabase, target: RowDatabase, table: Table, move: Move): Promise<Sum> {
  const [was, is] = await Promise.all([
    sumOf(source.db, 'sqlite', table),
    sumOf(target.db, 'postgres', table),
  ]);
  if (was.rows !== is.rows || was.sha256 !== is.sha256) {
    throw new RelocationRefused(
      `${table.name} did not arrive as it left: ${was.rows} rows (${was.sha256}) became ${is.rows} (${is.sha256}). ` +
        'Give up with "countersign migrate --give-up" and move into another, empty database',
    );
  }
  move.progress({ table: table.name, rows: is.rows, of: was.rows, verified: true });
  return is;
}

/** The tables of both, which must be alike. */
async function tablesOfBoth(source: RowDatabase, target: RowDatabase): Promise<readonly Table[]> {
  const [tables, there] = [
    await tablesOf(source.db, 'sqlite', SCHEMA_VERSION),
    await tablesOf(target.db, 'postgres', SCHEMA_VERSION),
  ];
  const known = new Map(there.map((each) => [each.name, each.columns.join()]));
  const strange = tables.filter(({ name, columns }) => known.get(name) !== columns.join());
  if (strange.length > 0) {
    throw new RelocationRefused(
      `these tables are not the same in both databases: ${strange.map(({ name }) => name).join(', ')}`,
    );
  }
  return tables;
}

const sqlite = ({ file, deployment }: Pick<Move, 'file' | 'deployment'>) =>
  ({ type: 'sqlite', file, ...deployment, relocating: true }) as const;

async function withSource<T>(
  move: Pick<Move, 'file' | 'deployment' | 'clock'>,
  work: (source: RowDatabase) => Promise<T>,
): Promise<T> {
  const source = await openRows(sqlite(move));
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

async function mustExist(file: string): Promise<void> {
  await access(file).catch(() => {
    throw new RelocationRefused(`there is no database ${file}`);
  });
}

/**
 * Moves everything that an embedded database holds to an empty PostgreSQL database, and compares each table. From its
 * beginning on nobody can write the source, and no server starts on it; none starts on the target before everything
 * is there. Interrupted at any point it goes on when it is called again.
 * @throws RelocationRefused, StorageUnavailable, NewerSchema
 */
export async function moveToPostgres(move: Move): Promise<Moved> {
  const { file, deployment, clock } = move;
  await mustExist(file);
  const target = await openRows({ ...move.target, ...deployment, relocating: true });
  try {
    const leaving = await leave(move, target);
    await arrive(move, target, leaving);
    return await withSource(move, async (source) => {
      const tables = await tablesOfBoth(source, target);
      const sums: Record<string, Sum> = {};
      if ((await relocationOf(target.db))?.state === 'arriving') {
        for (const table of tables) await copy(source, target, table, move);
        for (const table of tables) sums[table.name] = await verified(source, target, table, move);
      }
      // In this order: at no moment could a server start on either of the two.
      await setRelocation(source.db, leaving, 'left', clock());
      await setRelocation(target.db, { ...leaving, place: file }, 'arrived', clock());
      return { place: leaving.place, tables: sums };
    });
  } finally {
    await target.close();
  }
}

/**
 * Ends a move that was not finished: the embedded database is used again.
 * @returns where the data were going to
 * @throws RelocationRefused when nothing moves, or everything did
 */
export async function giveUpMove({ file, deployment, clock }: Pick<Move, 'file' | 'deployment' | 'clock'>) {
  await mustExist(file);
  const moving = await withSource({ file, deployment, clock }, (source) => relocationOf(source.db));
  if (moving?.state === 'left') {
    throw new RelocationRefused(
      `the data of ${file} were moved to ${moving.place} whole: what was ended there since must stay ended. ` +
        'The way back is a backup made there and restored here',
    );
  }
  if (moving?.state !== 'leaving') throw new RelocationRefused(`nothing is being moved out of ${file}`);
  alone(file, thaw);
  return moving.place;
}

/** Undoes the marks of a move. */
function thaw(database: DatabaseSync): void {
  const guards = database
    .prepare(
      "select name from sqlite_schema where type = 'trigger' and name like '%\\_is\\_elsewhere' escape '\\'",
    )
    .all();
  for (const { name } of guards) database.exec(`drop trigger "${String(name)}"`);
  database.exec('delete from relocation');
}
