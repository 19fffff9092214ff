import { type SqlBool, sql } from 'kysely';
import type { Dialect } from './migrations/migration.ts';

/**
 * That a column has a value, as a condition by which no index is entered: for one that nearly all rows meet, beside one that
 * few do. PostgreSQL knows from its statistics which is which; SQLite has none, and takes a sign before the column for it.
 */
export const unindexed = (dialect: Dialect, column: string, value: string | number) =>
  dialect === 'sqlite'
    ? sql<SqlBool>`+${sql.ref(column)} = ${value}`
    : sql<SqlBool>`${sql.ref(column)} = ${value}`;
