import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type Clock, systemClock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { DEFAULT_STORE_PASSWORD } from '../config/deployment-schema.ts';
import { initialiseHome } from '../config/home.ts';
import type { LiveSettings, LogFormat, StartSettings } from '../config/settings.ts';
import { leaveLogoutNotices } from '../endpoint/sign-in/logout-notice.ts';
import { signInLink } from '../endpoint/sign-in/page-paths.ts';
import { auditKeyOf } from '../event/audit-chain.ts';
import { type AuditTrail, createAuditTrail, NO_AUDIT_TRAIL } from '../event/audit-file.ts';
import type { EventClass } from '../event/event-class.ts';
import {
  createEventRecorder,
  type EventRecorder,
  measureEventQueue,
  SAMPLED_PER_SECOND,
} from '../event/event-recorder.ts';
import type { Retention } from '../event/event-store.ts';
import { createMetrics, type Metrics } from '../event/metrics.ts';
import { createSyslog } from '../event/syslog.ts';
import { createUnreadableReport } from '../event/unreadable-report.ts';
import { type AccountRegistrar, createAccountRegistrar } from '../registration/account-registrar.ts';
import { type ClientRegistrar, createClientRegistrar } from '../registration/client-registrar.ts';
import { Idempotency } from '../registration/idempotency.ts';
import { createSectorCheck } from '../registration/sector-document.ts';
import { createSignInLinkMaking, type SignInLinkMaking } from '../registration/sign-in-link-making.ts';
import { openStorage, type StorageOptions } from '../storage/open-storage.ts';
import { LEAST_POOL, type Reach, type StorageNotice } from '../storage/reach.ts';
import { placeOf } from '../storage/relocation/place.ts';
import type { SqliteWriter } from '../storage/sqlite-writer.ts';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import { tracedStorage } from '../storage/traced-storage.ts';
import { isTraced } from '../telemetry/telemetry-settings.ts';
import type { PasswordRules } from '../user/password-rules.ts';
import {
  createGuessingGuard,
  GUESSED_CLIENTS,
  type GuessingGuard,
} from '../user-authentication/guessing-guard.ts';
import {
  createEndAccess,
  createSessionEndings,
  type EndAccess,
} from '../user-authentication/session-endings.ts';
import { createSignInLinks, type SignInLinks } from '../user-authentication/sign-in-link.ts';
import { deliveriesOf } from '../webhook/cloud-event.ts';
import { agreeOnEncryptionKey } from './agreed-encryption-key.ts';
import { eventOfNotice, measureConnections, measureReach } from './database-watch.ts';
import { lastKnownChange } from './last-change.ts';
import { lateOutbound } from './late-outbound.ts';
import { lateStores } from './late-stores.ts';
import {
  createLogger,
  type Lines,
  lineStream,
  openLogFile,
  STANDARD_ERROR,
  STANDARD_OUTPUT,
} from './logger.ts';
import { measureBuild } from './measure-build.ts';
import { type Shared, sharedWithNobody } from './shared.ts';
import { presentSubjects } from './subjects.ts';

/** A home folder opened for work: what the server and every command share. */
export type OpenHome = {
  readonly home: string;
  /** What `deployment.toml` says; followed by nobody yet. */
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly storage: Storage;
  /** Writes an embedded database for processes that only read it; absent where it is not written here. */
  readonly writer?: SqliteWriter;
  readonly events: EventRecorder;
  /** The file that has every event that is promised. */
  readonly auditTrail: Pick<AuditTrail, 'append' | 'isWritable' | 'reopen'>;
  /** The way out of what is opened here, for whoever serves to hand over its own. */
  readonly outbound: ReturnType<typeof lateOutbound>;
  readonly clients: ClientRegistrar;
  readonly accounts: AccountRegistrar;
  readonly signInLinks: SignInLinks;
  readonly signInLinkMaking: SignInLinkMaking;
  /** What new passwords are held against. */
  readonly passwordRules: () => PasswordRules;
  /** Ends what a person has; the clients signed in to hear of it from a server that runs. */
  readonly endAccess: EndAccess;
  readonly idempotency: Idempotency;
  readonly guard: GuessingGuard;
  /** Against guesses at secrets of clients that somebody chose. */
  readonly clientGuard: GuessingGuard;
  readonly clock: Clock;
  /** What the processes of this node count and hold together. */
  readonly shared: Shared;
  /** Whether this process is one of several at a port: what a node does once its supervisor does. */
  readonly isWorker: boolean;
  /** Whether this made the home. */
  readonly firstStart: boolean;
  close(): Promise<void>;
};

