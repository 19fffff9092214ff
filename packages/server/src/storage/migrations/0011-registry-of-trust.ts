import type { Migration } from './migration.ts';

/** Who vouches for clients is remembered by every process, until one of these changes. */
const TABLES = ['trust_role', 'authority_claim'];

/** Has roles and claims move the number of the registry, as clients do. A claim that was known already moves nothing. */
export const registryOfTrust: Migration = {
  version: 11,
  statements(dialect) {
    if (dialect === 'sqlite') {
      return TABLES.flatMap((table) =>
        ['insert', 'update', 'delete'].map(
          (change) =>
            `create trigger ${table}_${change}_moves_registry after ${change} on ${table}
             begin update registry_version set version = version + 1; end`,
        ),
      );
    }
    return TABLES.map(
      (table) =>
        `create trigger ${table}_moves_registry after insert or update or delete on ${table}
         for each row execute function registry_changed()`,
    );
  },
};
