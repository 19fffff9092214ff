import { entryCertificate } from '@countersign/x509/key-store';
import type { TrustStores } from '../admin/trust-resource.ts';
import type { ImportContext, ImportedTrust } from '../move/import-context.ts';
import { createAttributeDefinitions } from '../registration/attribute-definitions.ts';
import { createClaimRules } from '../registration/claim-rules.ts';
import { createGroupRegistrar } from '../registration/group-registrar.ts';
import { importedEntries, sameAlias } from '../registration/imported-entries.ts';
import { createRoleRegistrar } from '../registration/role-registrar.ts';
import type { OpenHome } from './open-home.ts';

/** The client trust store as an import adds to it; read anew each time, since others change it too. */
export function importedTrust(stores: TrustStores, clock: OpenHome['clock']): ImportedTrust {
  const entries = async () => (await stores.list()).stores[0]?.entries ?? [];
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
        undefined,
        (present) => [...present, ...importedEntries([certificate], present, alias, clock())],
        by,
        undefined,
        // Without a role the rule would judge it, and make an authority of it.
        { role: role === 'authority' ? role : 'handshake', thumbprints: [certificate.thumbprint] },
      );
    },
  };
}

/** What an import changes of an open home. @param stores where its trust stores are kept */
export function importContext(opened: OpenHome, stores: TrustStores): ImportContext {
  const { storage, events, clients, accounts, clock } = opened;
  return {
    storage,
    events,
    clients,
    accounts,
    groups: createGroupRegistrar(storage, events, clock),
    roles: createRoleRegistrar(storage, events, clock),
    attributes: createAttributeDefinitions(storage, events, clock),
    claims: createClaimRules(storage, events, clock),
    trust: importedTrust(stores, clock),
    encryptionKey: opened.configuration.atStart.encryption.key,
    clock,
  };
}
