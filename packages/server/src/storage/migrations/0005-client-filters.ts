import type { Migration } from './migration.ts';

/**
 * What listings of clients are narrowed by: the authentication method, and when a registered certificate ends.
 * Certificates that were there before have no end here until their client changes.
 */
export const clientFilters: Migration = {
  version: 5,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const method =
      dialect === 'sqlite'
        ? "json_extract(metadata, '$.token_endpoint_auth_method')"
        : "metadata::jsonb ->> 'token_endpoint_auth_method'";
    return [
      `alter table client add column token_endpoint_auth_method ${text} not null default ''`,
      `update client set token_endpoint_auth_method = ${method}`,
      'create index client_by_method on client (token_endpoint_auth_method, client_name_key, client_id)',
      'create index client_by_enabled on client (enabled, client_name_key, client_id)',
      `alter table client_certificate add column not_after ${integer}`,
      'create index client_certificate_by_end on client_certificate (not_after)',
    ];
  },
};
