import { entryCertificate } from '@countersign/x509/key-store';
import type { TrustStores } from '../admin/trust-resource.ts';
import type { ImportContext, ImportedStore, ImportedTrust } from '../move/import-context.ts';
import { createAttributeDefinitions } from '../registration/attribute-definitions.ts';
import { createClaimRules } from '../registration/claim-rules.ts';
import { createGroupRegistrar } from '../registration/group-registrar.ts';
import { importedEntries, sameAlias } from '../registration/imported-entries.ts';
import { createRoleRegistrar } from '../registration/role-registrar.ts';
import type { OpenHome } from './open-home.ts';

/** One trust store; read anew each time, since others change it too. @param group undefined for the trust store itself */
function importedStore(
  stores: TrustStores,
  group: string | undefined,
  clock: OpenHome['clock'],
): ImportedStore {
  const entries = async () =>
    (await stores.list()).stores.find((store) => store.group === group)?.entries ?? [];
  return {
    async certificateAt(alias) {
      const entry = (await entries()).find(sameAlias(alias));
      return entry && entryCertificate(entry);
    },
    async aliasOf(thumbprint) {
      return (await entries()).find((entry) => entryCertificate(entry)?.thumbprint === thumbprint)?.alias;
    },
    async add(alias, certificate, role, by) {
      await stores.change(
        group,
        (present) => [...present, ...importedEntries([certificate], present, alias, clock())],
        by,
        undefined,
        role && { role, thumbprints: [certificate.thumbprint] },
      );
    },
  };
}

/** The trust stores as an import adds to them. */
export function importedTrust(
  stores: TrustStores,
  { authorities }: Pick<OpenHome['storage'], 'authorities'>,
  clock: OpenHome['clock'],
): ImportedTrust {
  return {
    async store(group) {
      const isThere = (await stores.list()).stores.some((store) => store.group === group);
      return isThere ? importedStore(stores, group, clock) : undefined;
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