const SECOND = 1000;

function retentionOf(settings: LiveSettings['events']): Readonly<Record<EventClass, Retention>> {
  const { administrative_age, administrative_count, traffic_age, traffic_count } = settings;
  const kept = { ageMs: administrative_age * SECOND, count: administrative_count };
  return {
    administrative: kept,
    security: kept,
    traffic: { ageMs: traffic_age * SECOND, count: traffic_count },
  };
}

/** Names are the product's, its first account's, what its key stores come with, and what this server is called. */
export const passwordRulesOf = (
  { server }: StartSettings,
  { password_policy, branding }: LiveSettings,
): PasswordRules => ({
  least: password_policy.min_length,
  names: [
    'countersign',
    'administrator',
    DEFAULT_STORE_PASSWORD,
    new URL(server.base_url).hostname,
    branding.name,
  ],
});

/** Where a deployment keeps its data, and what an upgrade of them must know. */
export function storageOptionsOf({ database, oauth }: StartSettings): StorageOptions {
  const { type, url, ...settings } = database.identity_db;
  const { signing_algorithm } = oauth;
  if (type === 'sqlite') return { type, file: url, signing_algorithm };
  const inMilliseconds = (limit: number | undefined) => limit && limit * SECOND;
  return {
    type,
    url,
    poolSize: settings.pool_size,
    tls: {
      mode: settings.tls,
      ca: settings.tls_ca_file,
      certificate: settings.tls_certificate_file,
      key: settings.tls_key_file,
    },
    deadline: settings.deadline * SECOND,
    statementLimit: inMilliseconds(settings.statement_limit),
    lockLimit: inMilliseconds(settings.lock_limit),
    unreachableBound: settings.unreachable_bound * SECOND,
    clockBound: settings.clock_bound * SECOND,
    signing_algorithm,
  };
}

/** What a worker has of its supervisor in place of its own. */
export type Supervised = {
  /** Told from every other worker of this supervisor, those that ended included. */
  readonly number: number;
  /** How many workers there are: what a node may have is divided among them. */
  readonly of: number;
  readonly shared: Shared;
  /** Writes an embedded database. */
  readonly writer: SqliteWriter;
  readonly auditTrail: (metrics: Metrics) => AuditTrail;
};

/** What of a storage a worker opens: an embedded database for reading, and its part of the connections to a shared one. */
function storageOptionsOfWorker(options: StorageOptions, { writer, of }: Supervised): StorageOptions {
  if (options.type === 'sqlite') return { ...options, writer };
  const { poolSize } = options;
  if (poolSize === undefined) return options;
  return { ...options, poolSize: Math.max(LEAST_POOL, Math.floor((poolSize - LEAST_POOL) / of)) };
}

/** What of a storage a supervisor opens: it answers no requests, and leaves its workers what they can use. */
const storageOptionsOfSupervisor = (options: StorageOptions): StorageOptions =>
  options.type === 'sqlite' ? options : { ...options, poolSize: LEAST_POOL };

/** A home folder whose database is not open yet. */
export type BegunHome = Pick<
  OpenHome,
  | 'home'
  | 'configuration'
  | 'log'
  | 'metrics'
  | 'events'
  | 'auditTrail'
  | 'shared'
  | 'isWorker'
  | 'clock'
  | 'firstStart'
> & {
  /** Where lines of the log go: those of workers go there as well. */
  readonly lines: Lines;
  /** Goes on in a new log file and a new audit file, where rotation moved those of before away. */
  reopenLogs(): void;
  /**
   * Opens the database; may be called again after it failed.
   * @throws StorageUnavailable, NewerSchema
   */
  open(): Promise<OpenHome>;
  /** Of one that was never opened; an open home is closed by itself. */
  close(): Promise<void>;
};

