import cluster from 'node:cluster';
import type { Configuration } from '../config/configuration.ts';
import type { LogFormat } from '../config/settings.ts';
import { type AuditTrailOfWorker, auditTrailOverChannel } from '../worker/audit.ts';
import { type Channel, createChannel } from '../worker/channel.ts';
import { outboundBudgetOverChannel, turnsOverChannel } from '../worker/leases.ts';
import { lineToSupervisor } from '../worker/parent-line.ts';
import type { AskedOfSupervisor, AskedOfWorker } from '../worker/questions.ts';
import { writerOverChannel } from '../worker/storage-writer.ts';
import { numbersOverChannel } from '../worker/tallies.ts';
import { ticketsOverChannel } from '../worker/tickets.ts';
import { awaitStorage } from './await-storage.ts';
import { createFrontage, type Frontage } from './frontage.ts';
import { guardProcess } from './guard-process.ts';
import { type BegunHome, beginHome, type OpenHome, type Supervised } from './open-home.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { digestsOfOwned } from './supervised-settings.ts';

/** What a worker has of its supervisor, and what it does when told. */
type Supervision = {
  readonly channel: Channel<AskedOfSupervisor>;
  readonly supervised: Supervised;
  readonly auditTrail: AuditTrailOfWorker;
  /** What it answers with, as far as it has come. */
  readonly parts: { begun?: BegunHome; frontage?: Frontage; end?: (graceMs: number) => void };
};

function superviseHere(workers: number): Supervision {
  const parts: Supervision['parts'] = {};
  const channel = createChannel<AskedOfSupervisor, AskedOfWorker>(lineToSupervisor(), {
    end(asked) {
      parts.end?.(asked.grace_ms);
      return undefined;
    },
    metrics: async () => (await parts.begun?.metrics.registry.getMetricsAsJSON()) ?? [],
    audit_writable: (is) => void auditTrail.writable(is),
    tally: ({ name, added }) => void numbers[name].told(added),
    tickets: (secret) => void tickets.renewed(secret),
    session_chain: (chain) => void tickets.told(chain),
    look: async () => void (await parts.frontage?.reload()),
  });
  const numbers = {
    connections: numbersOverChannel(channel, 'connections'),
    costs: numbersOverChannel(channel, 'costs'),
  };
  const tickets = ticketsOverChannel(channel);
  const auditTrail = auditTrailOverChannel(channel, (events) =>
    parts.begun?.metrics.auditEventsMissing.inc(events),
  );
  const supervised: Supervised = {
    number: cluster.worker?.id ?? 0,
    of: workers,
    writer: writerOverChannel(channel),
    auditTrail: () => auditTrail,
    shared: {
      turns: turnsOverChannel(channel),
      outboundBudget: outboundBudgetOverChannel(channel),
      waitingRequests: (requester, octets) => channel.ask('waiting_request', { requester, octets }),
      others: { connections: numbers.connections, costs: numbers.costs, tickets },
      async writing(configuration, file, write) {
        await channel.ask('writing', { file });
        try {
          await configuration.writing(file, write);
        } finally {
          await channel.ask('written', { file });
        }
      },
    },
  };
  return { channel, supervised, auditTrail, parts };
}

/** Asks whether this configuration can serve beside the supervisor's own. @throws Error with what keeps it from that */
async function join({ channel, auditTrail }: Supervision, { atStart }: Configuration): Promise<void> {
  const answer = await channel.ask('join', digestsOfOwned(atStart));
  if ('refused' in answer) throw new Error(answer.refused);
  auditTrail.writable(answer.audit_writable);
}

/** Ends what has been opened, the home last. */
async function closed(frontage: Frontage | undefined, home: Pick<BegunHome, 'close'> | undefined) {
  await frontage?.close();
  await home?.close();
}

/**
 * Runs one worker of a node in this process, until its supervisor has it end. What a terminal or a service manager sends
 * to every process of the service is for the supervisor to hear.
 * @param workers how many there are
 */
export async function runWorker(home: string, workers: number, logFormat?: LogFormat): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) process.on(signal, () => {});
  const supervision = superviseHere(workers);
  const { channel, supervised, parts } = supervision;
  const asked = new Promise<number>((resolve) => {
    parts.end = resolve;
  });
  let isReady = false;
  // What has not begun to serve has nothing to end.
  void asked.then(() => isReady || process.exit(0));
  let begun: BegunHome | undefined;
  let opened: OpenHome | undefined;
  let server: RunningServer;
  try {
    begun = await beginHome(home, { supervised, logFormat });
    parts.begun = begun;
    await join(supervision, begun.configuration);
    const frontage = await createFrontage(begun);
    parts.frontage = frontage;
    opened = await awaitStorage(begun, async () => {
      await frontage.listen();
      channel.tell('waits', undefined);
    });
    server = await startServer(opened, frontage);
  } catch (error) {
    await channel.ask('failed', { message: error instanceof Error ? error.message : String(error) });
    await closed(parts.frontage, opened ?? begun);
    process.exit(1);
  }
  const unguard = guardProcess(opened.events);
  isReady = true;
  channel.tell('ready', undefined);
  const graceMs = await asked;
  if (graceMs > 0) await server.drain(graceMs);
  await server.close();
  unguard();
  await opened.close();
  process.exit(0);
}
