import type { Certificate } from '@countersign/x509';
import type { TrustRole } from '../client/trust-role.ts';
import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { AccountRegistrar } from '../registration/account-registrar.ts';
import type { Actor } from '../registration/actor.ts';
import type { AttributeDefinitions } from '../registration/attribute-definitions.ts';
import type { ClaimRules } from '../registration/claim-rules.ts';
import type { ClientRegistrar } from '../registration/client-registrar.ts';
import type { GroupRegistrar } from '../registration/group-registrar.ts';
import type { RoleRegistrar } from '../registration/role-registrar.ts';
import type { Storage } from '../storage/storage.ts';
import type { KnownNames } from './known-names.ts';

/** The role that an imported certificate gets; `undefined` leaves it to the rule. */
export type ImportedRole = TrustRole | undefined;

/** A trust store as it was when it was asked for, and as an import adds to it. */
export type ImportedStore = {
  /** Whether an entry has the alias. */
  hasAlias(alias: string): boolean;
  /** Whether the certificate stands in it. */
  has(thumbprint: string): boolean;
  /** Adds one with its one event. */
  add(alias: string, certificate: Certificate, role: ImportedRole, by: Actor): Promise<void>;
};

/** The trust stores of this server. */
export type ImportedTrust = {
  /** @param group undefined for the trust store itself @returns undefined where no such `[[trust_group]]` is configured */
  store(group: string | undefined): Promise<ImportedStore | undefined>;
  /** The roles that were given, by thumbprint. */
  roleOf(thumbprint: string): Promise<ImportedRole>;
};

/** What an import changes, and what it judges by. */
export type ImportContext = {
  readonly storage: Storage;
  readonly events: Pick<EventRecorder, 'prepare'>;
  readonly clients: Pick<ClientRegistrar, 'judgeMoved'>;
  readonly accounts: AccountRegistrar;
  readonly groups: GroupRegistrar;
  readonly roles: RoleRegistrar;
  readonly attributes: AttributeDefinitions;
  readonly claims: ClaimRules;
  readonly trust: ImportedTrust;
  /** Whether people may be administrators here because they were there: where whoever imports is above all of them. */
  readonly givesAdministratorRoles: boolean;
  /** 32 bytes, the deployment's `[encryption] key`: what must be read again is sealed with it. */
  readonly encryptionKey: Uint8Array;
  /** Whom the first start makes, `[super_admin]`: nobody else may be there under that name before. */
  readonly administrator: string | undefined;
  readonly clock: Clock;
};

/** What the writers of one import share. */
export type WriterContext = ImportContext & {
  readonly names: KnownNames;
  /** Who brings it in. */
  readonly by: Actor;
  /** What the other server is, for events. */
  readonly source: string;
};
