import { type Kysely, sql } from 'kysely';
import { ownMember } from '../own-member.ts';
import type { Schema } from './schema.ts';
import { DataElsewhere, NewerSchema } from './storage-errors.ts';

/** From this version of the schema on the database says which servers may use it, and what moves. */
export const OLDEST_SINCE = 16;

/** What the database says of its schema; version 0 of an empty one. */
export type SchemaFound = { readonly version: number; readonly oldest: number };

/** What became of the data of a database: see `relocation/`. */
export const RELOCATION_STATES = ['leaving', 'left', 'arriving', 'arrived'] as const;
export type RelocationState = (typeof RELOCATION_STATES)[number];

/** Reads which schema the database has; there is a `schema_version`. */
export async function versionIn(db: Kysely<Schema>): Promise<SchemaFound> {
  const { rows } = await sql<Schema['schema_version']>`select * from schema_version`.execute(db);
  const { version = 0, oldest, oldest_of } = rows[0] ?? {};
  return { version, oldest: oldest_of === version ? (oldest ?? version) : version };
}

const WHY: Readonly<Record<string, (place: string) => string>> = {
  leaving: (place) =>
    `its data are being moved to ${place}. Run the same "countersign migrate" again to finish that, or ` +
    '"countersign migrate --give-up" to stay here',
  left: (place) =>
    `its data were moved to ${place}, where they may have changed since: let [database.identity_db] of ` +
    'deployment.toml name that database. The way back is in docs/moving-to-postgresql.md',
  arriving: (place) =>
    `the data that come here from ${place} are not complete. Run the command again that brings them`,
};

/**
 * @param known the latest version of the schema that whoever asks knows
 * @param relocating whether it is the one that moves the data
 * @throws NewerSchema when a newer server made the schema one that older ones must not use
 * @throws DataElsewhere when the data went elsewhere, or have not all come
 */
export async function checkUsable(
  db: Kysely<Schema>,
  name: string,
  { version, oldest }: SchemaFound,
  known: number,
  relocating = false,
): Promise<void> {
  if (version > known && oldest > known) throw new NewerSchema(name, version, known);
  if (version < OLDEST_SINCE || relocating) return;
  const moved = await db.selectFrom('relocation').select(['state', 'place']).executeTakeFirst();
  const why = moved && ownMember(WHY, moved.state);
  if (moved && why) throw new DataElsewhere(`${name} is not used: ${why(moved.place)}`);
}

const LOOK_EVERY_MS = 2_000;

/**
 * Looks every other second whether the database may still be used by this process: a newer server may have changed the
 * schema, or somebody moved the data. A database that does not answer is asked again.
 * @returns settles once it may not, with what `checkUsable` throws; and how to stop looking
 */
export function watchUsable(
  db: Kysely<Schema>,
  name: string,
  known: number,
  relocating: boolean | undefined,
): { readonly unusable: Promise<Error>; readonly stop: () => void } {
  const { promise, resolve } = Promise.withResolvers<Error>();
  let looking = false;
  const look = async () => {
    if (looking) return;
    looking = true;
    try {
      await checkUsable(db, name, await versionIn(db), known, relocating);
    } catch (error) {
      if (error instanceof NewerSchema || error instanceof DataElsewhere) resolve(error);
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  return { unusable: promise, stop: () => clearInterval(timer) };
}
