import { execFile } from 'node:child_process';
import type { Logger } from 'pino';

/** What is told to the service manager that started the server, where it asked to be told. */
export type ServiceNotices = {
  /** Requests are answered. Begins to tell that the event loop turns, where that is asked for. */
  ready(): Promise<void>;
  /** Tells that the configuration is read anew while `work` runs. */
  reloading(work: () => Promise<void>): Promise<void>;
  /** The end has begun. */
  stopping(): void;
  close(): void;
};

const SILENT: ServiceNotices = {
  ready: async () => {},
  reloading: (work) => work(),
  stopping() {},
  close() {},
};

/** How long one notice may take, in milliseconds: the program waits until the manager has read it. */
const NOTICE_MS = 10_000;
const MICROSECONDS = 1000;

/** CLOCK_MONOTONIC, by which systemd tells an answer to this reload from one to an earlier. */
const monotonic = (): string => `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`;

/** Half of the time after which systemd takes the process for dead; undefined where it does not watch this one. */
function watchdogInterval({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | undefined {
  if (WATCHDOG_PID !== undefined && Number(WATCHDOG_PID) !== process.pid) return undefined;
  const limit = Number(WATCHDOG_USEC);
  return Number.isSafeInteger(limit) && limit > 0 ? limit / MICROSECONDS / 2 : undefined;
}

/**
 * Tells systemd (`Type=notify`, sd_notify(3)) what the server does. Node.js has no datagram sockets of the kind systemd
 * listens on, so each notice is sent by `systemd-notify`, a child of this process: the unit needs `NotifyAccess=all`. What
 * cannot be sent is logged once and ends nothing.
 * @param environment of which NOTIFY_SOCKET and the watchdog's variables are taken: no child of the server tells in its place
 */
export function createServiceNotices(
  log: Pick<Logger, 'warn'>,
  environment = process.env,
  program = 'systemd-notify',
): ServiceNotices {
  const { NOTIFY_SOCKET } = environment;
  if (NOTIFY_SOCKET === undefined || NOTIFY_SOCKET === '') return SILENT;
  const interval = watchdogInterval(environment);
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete environment[name];

  let failed = false;
  const tell = (...assignments: readonly string[]): Promise<void> =>
    new Promise((done) => {
      const env = { ...environment, NOTIFY_SOCKET };
      execFile(program, assignments, { env, timeout: NOTICE_MS }, (error) => {
        if (error && !failed) {
          failed = true;
          log.warn(
            { err: error },
            `systemd could not be told ${assignments[0]}: ${program} must be there, and the unit allow it (NotifyAccess=all)`,
          );
        }
        done();
      });
    });

  let beating: NodeJS.Timeout | undefined;
  let isReady = false;
  let ended = false;
  return {
    async ready() {
      isReady = true;
      await tell('READY=1', 'STATUS=answers requests');
      if (interval === undefined || ended) return;
      // A loop that does not turn tells nothing, and the manager starts the server anew.
      beating = setInterval(() => void tell('WATCHDOG=1'), interval).unref();
    },
    async reloading(work) {
      // What starts is not told to be ready by a reload.
      if (!isReady || ended) return work();
      await tell('RELOADING=1', monotonic());
      try {
        await work();
      } finally {
        if (!ended) await tell('READY=1');
      }
    },
    stopping() {
      ended = true;
      void tell('STOPPING=1', 'STATUS=ends');
    },
    close() {
      clearInterval(beating);
    },
  };
}
