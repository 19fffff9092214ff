import { entryCertificate } from '@countersign/x509/key-store';
import type { TrustStores } from '../admin/trust-resource.ts';
import type { ImportContext, ImportedTrust } from '../move/import-context.ts';
import { createAttributeDefinitions } from '../registration/attribute-definitions.ts';
import { createClaimRules } from '../registration/claim-rules.ts';
import { createGroupRegistrar } from '../registration/group-registrar.ts';
import { importedEntries, sameAlias } from '../registration/imported-entries.ts';
import { createRoleRegistrar } from '../registration/role-registrar.ts';
import type { OpenHome } from './open-home.ts';

/** The trust stores as an import adds to them; read anew each time, since others change them too. */
export function importedTrust(
  stores: TrustStores,
  { authorities }: Pick<OpenHome['storage'], 'authorities'>,
  clock: OpenHome['clock'],
): ImportedTrust {
  return {
    async store(group) {
      const store = (await stores.list()).stores.find((candidate) => candidate.group === group);
      return (
        store && {
          hasAlias: (alias) => store.entries.some(sameAlias(alias)),
          has: (thumbprint) =>
            store.entries.some((entry) => entryCertificate(entry)?.thumbprint === thumbprint),
          async add(alias, certificate, role, by) {
            await stores.change(
              group,
              (present) => {
                const added = importedEntries([certificate], present, alias, clock());
                return added.length === 0 ? present : [...present, ...added];
              },
              by,
              undefined,
              role && { role, thumbprints: [certificate.thumbprint] },
            );
          },
        }
      );
    },
    async roleOf(thumbprint) {
      return (await authorities.named()).find((named) => named.thumbprint === thumbprint)?.role;
    },
  };
}

/**
 * What an import changes of an open home.
 * @param stores where its trust stores are kept
 * @param givesAdministratorRoles whether people may be administrators here because they were there
 */
export function importContext(
  opened: OpenHome,
  stores: TrustStores,
  { givesAdministratorRoles = false } = {},
): ImportContext {
  const { storage, events, clients, accounts, clock } = opened;
  const { super_admin, encryption } = opened.configuration.atStart;
  return {
    storage,
    events,
    clients,
    accounts,
    groups: createGroupRegistrar(storage, events, clock),
    roles: createRoleRegistrar(storage, events, clock),
    attributes: createAttributeDefinitions(storage, events, clock),
    claims: createClaimRules(storage, events, clock),
    trust: importedTrust(stores, storage, clock),
    givesAdministratorRoles,
    encryptionKey: encryption.key,
    administrator: super_admin.create_admin_account ? super_admin.username : undefined,
    clock,
  };
}
