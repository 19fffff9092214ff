import { type Clock, systemClock } from '../clock.ts';
import { commitUnit } from './commit.ts';
import type { Database } from './database.ts';
import { indexRows } from './index-rows.ts';
import { SCHEMA_VERSION } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { canWrite, connections, durability } from './probe.ts';
import type { StorageNotice } from './reach.ts';
import { openRows } from './relocation/open-rows.ts';
import { placeOf } from './relocation/place.ts';
import { openSqlite } from './sqlite.ts';
import { openSqliteReader, openSqliteToLook } from './sqlite-reader.ts';
import { readingApart } from './sqlite-reading.ts';
import type { SqliteWriter } from './sqlite-writer.ts';
import type { Storage } from './storage.ts';
import type { ReportUnreadable } from './storage-errors.ts';
import type { StorageOptions } from './storage-options.ts';
import { attributeDefinitionStore } from './stores/attribute-definition-store.ts';
import { auditStore } from './stores/audit-store.ts';
import { authorityStore } from './stores/authority-store.ts';
import { authorizationCodeStore } from './stores/authorization-code-store.ts';
import { certificateEndStore } from './stores/certificate-end-store.ts';
import { certificateUseStore } from './stores/certificate-use-store.ts';
import { claimRuleStore } from './stores/claim-rule-store.ts';
import { clientStore } from './stores/client-store.ts';
import { clientUseStore } from './stores/client-use-store.ts';
import { consentStore } from './stores/consent-store.ts';
import { credentialStore } from './stores/credential-store.ts';
import { deferredAuthorizationStore } from './stores/deferred-authorization-store.ts';
import { dynamicRegistrationStore } from './stores/dynamic-registration-store.ts';
import { ephemeralStore } from './stores/ephemeral-store.ts';
import { eventStore } from './stores/event-store.ts';
import { expiryNoticeStore } from './stores/expiry-notice-store.ts';
import { grantStore } from './stores/grant-store.ts';
import { groupStore } from './stores/group-store.ts';
import { guessStore } from './stores/guess-store.ts';
import { heldStore } from './stores/held-store.ts';
import { initialAccessTokenStore } from './stores/initial-access-token-store.ts';
import { leaseStore } from './stores/lease-store.ts';
import { nodeStore } from './stores/node-store.ts';
import { referenceTokenStore } from './stores/reference-token-store.ts';
import { refreshTokenStore } from './stores/refresh-token-store.ts';
import { replayStore } from './stores/replay-store.ts';
import { requestCountStore } from './stores/request-count-store.ts';
import { revokedTokenStore } from './stores/revoked-token-store.ts';
import { roleStore } from './stores/role-store.ts';
import { sessionStore } from './stores/session-store.ts';
import { signingKeyStore } from './stores/signing-key-store.ts';
import { subjectSecretStore } from './stores/subject-secret-store.ts';
import { trustStoreStore } from './stores/trust-store-store.ts';
import { userStore } from './stores/user-store.ts';
import { webhookStore } from './stores/webhook-store.ts';
import { sweepExpired } from './sweep.ts';
import { findUnreadable } from './unreadable-records.ts';
import { watchUsable } from './usable.ts';

export type { StorageOptions } from './storage-options.ts';

type OpenDatabase = Database & {
  readonly from: number;
  readonly to: number;
  readonly writer?: SqliteWriter;
};

function openDatabase(
  options: StorageOptions,
  clock: Clock,
  tell: (notice: StorageNotice) => void,
): Promise<OpenDatabase> {
  if (options.type === 'postgres') return openPostgres(options, options, clock, tell);
  if (options.looksOnly) return openSqliteToLook(options.file, options, clock, tell);
  return openSqlite(options.file, options, clock, tell, options.apart);
}

