import type { Database } from './database.ts';

export async function openPostgres(
  _url: string,
  _poolSize: number,
): Promise<Database & { readonly from: number; readonly to: number }> {
  throw new Error('PostgreSQL is not built yet');
}
