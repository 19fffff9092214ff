import type { Migration } from './migration.ts';

/** The claims that operators define, which go with the client they are for, and the attributes of people. */
export const claims: Migration = {
  version: 21,
  // Servers of before know nothing of these tables, and need not.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    return [
      `create table if not exists claim_rule (claim_rule_id ${text} primary key,
        client_id ${text} references client (client_id) on delete cascade, revision ${integer} not null,
        record ${text} not null)${strict}`,
      'create index if not exists claim_rule_of_client on claim_rule (client_id)',
      `create table if not exists attribute_definition (name ${text} primary key, revision ${integer} not null,
        record ${text} not null)${strict}`,
    ];
  },
};