/**
 * Opens the database, makes or upgrades its schema, and returns the stores over it. Several processes may have
 * one database open, the embedded one too.
 * @param report told of each row that a listing left out because it cannot be read
 * @param tell told what becomes of the database
 * @throws StorageUnavailable when the database cannot be reached or opened
 * @throws NewerSchema when a later version of this server wrote it, which this one must not use
 * @throws DataElsewhere when the data were moved away, or have not all come
 * @throws OlderSchema where `looksOnly` leaves it as it is
 * @returns the stores, and with them the `writer` of an embedded database that is written here
 */
export async function openStorage(
  options: StorageOptions,
  report: ReportUnreadable = () => {},
  clock = systemClock,
  tell: (notice: StorageNotice) => void = () => {},
): Promise<Storage & { readonly writer?: SqliteWriter }> {
  const opened: Database & { readonly writer?: SqliteWriter } =
    options.type === 'sqlite' && options.writer
      ? await openSqliteReader(options.file, options.writer, clock, tell)
      : await openDatabase(options, clock, tell);
  const database = options.type === 'sqlite' && options.apart ? readingApart(opened, options.file) : opened;
  const watch = watchUsable(database.db, placeOf(options), SCHEMA_VERSION, options.relocating);
  let closing: Promise<void> | undefined;
  const stopIndexing = new AbortController();
  let indexing: Promise<void> | undefined;
  return {
    clients: clientStore(database, report),
    users: userStore(database, report),
    signingKeys: signingKeyStore(database, report),
    guesses: guessStore(database),
    events: eventStore(database),
    audit: auditStore(database),
    requestCounts: requestCountStore(database),
    authorities: authorityStore(database),
    trustStores: trustStoreStore(database, report),
    nodes: nodeStore(database, report),
    grants: grantStore(database, report),
    authorizationCodes: authorizationCodeStore(database),
    refreshTokens: refreshTokenStore(database),
    referenceTokens: referenceTokenStore(database),
    revokedTokens: revokedTokenStore(database),
    replays: replayStore(database),
    ephemerals: ephemeralStore(database),
    sessions: sessionStore(database, report),
    consents: consentStore(database, report),
    credentials: credentialStore(database),
    claimRules: claimRuleStore(database, report),
    attributeDefinitions: attributeDefinitionStore(database, report),
    initialAccessTokens: initialAccessTokenStore(database, report),
    dynamicRegistrations: dynamicRegistrationStore(database),
    deferredAuthorizations: deferredAuthorizationStore(database, report),
    webhookDeliveries: webhookStore(database),
    groups: groupStore(database, report),
    roles: roleStore(database, report),
    leases: leaseStore(database),
    certificateEnds: certificateEndStore(database),
    expiryNotices: expiryNoticeStore(database),
    certificateUses: certificateUseStore(database),
    clientUses: clientUseStore(database),
    held: heldStore(database),
    subjectSecret: subjectSecretStore(database),
    commit: (steps) => commitUnit(database, steps),
    registry: database.registry,
    position: database.position,
    reach: {
      ...database.reach,
      canWrite: () => canWrite(database),
      connections: () => connections(database),
      durability: () => durability(database),
    },
    ...(database.pool && { pool: database.pool }),
    findUnreadable: (isEnough = () => false) => findUnreadable(database, isEnough),
    sweep: (now) => sweepExpired(database, now),
    indexSearch() {
      indexing ??= indexRows(database, stopIndexing.signal).finally(() => {
        indexing = undefined;
      });
      return indexing;
    },
    ...(database.writer && { writer: database.writer }),
    unusable: watch.unusable,
    close() {
      watch.stop();
      stopIndexing.abort();
      closing ??= Promise.allSettled([indexing]).then(() => database.close());
      return closing;
    },
  };
}

/**
 * Makes or upgrades the schema and nothing else.
 * @returns the schema versions before (0 for an empty database) and after
 * @throws StorageUnavailable, NewerSchema, DataElsewhere
 */
export async function migrateStorage(options: StorageOptions): Promise<{ from: number; to: number }> {
  const { from, to, close } = await openRows(options);
  await close();
  return { from, to };
}
