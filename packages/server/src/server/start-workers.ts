import { setTimeout as delay } from 'node:timers/promises';
import type { Health } from '../endpoint/health.ts';
import { guarded } from '../event/guarded.ts';
import type { SqliteWriter } from '../storage/sqlite-writer.ts';
import { appendingForWorkers } from '../worker/audit.ts';
import { type Leases, leasesOfWorker } from '../worker/leases.ts';
import { createNodeMetrics, type NodeMetrics } from '../worker/metrics.ts';
import { workersOfThisProgram } from '../worker/node-process.ts';
import { writingForWorkers } from '../worker/storage-writer.ts';
import { createStoreWrites } from '../worker/store-writes.ts';
import { type ServingWorker, Supervisor, type Worker, type WorkerNews } from '../worker/supervisor.ts';
import { createTallies } from '../worker/tallies.ts';
import { createTicketSecret } from '../worker/tickets.ts';
import { CannotListen } from './cannot-listen.ts';
import { isSharedFile } from './follow-trust.ts';
import type { Front } from './front.ts';
import { startHealthListener } from './health-listener.ts';
import { joinNodes } from './join-nodes.ts';
import { measureWorkers } from './measure-workers.ts';
import type { BegunHome } from './open-home.ts';
import type { PlainListener } from './plain-listener.ts';
import { createReadiness } from './readiness.ts';
import { reportReload } from './report-reload.ts';
import { keepServerCertificate } from './server-certificate.ts';
import { digestsOfOwned, whyNotOwned } from './supervised-settings.ts';
import { tendNode } from './tend-node.ts';
import { openTrustKeeping } from './trust-stores.ts';

/** How often workers are told whether the audit file can be written, where that changed; milliseconds. */
const AUDIT_LOOK_MS = 250;
/** How long a worker may be silent before it is ended and replaced, milliseconds. */
const SILENT_MS = 60_000;

/** Tells of what happens to workers, as events and in the log. */
function reporting({ events, log }: Pick<BegunHome, 'events' | 'log'>): (news: WorkerNews) => void {
  return (news) => {
    switch (news.what) {
      case 'serves':
        log.info({ worker: news.number, pid: news.pid }, `worker ${news.number} serves`);
        break;
      case 'ended':
        events.record({
          type: 'worker.ended',
          outcome: 'failure',
          detail: { worker: news.number, how: news.how },
        });
        break;
      case 'not started':
        events.record({ type: 'worker.not_started', outcome: 'failure', detail: { why: news.why } });
        break;
      case 'roll stopped':
        events.record({ type: 'worker.roll_stopped', outcome: 'failure', detail: { why: news.why } });
    }
  };
}

/** Ends workers that have not answered for long: the event loop of one may never come round again. */
function watchSilence(supervisor: () => Supervisor) {
  const silentSince = new WeakMap<object, number>();
  return (channel: Worker['channel'], answered: boolean) => {
    if (answered) silentSince.delete(channel);
    const since = silentSince.get(channel);
    if (since === undefined && !answered) silentSince.set(channel, performance.now());
    if (since !== undefined && performance.now() - since >= SILENT_MS) supervisor().killOne(channel);
  };
}

/** Has workers told whether the audit file can be written, where that changed. */
function tellOfAuditFile(
  { auditTrail, events }: Pick<BegunHome, 'auditTrail' | 'events'>,
  channels: () => readonly Worker['channel'][],
): NodeJS.Timeout {
  let wasWritable = true;
  const look = () => {
    const isWritable = auditTrail.isWritable();
    if (isWritable === wasWritable) return;
    wasWritable = isWritable;
    for (const channel of channels()) channel.tell('audit_writable', isWritable);
  };
  return setInterval(guarded('telling workers of the audit file', events, look), AUDIT_LOOK_MS).unref();
}

/**
 * Has a node served by several processes: this one, which answers no request, and its workers.
 * @param count how many workers
 * @param args of the command that a worker is started with
 * @throws InvalidDeployment, UnusableStore
 */
