import { type ClientRecord, clientRecords } from './client-records.ts';
import type { Migration } from './migration.ts';

/** The origins of the redirect URIs of a public client, as browsers send them. */
function originsOf({ token_endpoint_auth_method: method, redirect_uris }: ClientRecord['metadata']) {
  if (method !== 'none' || !Array.isArray(redirect_uris)) return [];
  const addresses = redirect_uris.map((uri) => (typeof uri === 'string' ? URL.parse(uri) : null));
  const origins = addresses.flatMap((url) => (url && /^https?:$/.test(url.protocol) ? [url.origin] : []));
  return [...new Set(origins)];
}

/** The origins whose scripts may speak for clients that are not disabled: the union is asked by browsers, of all at once. */
export const clientOrigins: Migration = {
  version: 14,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `create table client_origin (origin ${text} not null,
        client_id ${text} not null references client (client_id) on delete cascade,
        primary key (origin, client_id))${strict}`,
      'create index client_origin_by_client on client_origin (client_id)',
    ];
  },
  /** Of the public clients there are already. */
  async changeRecords(transaction, dialect) {
    for await (const { client_id, enabled, metadata } of clientRecords(transaction, dialect)) {
      const rows = enabled ? originsOf(metadata).map((origin) => ({ origin, client_id })) : [];
      if (rows.length > 0) await transaction.insertInto('client_origin').values(rows).execute();
    }
  },
};
