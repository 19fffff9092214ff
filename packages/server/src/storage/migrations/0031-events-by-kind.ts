import { sql } from 'kysely';
import type { Dialect, Migration } from './migration.ts';

/** A text within the record of an event, where it can be read; PostgreSQL reads none that has an escaped zero anywhere. */
const inRecord = (dialect: Dialect, ...path: readonly string[]): string =>
  dialect === 'sqlite'
    ? `case when json_valid(record) then json_extract(record, '$.${path.map((name) => `"${name}"`).join('.')}') end`
    : String.raw`case when record like '%\\u0000%' then null else record::json #>> '{${path.join(',')}}' end`;

const listed = (...words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');

/** The kinds of events as `event/event-kind.ts` had them when this was written. */
const kindOf = (dialect: Dialect): string => {
  const [because, username] = [inRecord(dialect, 'because'), inRecord(dialect, 'username')];
  const family = dialect === 'sqlite' ? `substr(type, 1, instr(type, '.') - 1)` : `split_part(type, '.', 1)`;
  return `case
    when ${because} in (${listed(
      'user_unknown',
      'user_disabled',
      'password_wrong',
      'password_temporary',
      'action_required',
      'second_factor_needed',
      'second_factor_wrong',
      'passkey_not_accepted',
      'certificate_of_no_account',
      'authentication_too_weak',
      'other_person_signed_in',
    )}) or (${because} = 'guessing_limited' and ${username} is not null) then 'sign_in'
    when ${because} like 'certificate\\_%' escape '\\'
      and ${family} in ('handshake', 'connection', 'request', 'route') then 'certificate'
    when ${because} = 'internal_error' then 'server'
    when type = 'truststore.authority_unconfirmed' then 'certificate'
    when ${family} in (${listed('sign_in', 'sign_out', 'session', 'account', 'credential')}) then 'sign_in'
    when ${family} in (${listed(
      'token',
      'introspection',
      'revocation',
      'userinfo',
      'authorization',
      'consent',
      'grant',
      'device',
      'backchannel',
      'claim',
    )}) then 'token'
    when ${family} in (${listed(
      'client',
      'registration',
      'registration_token',
      'user',
      'group',
      'role',
      'claim_rule',
      'attribute',
      'signing_key',
      'truststore',
      'configuration',
      'subjects',
      'admin',
    )}) then 'administration'
    when ${family} in (${listed('certificate', 'certificate_header', 'expiry')}) then 'certificate'
    when ${family} in (${listed('handshake', 'connection', 'request', 'route')}) then 'connection'
    else 'server' end`;
};

/**
 * Events are found by kind, by the person they are about and by their certificates; requests are counted as they are
 * answered. Of events of before, the certificate that was presented or watched is known; which ones a change was about
 * stands in their `changes` alone.
 */
export const eventsByKind: Migration = {
  version: 31,
  // Servers of before leave the columns of what they write empty.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const added = dialect === 'sqlite' ? 'add column' : 'add column if not exists';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `alter table event ${added} kind ${text}`,
      `alter table event ${added} username_key ${text}`,
      'create index if not exists event_by_kind on event (kind, time, event_id)',
      'create index if not exists event_by_person on event (username_key, time, event_id) where username_key is not null',
      `create table if not exists event_certificate (
        thumbprint ${text} not null, at ${integer} not null,
        event_id ${text} not null references event (event_id) on delete cascade,
        primary key (thumbprint, at, event_id))${strict}`,
      'create index if not exists event_certificate_of_event on event_certificate (event_id)',
      `create table if not exists request_count (
        minute ${integer} not null, endpoint ${text} not null, outcome ${text} not null, count ${integer} not null,
        primary key (minute, endpoint, outcome))${strict}`,
    ];
  },
  async changeRecords(transaction, dialect) {
    const presented = inRecord(dialect, 'certificate', 'x5t#S256');
    const watched = `case when ${inRecord(dialect, 'object', 'kind')} = 'certificate' then object_id end`;
    const statements = [
      `update event set kind = ${kindOf(dialect)}, username_key = lower(${inRecord(dialect, 'username')})`,
      `update event set username_key = null where length(username_key) > 255`,
      ...[presented, watched].map(
        (thumbprint) => `insert into event_certificate (thumbprint, at, event_id)
          select found.thumbprint, found.time, found.event_id
          from (select ${thumbprint} as thumbprint, time, event_id from event) found
          where found.thumbprint is not null and length(found.thumbprint) <= 255 on conflict do nothing`,
      ),
    ];
    for (const statement of statements) await sql.raw(statement).execute(transaction);
  },
};