type HomeOptions = {
  readonly quiet?: boolean;
  readonly clock?: Clock;
  /** In place of what `[logging] format` says. */
  readonly logFormat?: LogFormat | undefined;
  /** Where this process is a worker. */
  readonly supervised?: Supervised | undefined;
  /** Whether workers answer the requests in place of this process. */
  readonly supervises?: boolean;
};

/**
 * Reads a home folder, making it when it is not there. What happens before its database is open is stored afterwards.
 * @param quiet whether only what went wrong is logged, on standard error: for commands, whose output is their result
 * @throws InvalidDeployment
 */
export async function beginHome(
  home: string,
  {
    quiet = false,
    clock: machineClock = systemClock,
    supervised,
    supervises = false,
    logFormat,
  }: HomeOptions = {},
): Promise<BegunHome> {
  const { created, madeEncryptionKey, configuration } = await initialiseHome(home, { clock: machineClock });
  const { atStart, now } = configuration;
  const metrics = createMetrics();
  measureBuild(metrics);
  const onDropped = () => metrics.logLinesDropped.inc();
  const standard = quiet ? STANDARD_ERROR : STANDARD_OUTPUT;
  // Lines of a worker come to its supervisor, who writes them.
  const logFile =
    atStart.logging.file === undefined || quiet || supervised ? undefined : openLogFile(atStart.logging.file);
  const destination = logFile?.descriptor ?? standard;
  const lines = lineStream(destination, onDropped);
  const format = logFormat ?? atStart.logging.format;
  const traced = !quiet && isTraced(atStart.telemetry);
  const log = await createLogger({ ...now().logging, format }, quiet, onDropped, destination, {
    lines,
    worker: supervised?.number,
    isTraced: traced,
  });
  let reach: Reach | undefined;
  const clock: Clock = () => machineClock() + (reach?.clockOffset() ?? 0);
  const { syslog: syslogUrl } = atStart.logging;
  const syslog =
    syslogUrl === undefined || supervised
      ? undefined
      : createSyslog(syslogUrl, clock, () => metrics.syslogFailures.inc());
  const stores = lateStores();
  const auditLines = logFile ? lineStream(standard, onDropped) : lines;
  const events = createEventRecorder({
    store: stores.events,
    isAway: (error) => error instanceof StorageUnavailable,
    log,
    auditTrail: (onGap) => {
      if (supervised) return supervised.auditTrail(metrics);
      if (atStart.logging.audit_log === 'off') return NO_AUDIT_TRAIL;
      return createAuditTrail({
        file: atStart.logging.audit_file,
        maxBytes: atStart.logging.audit_file_size,
        keep: atStart.logging.audit_files,
        key: auditKeyOf(atStart.encryption.key),
        writer: `${quiet ? 'command' : 'server'} ${process.pid} on ${hostname()}`,
        store: stores.audit,
        log,
        metrics,
        clock,
        onGap,
        ...(syslog && { forward: syslog.send }),
        ...(atStart.logging.audit_log === 'stdout' && { stream: (line) => auditLines.write(line) }),
      });
    },
    metrics,
    retention: () => retentionOf(now().events),
    deliveries: (event) => deliveriesOf(event, now().webhook, atStart.server.base_url),
    tends: !quiet && supervised === undefined,
    sampledPerSecond: Math.ceil(SAMPLED_PER_SECOND / (supervised?.of ?? 1)),
    clock,
  });
  measureEventQueue(metrics, events);
  const closeEvents = async () => {
    await events.close();
    syslog?.close();
  };
  const reopenLogs = () => {
    events.auditTrail.reopen();
    try {
      logFile?.reopen();
    } catch (error) {
      log.error({ err: error }, 'the log goes on in the file of before');
    }
  };
  const begun = {
    home,
    configuration,
    log,
    metrics,
    events,
    auditTrail: events.auditTrail,
    shared: supervised?.shared ?? sharedWithNobody(now, clock),
    isWorker: supervised !== undefined,
    clock,
    firstStart: created,
  };
  const reportUnreadable = createUnreadableReport(events, clock);
  return {
    ...begun,
    lines,
    reopenLogs,
    async open() {
      // What is noticed while the database is opened is told once its clock is known; of all processes of a node by one.
      const early: StorageNotice[] = [];
      const tell = (notice: StorageNotice) => {
        if (reach === undefined) early.push(notice);
        else if (!quiet && !supervised) events.record(eventOfNotice(notice));
      };
      const ofNode = storageOptionsOf(atStart);
      const configured = supervises ? storageOptionsOfSupervisor(ofNode) : ofNode;
      const options: StorageOptions =
        configured.type === 'sqlite' ? { ...configured, apart: !quiet } : configured;
      const lastKnown = quiet || supervised ? undefined : lastKnownChange(home, placeOf(options));
      const untraced = await openStorage(
        supervised ? storageOptionsOfWorker(options, supervised) : { ...options, lastKnown },
        reportUnreadable,
        machineClock,
        tell,
      );
      const storage = traced ? tracedStorage(untraced, options.type) : untraced;
      reach = storage.reach;
      for (const notice of early) tell(notice);
      measureReach(metrics, storage.reach);
      if (storage.pool) measureConnections(metrics, storage.pool);
      stores.arrive(storage);
      const place = placeOf(options);
      const { key } = atStart.encryption;
      try {
        const agreeing = { home, place, storage, events, key, clock };
        await agreeOnEncryptionKey(agreeing, { claims: !quiet, made: madeEncryptionKey });
      } catch (error) {
        await storage.close();
        throw error;
      }
      const outbound = lateOutbound(begun);
      return {
        ...begun,
        storage,
        ...(storage.writer && { writer: storage.writer }),
        outbound,
        ...registrarsOf(begun, storage, outbound),
        async close() {
          await closeEvents();
          await storage.close();
        },
      };
    },
    close: closeEvents,
  };
}

