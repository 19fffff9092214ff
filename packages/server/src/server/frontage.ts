import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyServerFactory } from 'fastify';
import type { Trust } from '../client-authentication/trust.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import { answerProbe, type Health, type Readiness } from '../endpoint/health.ts';
import { guarded } from '../event/guarded.ts';
import { CannotListen } from './cannot-listen.ts';
import { isSharedFile } from './follow-trust.ts';
import { startHealthListener } from './health-listener.ts';
import type { BegunHome } from './open-home.ts';
import type { PlainListener } from './plain-listener.ts';
import { reportReload } from './report-reload.ts';
import { startTracing } from './telemetry.ts';
import { createTransport, type Transport } from './transport.ts';

/** What an application puts behind the frontage. */
export type Behind = {
  readonly trust: Pick<Trust, 'admits' | 'whyNotAdmitted'>;
  /** Whether requests can be answered as they should be. */
  readonly readiness: Health['readiness'];
};

/** What clients and probes meet, from before there is a database until the process ends. */
export type Frontage = {
  readonly configuration: FollowedConfiguration;
  readonly transport: Pick<Transport, 'decideOrigins' | 'mtlsBase' | 'follow'>;
  readonly health: Health;
  /** For Fastify: its handler gets the requests once it is opened to them. */
  readonly serverFactory: FastifyServerFactory;
  /** Begins to listen, unless it does. Until `open` only probes are answered, and all else with 503. @throws CannotListen */
  listen(): Promise<void>;
  /** Hands requests to the application from here on, and listens. @throws CannotListen */
  open(behind: Behind): Promise<void>;
  /** Looks at deployment.toml and the stores it names at once, and takes up what changed. */
  reload(): Promise<void>;
  /**
   * Says that the process is about to end, and goes on answering meanwhile: probes hear that it is not ready, and every
   * answer ends its connection.
   * @param graceMs milliseconds until it is done
   */
  drain(graceMs: number): Promise<void>;
  /** Closes the doors of clients once what is under way has been answered, for ten seconds at most. */
  closeDoors(): Promise<void>;
  /** Ends everything, the answers to probes last. */
  close(): Promise<void>;
};

/** Seconds after which to ask a server again that could not answer just now. */
export const RETRY_AFTER_SECONDS = '5';

const NOT_YET = JSON.stringify({
  error: 'temporarily_unavailable',
  error_description: 'The server is starting.',
});

/** Answers requests before there is an application; each ends its connection, which was judged by nothing yet. */
const answerWhileStarting =
  (health: Health) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('connection', 'close').setHeader('x-content-type-options', 'nosniff');
    if (await answerProbe(health, request, response)) return;
    response
      .writeHead(503, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'retry-after': RETRY_AFTER_SECONDS,
      })
      .end(NOT_YET);
  };

/**
 * Follows the configuration and builds the listeners over it; nothing listens yet.
 * @throws InvalidDeployment, UnusableStore, UnsafeProxyConfiguration, UnreadableAddressRange, UnusableHeaderName
 */
export async function createFrontage(
  home: Pick<BegunHome, 'home' | 'configuration' | 'events' | 'metrics' | 'log'> &
    Partial<Pick<BegunHome, 'isWorker' | 'shared'>>,
): Promise<Frontage> {
  const { events, metrics, log, isWorker = false, shared } = home;
  const configuration = await home.configuration.follow({
    onReload: (report, changes) => {
      // Of all processes of a node one tells of it; an edit of what nodes share is told as a change of that.
      if (!isWorker && !isSharedFile(report, home.configuration)) reportReload(report, changes, events);
      log.level = home.configuration.now().logging.level;
    },
  });

  let behind: Behind | undefined;
  let isDraining = false;
  const health: Health = {
    async readiness(writes): Promise<Readiness> {
      if (isDraining) return 'draining';
      return behind === undefined ? 'starting' : behind.readiness(writes);
    },
  };

  const tracing = await startTracing({ ...home, isWorker });
  const transport = createTransport({
    configuration,
    tracing,
    trust: {
      // Whoever comes before there is anything to be admitted to hears no more than that.
      admits: (presented) => behind?.trust.admits(presented) ?? true,
      whyNotAdmitted: (presented) => behind?.trust.whyNotAdmitted(presented) ?? {},
    },
    events,
    metrics,
    others: shared?.others,
  });
  const starting: RequestListener = guarded('answering while starting', events, answerWhileStarting(health));
  let application: RequestListener | undefined;
  const server = transport.serverFor((request, response) => {
    (behind === undefined ? starting : (application ?? starting))(request, response);
  });

  let listening: Promise<void> | undefined;
  let probes: PlainListener | undefined;
  const beginToListen = async () => {
    const { bind, port } = configuration.atStart.health;
    if (port !== undefined && !isWorker) {
      probes = await startHealthListener(health, { bind, port }, events).catch((cause) => {
        throw new CannotListen({ section: 'health', port, bind }, cause);
      });
    }
    await transport.listen();
  };
  const listen = (): Promise<void> => {
    listening ??= beginToListen();
    return listening;
  };
  const closeDoors = async () => {
    isDraining = true;
    probes?.drain();
    await transport.close();
  };

  return {
    configuration,
    transport,
    health,
    serverFactory(handler) {
      application = handler;
      return server;
    },
    listen,
    async open(opened) {
      behind = opened;
      transport.endUnused();
      await listen();
    },
    async reload() {
      // A changed file is taken up at the second look.
      await configuration.look();
      await configuration.look();
    },
    async drain(graceMs) {
      isDraining = true;
      transport.drain();
      probes?.drain();
      await delay(graceMs);
    },
    closeDoors,
    async close() {
      configuration.close();
      await closeDoors();
      await tracing?.close();
      await probes?.close();
    },
  };
}
