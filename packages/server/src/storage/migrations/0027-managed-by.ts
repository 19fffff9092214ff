import type { Migration } from './migration.ts';

/** The label of what is kept by files; of claim rules and attributes of people it stands in their record. */
export const managedBy: Migration = {
  version: 27,
  // Servers of before leave the label as it is.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const added = dialect === 'sqlite' ? 'add column' : 'add column if not exists';
    return [
      `alter table member_group ${added} managed_by ${text}`,
      `alter table application_role ${added} managed_by ${text}`,
      `alter table trust_role ${added} managed_by ${text}`,
      `alter table client ${added} managed_by ${text}`,
      'create index if not exists client_by_label on client (managed_by, client_name_key, client_id)',
    ];
  },
};
