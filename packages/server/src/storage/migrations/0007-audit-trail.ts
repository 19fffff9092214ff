import type { Migration } from './migration.ts';

/** Who acted, from where and on what, of events before members of their own told it. */
const earlier = (dialect: 'sqlite' | 'postgres', ...path: string[]) =>
  dialect === 'sqlite'
    ? `json_extract(record, '$.${path.join('.')}')`
    : `record::json #>> '{${path.join(',')}}'`;

/** PostgreSQL does not read a text with this escape; such an event is a refusal, which nobody made who is known. */
const readable = (dialect: 'sqlite' | 'postgres') =>
  dialect === 'sqlite' ? '' : String.raw` and record not like '%\\u0000%'`;

/** The families of event types as `event/event-class.ts` had them when this was written. */
const CLASS = `case
  when type like '%.refused' then 'traffic'
  when type = 'token.revoked' then 'security'
  when type in ('device.begun', 'backchannel.begun') then 'traffic'
  when type like 'client.%' or type like 'user.%' or type like 'truststore.%' or type like 'signing\\_key.%' escape '\\'
    or type like 'registration\\_token.%' escape '\\' or type like 'configuration.%' then 'administrative'
  when type like 'token.%' or type like 'certificate.%' or type like 'certificate\\_header.%' escape '\\'
    or type like 'connection.%' or type like 'handshake.%' or type like 'logout\\_token.%' escape '\\'
    or type like 'ping.%' then 'traffic'
  else 'security' end`;

/**
 * Events are kept by class, found by actor, address and object, and counted exactly where they are sampled; the heads
 * of the audit file's chains, and where they were cut by rotation.
 */
export const auditTrail: Migration = {
  version: 7,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const table = (name: string, ...columns: string[]) =>
      `create table ${name} (${columns.join(', ')})${dialect === 'sqlite' ? ' strict' : ''}`;
    return [
      `alter table event add column class ${text} not null default 'security'`,
      `alter table event add column actor_key ${text}`,
      `alter table event add column remote_address ${text}`,
      `alter table event add column object_id ${text}`,
      `alter table event add column unaudited ${integer} not null default 0`,
      `update event set class = ${CLASS}`,
      `update event set remote_address = ${earlier(dialect, 'remote_address')} where outcome = 'success'${readable(dialect)}`,
      `update event set actor_key = lower(${earlier(dialect, 'detail', 'by')})
        where class = 'administrative'${readable(dialect)}`,
      'create index event_by_class on event (class, time, event_id)',
      'create index event_by_actor on event (actor_key, time, event_id) where actor_key is not null',
      'create index event_by_address on event (remote_address, time, event_id)',
      'create index event_by_object on event (object_id, time, event_id) where object_id is not null',
      'create index event_unaudited on event (time) where unaudited = 1',
      table(
        'event_count',
        `minute ${integer} not null`,
        `type ${text} not null`,
        `outcome ${text} not null`,
        `sampled ${integer} not null`,
        `count ${integer} not null`,
        'primary key (minute, type, outcome)',
      ),
      `insert into event_count (minute, type, outcome, sampled, count)
        select (time / 60000) * 60000, type, outcome, 0, count(*) from event group by 1, 2, 3`,
      table(
        'audit_head',
        `chain ${text} primary key`,
        `writer ${text} not null`,
        `sequence ${integer} not null`,
        `mac ${text} not null`,
        `started_at ${integer} not null`,
        `written_at ${integer} not null`,
        `closed ${integer} not null`,
      ),
      table(
        'audit_cut',
        `chain ${text} not null`,
        `sequence ${integer} not null`,
        `mac ${text} not null`,
        `time ${integer} not null`,
        `removed ${integer} not null`,
        'primary key (chain, sequence)',
      ),
    ];
  },
};
