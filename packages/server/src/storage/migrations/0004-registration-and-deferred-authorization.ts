import type { Migration } from './migration.ts';

/** Clients that register themselves, and authorizations that a person decides on another device. */
export const registrationAndDeferredAuthorization: Migration = {
  version: 4,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const table = (name: string, ...columns: string[]) =>
      `create table ${name} (${columns.join(', ')})${dialect === 'sqlite' ? ' strict' : ''}`;
    const ofClient = `references client (client_id) on delete cascade`;
    return [
      table(
        'initial_access_token',
        `token_id ${text} primary key`,
        `token_sha256 ${text} not null unique`,
        `label ${text} not null`,
        `clients_allowed ${integer} not null`,
        `clients_registered ${integer} not null`,
        `created_at ${integer} not null`,
        `expires_at ${integer} not null`,
      ),
      table(
        'dynamic_registration',
        `client_id ${text} primary key ${ofClient}`,
        `registration_access_token_sha256 ${text} not null`,
        `initial_access_token_id ${text}`,
        `software_statement ${text}`,
        `registered_at ${integer} not null`,
      ),
      table(
        'deferred_authorization',
        `authorization_sha256 ${text} primary key`,
        `client_id ${text} not null ${ofClient}`,
        `user_code ${text} unique`,
        `sub ${text}`,
        `state ${text} not null`,
        `poll_interval ${integer} not null`,
        `polled_at ${integer}`,
        `expires_at ${integer} not null`,
        `record ${text} not null`,
      ),
      'create index deferred_authorization_by_client on deferred_authorization (client_id)',
      'create index deferred_authorization_by_sub on deferred_authorization (sub, expires_at)',
      'create index deferred_authorization_by_expiry on deferred_authorization (expires_at)',
    ];
  },
};
