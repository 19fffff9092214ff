import type { Certificate } from '@countersign/x509';
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

/** The client trust store, as an import adds to it. */
export type ImportedTrust = {
  /** The certificate that an alias names, if any. */
  certificateAt(alias: string): Promise<Certificate | undefined>;
  /** The alias that a certificate has, if any. */
  aliasOf(thumbprint: string): Promise<string | undefined>;
  /** Adds one with its one event. @param role what the operator named it as */
  add(alias: string, certificate: Certificate, role: 'authority' | 'none', by: Actor): Promise<void>;
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
  /** 32 bytes, the deployment's `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
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
