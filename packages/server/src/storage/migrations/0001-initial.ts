import type { Dialect, Migration } from './migration.ts';

/** The tables whose every change moves the number of the registry; by triggers until step 15. */
const REGISTRY = ['client', 'user_account', 'signing_key'];

/**
 * Triggers, so that no writer can forget: SQLite counts in a row that every process reads, PostgreSQL tells
 * the listeners of every process when the transaction commits.
 */
function registryTriggers(dialect: Dialect): string[] {
  if (dialect === 'sqlite') {
    return REGISTRY.flatMap((table) =>
      ['insert', 'update', 'delete'].map(
        (change) =>
          `create trigger ${table}_${change}_moves_registry after ${change} on ${table}
           begin update registry_version set version = version + 1; end`,
      ),
    );
  }
  return [
    `create function registry_changed() returns trigger language plpgsql as $$
     begin perform pg_notify('countersign_registry', ''); return null; end $$`,
    ...REGISTRY.map(
      (table) =>
        `create trigger ${table}_moves_registry after insert or update or delete or truncate on ${table}
         for each statement execute function registry_changed()`,
    ),
  ];
}

/** What both dialects write each in its own way. */
type Definition = {
  readonly dialect: Dialect;
  /** Texts in the same order everywhere: by their UTF-8 bytes, whatever the locale of the database. */
  readonly text: string;
  readonly integer: string;
  readonly table: (name: string, ...columns: readonly string[]) => string;
  readonly ofClient: string;
};

function definitionIn(dialect: Dialect): Definition {
  const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
  return {
    dialect,
    text,
    integer: dialect === 'sqlite' ? 'integer' : 'bigint',
    table: (name, ...columns) =>
      `create table ${name} (${columns.join(', ')})${dialect === 'sqlite' ? ' strict' : ''}`,
    ofClient: `client_id ${text} not null references client (client_id) on delete cascade`,
  };
}

/** Whom the server knows, and the keys it signs with: what every process remembers until it changes. */
function registryTables({ text, integer, table, ofClient, dialect }: Definition): string[] {
  return [
    table(
      'client',
      `client_id ${text} primary key`,
      `client_name_key ${text} not null`,
      `search_text ${text} not null`,
      `client_id_issued_at ${integer} not null`,
      `metadata ${text} not null`,
      `client_secret_sha256 ${text}`,
      `enabled ${integer} not null`,
      `revision ${integer} not null`,
    ),
    // SQLite searches by reading this index alone, a small part of the table; PostgreSQL reads the table.
    `create index client_by_name on client (client_name_key, client_id${dialect === 'sqlite' ? ', search_text' : ''})`,
    table(
      'client_certificate',
      `thumbprint ${text} not null`,
      ofClient,
      'primary key (thumbprint, client_id)',
    ),
    'create index client_certificate_by_client on client_certificate (client_id)',
    table(
      'user_account',
      `sub ${text} primary key`,
      `username ${text} not null`,
      `username_key ${text} not null unique`,
      `search_text ${text} not null`,
      `password_hash ${text} not null`,
      `roles ${text} not null`,
      `claims ${text} not null`,
      `enabled ${integer} not null`,
      `created_at ${integer} not null`,
      `revision ${integer} not null`,
    ),
    table(
      'signing_key',
      `kid ${text} primary key`,
      `alg ${text} not null`,
      `state ${text} not null check (state in ('next', 'active', 'retired'))`,
      `sealed_private_jwk ${text} not null`,
      `created_at ${integer} not null`,
      `retired_at ${integer}`,
    ),
    "create unique index signing_key_in_use on signing_key (alg, state) where state <> 'retired'",
  ];
}

/** What happened, and what was guessed wrongly. */
function observationTables({ text, integer, table }: Definition): string[] {
  return [
    table('guess', `guess_key ${text} primary key`, `expires_at ${integer} not null`),
    'create index guess_by_expiry on guess (expires_at)',
    table(
      'failed_guess',
      `guess_key ${text} not null references guess (guess_key) on delete cascade`,
      `failed_at ${integer} not null`,
    ),
    'create index failed_guess_by_time on failed_guess (guess_key, failed_at)',

    table(
      'event',
      `event_id ${text} primary key`,
      `time ${integer} not null`,
      `type ${text} not null`,
      `outcome ${text} not null`,
      `client_id ${text}`,
      `search_text ${text} not null`,
      `record ${text} not null`,
    ),
    'create index event_by_time on event (time, event_id, outcome)',
    'create index event_by_client on event (client_id, time, event_id)',
  ];
}