/** What changes the records of an open home, and what it is held against. */
function registrarsOf(
  {
    configuration: { atStart, now },
    events,
    shared,
    clock,
  }: Pick<BegunHome, 'configuration' | 'events' | 'shared' | 'clock'>,
  storage: Storage,
  outbound: OpenHome['outbound'],
): Pick<
  OpenHome,
  | 'clients'
  | 'idempotency'
  | 'accounts'
  | 'signInLinks'
  | 'signInLinkMaking'
  | 'passwordRules'
  | 'endAccess'
  | 'guard'
  | 'clientGuard'
> {
  const guessingLimits = () => {
    const { max_failed_attempts, window, lock_time } = now().account_lock;
    return {
      maxFailuresPerUser: max_failed_attempts,
      maxFailuresPerAddress: max_failed_attempts * 10,
      windowMs: window * SECOND,
      lockMs: lock_time * SECOND,
    };
  };
  const guard = createGuessingGuard(storage, guessingLimits, clock, shared.turns);
  const passwordRules = () => passwordRulesOf(atStart, now());
  const signInLinks = createSignInLinks(storage, clock);
  return {
    clients: createClientRegistrar(
      storage,
      events,
      atStart.encryption.key,
      async (identifier) => {
        const subjects = await presentSubjects({ storage, encryptionKey: atStart.encryption.key });
        const known = [identifier, subjects?.candidate(identifier)].filter((sub) => sub !== undefined);
        const users = await Promise.all(known.map((sub) => storage.users.find(sub)));
        return users.some((user) => user !== undefined);
      },
      createSectorCheck(outbound.fetch),
      clock,
      atStart.oauth,
      () => now().oauth,
    ),
    idempotency: new Idempotency(storage.ephemerals, atStart.encryption.key, clock),
    accounts: createAccountRegistrar(storage, guard, events, passwordRules, clock),
    signInLinks,
    signInLinkMaking: createSignInLinkMaking({ storage, events }, signInLinks, (secret) =>
      signInLink(atStart.server.base_url, secret),
    ),
    passwordRules,
    endAccess: createEndAccess(
      createSessionEndings(storage.sessions, leaveLogoutNotices(storage.ephemerals, clock), clock),
      storage.grants,
      clock,
    ),
    guard,
    clientGuard: createGuessingGuard(storage, guessingLimits, clock, shared.turns, GUESSED_CLIENTS),
  };
}

/**
 * Opens a home folder with its database, making it when it is not there.
 * @throws InvalidDeployment, StorageUnavailable, NewerSchema
 */
export async function openHome(home: string, options: HomeOptions = {}): Promise<OpenHome> {
  const begun = await beginHome(home, options);
  try {
    return await begun.open();
  } catch (error) {
    await begun.close();
    throw error;
  }
}
