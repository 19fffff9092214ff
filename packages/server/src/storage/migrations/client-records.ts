import { sql, type Transaction } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Dialect } from './migration.ts';

/** Records that are read at once. */
const PAGE = 500;

/** A client as a step of the schema finds it. */
export type ClientRecord = {
  readonly client_id: string;
  readonly enabled: boolean;
  /** As it is written: members of any version, unchecked. */
  readonly metadata: Readonly<Record<string, unknown>>;
};

function metadataIn(json: string): ClientRecord['metadata'] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The clients there are, for a step that changes records; one whose metadata cannot be read is passed over. */
export async function* clientRecords(
  transaction: Transaction<Schema>,
  dialect: Dialect,
): AsyncGenerator<ClientRecord, void> {
  // An earlier version may be changing clients meanwhile; SQLite has one writer, and that is this one.
  const locking = dialect === 'postgres' ? sql`for update` : sql``;
  let after = '';
  for (;;) {
    const { rows } = await sql<{ client_id: string; enabled: number; metadata: string }>`
      select client_id, enabled, metadata from client
      where client_id > ${after} order by client_id limit ${PAGE} ${locking}`.execute(transaction);
    for (const { client_id, enabled, metadata } of rows) {
      const read = metadataIn(metadata);
      if (read) yield { client_id, enabled: Number(enabled) === 1, metadata: read };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.client_id;
  }
}