/** What was granted, and the tokens that hang on it. */
function grantTables({ text, integer, table, ofClient }: Definition): string[] {
  return [
    table(
      'authorization_grant',
      `grant_id ${text} primary key`,
      ofClient,
      `sub ${text} not null`,
      `scope ${text} not null`,
      `created_at ${integer} not null`,
      `expires_at ${integer} not null`,
      `revoked_at ${integer}`,
    ),
    'create index authorization_grant_by_time on authorization_grant (created_at, grant_id)',
    'create index authorization_grant_by_client on authorization_grant (client_id)',
    'create index authorization_grant_by_sub on authorization_grant (sub)',
    'create index authorization_grant_by_expiry on authorization_grant (expires_at)',
    ...['authorization_code', 'refresh_token'].flatMap((name) => [
      table(
        name,
        `${name === 'authorization_code' ? 'code_sha256' : 'token_sha256'} ${text} primary key`,
        ofClient,
        `sub ${text} not null`,
        `expires_at ${integer} not null`,
        `used_at ${integer}`,
        `record ${text} not null`,
      ),
      `create index ${name}_by_client on ${name} (client_id)`,
      `create index ${name}_by_sub on ${name} (sub)`,
      `create index ${name}_by_expiry on ${name} (expires_at)`,
    ]),
    table(
      'reference_token',
      `token_sha256 ${text} primary key`,
      `grant_id ${text}`,
      ofClient,
      `sub ${text} not null`,
      `expires_at ${integer} not null`,
      `revoked_at ${integer}`,
      `record ${text} not null`,
    ),
    'create index reference_token_by_grant on reference_token (grant_id)',
    'create index reference_token_by_client on reference_token (client_id)',
    'create index reference_token_by_sub on reference_token (sub)',
    'create index reference_token_by_expiry on reference_token (expires_at)',
  ];
}

/** What is remembered for a time: replays, pages under way, browsers, consent. */
function rememberedTables({ text, integer, table, ofClient }: Definition): string[] {
  return [
    table('revoked_token', `jti ${text} primary key`, `expires_at ${integer} not null`),
    'create index revoked_token_by_expiry on revoked_token (expires_at)',
    table('replay', `replay_key ${text} primary key`, `expires_at ${integer} not null`),
    'create index replay_by_expiry on replay (expires_at)',
    table(
      'ephemeral',
      `kind ${text} not null`,
      `ephemeral_key ${text} not null`,
      `value ${text} not null`,
      `expires_at ${integer} not null`,
      'primary key (kind, ephemeral_key)',
    ),
    'create index ephemeral_by_expiry on ephemeral (expires_at)',
    table(
      'session',
      `session_id ${text} primary key`,
      `secret_sha256 ${text} not null unique`,
      `sub ${text} not null`,
      `created_at ${integer} not null`,
      `expires_at ${integer} not null`,
      `record ${text} not null`,
    ),
    'create index session_by_sub on session (sub)',
    'create index session_by_time on session (created_at, session_id)',
    'create index session_by_expiry on session (expires_at)',
    table(
      'consent',
      `sub ${text} not null`,
      ofClient,
      `scopes ${text} not null`,
      `granted_at ${integer} not null`,
      'primary key (sub, client_id)',
    ),
    'create index consent_by_client on consent (client_id)',
    'create index consent_by_time on consent (granted_at, sub, client_id)',
  ];
}

export const initial: Migration = {
  version: 1,
  statements(dialect) {
    const definition = definitionIn(dialect);
    return [
      ...registryTables(definition),
      ...observationTables(definition),
      ...grantTables(definition),
      ...rememberedTables(definition),
      ...(dialect === 'sqlite'
        ? [
            definition.table(
              'registry_version',
              'id integer primary key check (id = 1)',
              'version integer not null',
            ),
            'insert into registry_version (id, version) values (1, 1)',
          ]
        : []),
      ...registryTriggers(dialect),
    ];
  },
};
