import { type Logger, pino } from 'pino';
import { type Clock, systemClock } from '../clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { initialiseHome } from '../config/home.ts';
import type { StartSettings } from '../config/settings.ts';
import { createEventRecorder, type EventRecorder } from '../event/event-recorder.ts';
import { createMetrics, type Metrics } from '../event/metrics.ts';
import { createUnreadableReport } from '../event/unreadable-report.ts';
import { type AccountRegistrar, createAccountRegistrar } from '../registration/account-registrar.ts';
import { type ClientRegistrar, createClientRegistrar } from '../registration/client-registrar.ts';
import { Idempotency } from '../registration/idempotency.ts';
import { openStorage, type StorageOptions } from '../storage/open-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { createGuessingGuard, type GuessingGuard } from '../user-authentication/guessing-guard.ts';
import { createLogger } from './logger.ts';

/** A home folder opened for work: what the server and every command share. */
export type OpenHome = {
  readonly home: string;
  /** What `deployment.toml` says; followed by nobody yet. */
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly storage: Storage;
  readonly events: EventRecorder;
  readonly clients: ClientRegistrar;
  readonly accounts: AccountRegistrar;
  readonly idempotency: Idempotency;
  readonly guard: GuessingGuard;
  readonly clock: Clock;
  /** Whether this made the home. */
  readonly firstStart: boolean;
  close(): Promise<void>;
};

const KEPT_EVENTS = 100_000;
const SECOND = 1000;

/** Where a deployment keeps its data. */
export function storageOptionsOf({ database }: StartSettings): StorageOptions {
  const { type, url } = database.identity_db;
  return type === 'sqlite' ? { type, file: url } : { type, url };
}

/**
 * Opens a home folder, making it when it is not there.
 * @param quiet whether only what went wrong is logged, on standard error: for commands, whose output is their result
 * @throws InvalidDeployment, StorageUnavailable, NewerSchema
 */
export async function openHome(home: string, { quiet = false, clock = systemClock } = {}): Promise<OpenHome> {
  const { created, configuration } = await initialiseHome(home, { clock });
  const { atStart, now } = configuration;
  const log = createLogger({ ...atStart.logging, ...now().logging }, quiet);
  const audit = pino(
    { base: null, timestamp: false, messageKey: 'message' },
    pino.destination({ dest: atStart.logging.audit_file, mkdir: true, sync: false, mode: 0o600 }),
  );
  const metrics = createMetrics();
  const storage = await openStorage(storageOptionsOf(atStart), (problem) => reportUnreadable(problem));
  const events = createEventRecorder({
    store: storage.events,
    log,
    audit,
    metrics,
    keep: KEPT_EVENTS,
    clock,
  });
  const reportUnreadable = createUnreadableReport(events, clock);
  const guessingLimits = () => {
    const { max_failed_attempts, window, lock_time } = now().account_lock;
    return {
      maxFailuresPerUser: max_failed_attempts,
      maxFailuresPerAddress: max_failed_attempts * 10,
      windowMs: window * SECOND,
      lockMs: lock_time * SECOND,
    };
  };
  const guard = createGuessingGuard(storage, guessingLimits, clock);
  return {
    home,
    configuration,
    log,
    metrics,
    storage,
    events,
    clients: createClientRegistrar(
      storage,
      events,
      atStart.encryption.key,
      async (identifier) => (await storage.users.find(identifier)) !== undefined,
      clock,
    ),
    idempotency: new Idempotency(storage.ephemerals, atStart.encryption.key, clock),
    accounts: createAccountRegistrar(storage, guard, events, clock),
    guard,
    clock,
    firstStart: created,
    async close() {
      await events.close();
      await storage.close();
      await new Promise<void>((resolve) => audit.flush(() => resolve()));
    },
  };
}