export async function createWorkers(
  begun: BegunHome,
  count: number,
  args: readonly string[],
): Promise<Front> {
  const { events, log, metrics, shared, auditTrail } = begun;
  const { atStart, now } = begun.configuration;
  const configuration = await begun.configuration.follow({
    onReload: (report, changes) => {
      if (!isSharedFile(report, begun.configuration)) reportReload(report, changes, events);
      log.level = now().logging.level;
    },
  });
  await keepServerCertificate(begun, configuration);
  let writer: SqliteWriter | undefined;
  let readiness: Health['readiness'] | undefined;
  let isDraining = false;
  const gaveUp = Promise.withResolvers<Error>();
  const waits = Promise.withResolvers<void>();

  const channels = () => supervisor.workers().map(({ channel }) => channel);
  const tallies = createTallies(channels);
  const tickets = createTicketSecret(channels);
  const storeWrites = createStoreWrites(configuration, channels);
  const noteSilence = watchSilence(() => supervisor);
  const nodeMetrics: NodeMetrics = createNodeMetrics(metrics.registry, channels, noteSilence);
  const own = digestsOfOwned(atStart);
  const leases = new WeakMap<Worker, Leases>();

  const serve = (worker: Worker): ServingWorker => {
    const { channel } = worker;
    const held = leasesOfWorker(shared.turns, shared.outboundBudget);
    leases.set(worker, held);
    return {
      join(read) {
        const refused = whyNotOwned(own, read);
        if (refused !== undefined) return { refused };
        tickets.join();
        tallies.join(channel);
        return { audit_writable: auditTrail.isWritable() };
      },
      ...writingForWorkers(() => writer),
      ...appendingForWorkers(auditTrail),
      turn: held.turn,
      outbound: held.outbound,
      leave: held.leave,
      waiting_request: ({ requester, octets }) => shared.waitingRequests(requester, octets),
      tally: (tally) => void tallies.added(channel, tally),
      renew_tickets: () => void tickets.renew(),
      session_chain: (chain) => tickets.share(channel, chain),
      writing: ({ file }) => void storeWrites.begin(channel, file),
      written: ({ file }) => storeWrites.end(channel, file),
    };
  };
  const supervisor = new Supervisor({
    count,
    start: workersOfThisProgram(args, (line, isError) =>
      isError ? process.stderr.write(line) : begun.lines.write(line),
    ),
    serve,
    left(worker) {
      leases.get(worker)?.release();
      tallies.leave(worker.channel);
      storeWrites.left(worker.channel);
      nodeMetrics.ended(worker.channel);
    },
    report: reporting(begun),
    waits: waits.resolve,
    gaveUp: gaveUp.resolve,
    rollGraceMs: () => atStart.server.drain_grace * 1000,
  });
  measureWorkers(metrics, supervisor);
  const auditLook = tellOfAuditFile(begun, channels);
  const health: Health = {
    async readiness(writes) {
      if (isDraining) return 'draining';
      if (readiness === undefined || supervisor.serving() === 0) return 'starting';
      return readiness(writes);
    },
  };
  let probes: PlainListener | undefined;
  const listenToProbes = async () => {
    const { bind, port } = atStart.health;
    if (port === undefined || probes) return;
    probes = await startHealthListener(health, { bind, port }, events).catch((cause) => {
      throw new CannotListen({ section: 'health', port, bind }, cause);
    });
  };

  let beginning: Promise<void> | undefined;
  const begin = async () => {
    await listenToProbes();
    beginning ??= supervisor.begin();
    await beginning;
  };
  const close = async () => {
    clearInterval(auditLook);
    tickets.close();
    nodeMetrics.close();
    configuration.close();
    supervisor.kill();
    await probes?.close();
  };

  return {
    // Workers wait for the database as well, and say so at the ports of clients.
    listen: () => Promise.race([begin(), waits.promise]),
    async reload() {
      await storeWrites.look();
    },
    close,
    async serve(home) {
      readiness = createReadiness(home);
      writer = home.writer;
      const keeping = await openTrustKeeping(home, configuration);
      await begin();
      const node = await tendNode(home, configuration, nodeMetrics);
      const among = keeping.shared && (await joinNodes(home, configuration, keeping.shared, undefined));
      let ending: Promise<void> | undefined;
      return {
        issuer: atStart.server.base_url,
        failed: gaveUp.promise,
        roll: () => supervisor.roll(),
        async drain(graceMs) {
          isDraining = true;
          probes?.drain();
          ending ??= supervisor.end(graceMs);
          await delay(graceMs);
        },
        async close() {
          isDraining = true;
          node.stop();
          await among?.close();
          await (ending ?? supervisor.end(0));
          await node.close();
          await close();
        },
      };
    },
  };
}
