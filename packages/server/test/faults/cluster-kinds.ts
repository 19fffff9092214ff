import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { TestClient } from '../authorization-server.ts';
import type { TestDeployment } from '../countersign-process.ts';
import { databaseWay } from '../database-way.ts';
import { eventually } from '../eventually.ts';
import { type PgBouncer, startPgBouncer, whyNoPgBouncer } from '../pgbouncer.ts';
import { type ServerSetting, startDurablePostgres, whyNoPostgres } from '../postgres.ts';
import { type ClientKey, createClientKey } from '../request-object.ts';
import { post } from '../token-client.ts';
import {
  anyOf,
  assertingClient,
  assertingForm,
  type Cluster,
  type ClusterSetting,
  databaseAt,
  startCluster,
} from './cluster.ts';
import type { Waits } from './fault-kinds.ts';
import { type FaultRow, sufferUnderTraffic } from './fault-table.ts';
import { type Replication, startPatroni, whyNoPatroni } from './patroni.ts';
import { DEEDS_OF_PLUG_INS, plugInFault } from './plug-in-kinds.ts';
import { asserting, disabling, redeemingTwice } from './refusal-workers.ts';
import { trafficDeployment } from './traffic.ts';
import type { Scene, Worker } from './worker.ts';
import { killWorker } from './worker-processes.ts';

/** What a fault of several nodes is done to. */
export type PreparedCluster = Omit<ClusterSetting, 'deployment'> & {
  readonly deployment?: TestDeployment;
  readonly workers?: readonly ((scene: Scene) => Worker)[];
  /** Brings the fault about, and back to where the nodes can recover by themselves. */
  fault(cluster: Cluster, traffic: Waits): Promise<void>;
  /** What is wrong when all is over, beside what traffic noticed. */
  examine?(cluster: Cluster): Promise<readonly string[]>;
  /** Whether what was written at a time is lost with the fault. */
  wasLost?(time: number): boolean;
  close?(): Promise<void>;
};

export type ClusterKind = {
  readonly name: string;
  /** No more of it in a run, for the time it takes. */
  readonly mostFaults: number;
  /** Whether what was answered may be lost with it, as its name says. */
  readonly mayLose?: boolean;
  /** Whether it takes seconds, so that the tests have it too. */
  readonly isQuick?: boolean;
  /** Whether requests may be answered with 503: what they need is away, or who starts again says so. */
  readonly mayAnswer503?: boolean;
  skip(): Promise<string | false>;
  prepare(): Promise<PreparedCluster>;
};

/** Milliseconds in which nodes must write again; the time after which the wait is given up. */
export const RECOVERED_WITHIN_MS = 5_000;
const GIVEN_UP_MS = 120_000;

const STANDING_STILL_MS = 20_000;
const LOCKED_MS = 8_000;
const TAKEN_MS = 3_000;
const CUT_OFF_MS = 12_000;
const FIVE_MINUTES_MS = 300_000;
/** With two of these somebody has swept. */
const APART_MS = 35_000;
const DEAF_MS = 5_000;
const BURST = 50;
/** Longer than a call to the database may take. */
const HELD_BACK_MS = 8_000;
const BEHIND_MS = 4_000;

type Postgres = Awaited<ReturnType<typeof startDurablePostgres>>;

const onPostgres = async (
  prepared: (postgres: Postgres) => PreparedCluster | Promise<PreparedCluster>,
  setting?: ServerSetting,
): Promise<PreparedCluster> => {
  const postgres = await startDurablePostgres(setting);
  const { close, ...rest } = await prepared(postgres);
  return {
    deployment: databaseAt(postgres.url),
    ...rest,
    async close() {
      await close?.();
      await postgres.stop();
    },
  };
};

/** What a standby need not have though the leader sent it. */
const WRITTEN_LATE_MS = 1_000;
/** What a node says of a database that came back with less than it had. */
const NAMES_LOSS = /database\.went_back/;

const noPostgres = async () => whyNoPostgres();
const noPgBouncer = async () => whyNoPostgres() || whyNoPgBouncer();

/** Nodes that reach PostgreSQL through a pooler in transaction mode alone, with two connections for all of them. */
const behindPgBouncer = (
  fault: (postgres: Postgres, pooler: PgBouncer) => Promise<void>,
): Promise<PreparedCluster> =>
  onPostgres(async (postgres) => {
    const pooler = await startPgBouncer(postgres.url);
    return {
      deployment: databaseAt(pooler.url),
      fault: () => fault(postgres, pooler),
      close: pooler.stop,
    };
  });

async function administer(url: string): Promise<pg.Client> {
  const connection = new pg.Client({ connectionString: url });
  connection.on('error', () => {});
  await connection.connect();
  return connection;
}

const END_OTHERS = `
  select pg_terminate_backend(pid) from pg_stat_activity
  where backend_type = 'client backend' and pid <> all($1)`;

/** Takes every connection that the server has, those of the nodes too, and holds them. */
async function takeConnections(url: string): Promise<void> {
  const taken: pg.Client[] = [];
  const pids: number[] = [];
  const take = async () => {
    for (;;) {
      const connection = await administer(url).catch(() => undefined);
      if (!connection) return;
      taken.push(connection);
      const { rows } = await connection.query<{ pid: number }>('select pg_backend_pid() as pid');
      pids.push(...rows.map(({ pid }) => pid));
    }
  };
  try {
    await take();
    for (const until = Date.now() + TAKEN_MS; Date.now() < until; await delay(50)) {
      await taken[0]?.query(END_OTHERS, [pids]);
      await take();
    }
  } finally {
    await Promise.all(taken.map((connection) => connection.end().catch(() => {})));
  }
}

/** Has every connection that a node uses wait. */
async function lockTables(url: string): Promise<void> {
  const connection = await administer(url);
  try {
    await connection.query('begin');
    await connection.query('lock table replay, authorization_code, refresh_token in access exclusive mode');
    await delay(LOCKED_MS);
    await connection.query('rollback');
  } finally {
    await connection.end();
  }
}

const CLOCKS = [0, FIVE_MINUTES_MS, -FIVE_MINUTES_MS];
const SHIFTED_CLOCK = new URL('./shifted-clock.ts', import.meta.url).href;

/** A node's clock is off by so much; the database's is right. */
const clockOf = (shift: number): NodeJS.ProcessEnv => ({
  NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning --import=${SHIFTED_CLOCK}`,
  COUNTERSIGN_TEST_CLOCK_SHIFT: String(shift),
});

/** Sends one assertion many times at once, and expects it accepted once. */
function burst(): Pick<PreparedCluster, 'fault' | 'examine'> {
  const wrong: string[] = [];
  let client: { readonly registered: TestClient; readonly key: ClientKey } | undefined;
  return {
    async fault({ issuer, register }) {
      if (!client) {
        const key = createClientKey();
        client = { key, registered: await register(assertingClient(key)) };
      }
      const form = await assertingForm(client.key, client.registered.client_id, issuer);
      const send = () => post(`${issuer}/oauth2/token`, form).then(({ status }) => status, String);
      const answers = await Promise.all(Array.from({ length: BURST }, send));
      const accepted = answers.filter((status) => status === 200).length;
      if (accepted !== 1)
        wrong.push(`one assertion sent ${BURST} times was accepted ${accepted} times: ${answers}`);
    },
    examine: async () => wrong,
  };
}

/** @param behind milliseconds for which the standby gets nothing before the leader is lost */
async function failingOver(replication: Replication, behind: number): Promise<PreparedCluster> {
  const patroni = await startPatroni(replication);
  const losses: { readonly from: number; to: number }[] = [];
  const silent: string[] = [];
  return {
    deployment: databaseAt(patroni.url),
    async fault({ nodes }) {
      await patroni.rejoin();
      // It is over when the standby is promoted; until then nobody knows when.
      const loss = { from: Date.now() - WRITTEN_LATE_MS, to: Number.POSITIVE_INFINITY };
      if (replication === 'asynchronous') losses.push(loss);
      const printed = nodes.map(({ running }) => running.output().length);
      if (behind > 0) {
        await patroni.holdBack();
        await delay(behind);
      }
      await patroni.failOver();
      if (replication === 'synchronous') return;
      loss.to = Date.now();
      for (const [number, { name, running }] of nodes.entries()) {
        const says = async () => NAMES_LOSS.test(running.output().slice(printed[number]));
        await eventually(says, Boolean).catch(() => silent.push(`node ${name} did not notice what was lost`));
      }
    },
    wasLost: (time) => losses.some(({ from, to }) => from <= time && time <= to),
    examine: async () => silent,
    close: patroni.stop,
  };
}

export const CLUSTER_KINDS: readonly ClusterKind[] = [
  {
    name: 'one of three nodes killed',
    mayAnswer503: true,
    mostFaults: 20,
    skip: noPostgres,
    prepare: () =>
      onPostgres(() => ({
        async fault({ nodes }, { goesOn }) {
          const node = anyOf(nodes);
          await node.kill();
          await goesOn();
          await node.start();
        },
      })),
  },
  {
    name: 'three nodes, fast restart of PostgreSQL',
    mayAnswer503: true,
    mostFaults: 20,
    skip: noPostgres,
    prepare: () => onPostgres(({ restartFast }) => ({ fault: restartFast })),
  },
  {
    name: 'three nodes, immediate restart of PostgreSQL',
    mayAnswer503: true,
    mostFaults: 20,
    skip: noPostgres,
    prepare: () => onPostgres(({ restartAtOnce }) => ({ fault: restartAtOnce })),
  },
  {
    name: 'three nodes, PostgreSQL stands still for 20 s',
    mayAnswer503: true,
    mostFaults: 3,
    skip: async () => (process.platform === 'linux' ? whyNoPostgres() : 'its processes are found in /proc'),
    prepare: () =>
      onPostgres((postgres) => ({
        async fault() {
          await postgres.suspend();
          await delay(STANDING_STILL_MS).finally(postgres.resume);
        },
      })),
  },
  {
    name: 'three nodes, no connection left at PostgreSQL',
    mayAnswer503: true,
    mostFaults: 10,
    skip: noPostgres,
    prepare: () =>
      onPostgres(({ url }) => ({ fault: () => takeConnections(url) }), {
        flags: ['-c', 'max_connections=80', '-c', 'superuser_reserved_connections=0'],
      }),
  },
  {
    name: 'three nodes, every connection of their pools waits for 8 s',
    mayAnswer503: true,
    mostFaults: 5,
    skip: noPostgres,
    prepare: () => onPostgres(({ url }) => ({ fault: () => lockTables(url) })),
  },
  {
    name: 'three nodes, clocks 5 minutes ahead and behind',
    mostFaults: 2,
    skip: noPostgres,
    prepare: () =>
      onPostgres(() => ({
        environmentOf: (node) => clockOf(CLOCKS[node] ?? 0),
        fault: () => delay(APART_MS),
      })),
  },
  {
    name: 'three nodes, notifications lost',
    mostFaults: 5,
    isQuick: true,
    skip: noPostgres,
    prepare: () =>
      onPostgres(async ({ url }) => {
        const way = await databaseWay(url, { losesNotifications: true });
        return {
          deployment: databaseAt(way.url),
          fault: () => delay(DEAF_MS),
          close: way.close,
        };
      }),
  },
  {
    name: 'one of three nodes cut off from PostgreSQL for 12 s',
    mayAnswer503: true,
    mostFaults: 3,
    skip: noPostgres,
    prepare: () =>
      onPostgres(async ({ url }) => {
        const way = await databaseWay(url);
        return {
          deploymentOf: (node) => (node === 2 ? databaseAt(way.url) : {}),
          async fault() {
            way.swallow();
            await delay(CUT_OFF_MS).finally(way.goOn);
          },
          close: way.close,
        };
      }),
  },
  {
    name: 'three nodes behind PgBouncer, fast restart of PostgreSQL',
    mayAnswer503: true,
    mostFaults: 5,
    skip: noPgBouncer,
    prepare: () => behindPgBouncer(({ restartFast }) => restartFast()),
  },
  {
    name: 'three nodes behind PgBouncer, immediate restart of PostgreSQL',
    mayAnswer503: true,
    mostFaults: 5,
    skip: noPgBouncer,
    prepare: () => behindPgBouncer(({ restartAtOnce }) => restartAtOnce()),
  },
  {
    name: 'three nodes behind PgBouncer, PgBouncer killed and started again',
    mayAnswer503: true,
    mostFaults: 5,
    skip: noPgBouncer,
    prepare: () => behindPgBouncer((_postgres, { restart }) => restart()),
  },
  ...DEEDS_OF_PLUG_INS.map(
    (deed): ClusterKind => ({
      name: `three nodes, a plug-in ${deed}`,
      mostFaults: 5,
      skip: noPostgres,
      prepare: () =>
        onPostgres(({ url }) => {
          const { deployment, ...fault } = plugInFault(deed);
          return { ...fault, deployment: { ...databaseAt(url), ...deployment } };
        }),
    }),
  ),
  {
    name: `one assertion sent ${BURST} times at once over three nodes`,
    mostFaults: 20,
    isQuick: true,
    skip: noPostgres,
    prepare: () => onPostgres(burst),
  },
  {
    name: `one assertion sent ${BURST} times at once over three nodes of two workers each`,
    mostFaults: 20,
    skip: noPostgres,
    prepare: () => onPostgres(() => ({ ...burst(), serve: ['--workers', '2'] })),
  },
  {
    name: 'one worker killed, of three nodes of two each',
    mostFaults: 20,
    skip: noPostgres,
    prepare: () =>
      onPostgres(() => ({
        serve: ['--workers', '2'],
        async fault({ nodes }) {
          await killWorker(anyOf(nodes).running);
        },
      })),
  },
  {
    name: 'failover by Patroni, synchronous',
    mayAnswer503: true,
    mostFaults: 3,
    skip: whyNoPatroni,
    prepare: () => failingOver('synchronous', 0),
  },
  {
    name: 'failover by Patroni, synchronous, after its standby had nothing for 8 s',
    mayAnswer503: true,
    mostFaults: 2,
    skip: whyNoPatroni,
    prepare: () => failingOver('synchronous', HELD_BACK_MS),
  },
  {
    name: 'failover by Patroni, asynchronous, with a standby 4 s behind',
    mayAnswer503: true,
    mostFaults: 2,
    mayLose: true,
    skip: whyNoPatroni,
    prepare: () => failingOver('asynchronous', BEHIND_MS),
  },
];

/**
 * Brings a fault about on three nodes, with twenty requests under way and three of those that have to be refused.
 * @param faults how often, where its time allows it
 * @param reuseWindow seconds in which what was replaced yields its successor once more
 */
export async function sufferInCluster(
  { name, mostFaults, skip, prepare }: ClusterKind,
  faults: number,
  reuseWindow = 300,
): Promise<FaultRow> {
  const skipped = await skip();
  if (skipped !== false) return { name, skipped };
  const prepared = await prepare();
  try {
    const cluster = await startCluster({
      ...prepared,
      deployment: { ...trafficDeployment(reuseWindow), ...prepared.deployment },
    });
    try {
      const twice = await cluster.register();
      const wasLost = (time: number) => prepared.wasLost?.(time) ?? false;
      const row = await sufferUnderTraffic(cluster, {
        faults: Math.min(faults, mostFaults),
        wasLost,
        workers: [
          (scene) => asserting(scene, wasLost),
          (scene) => redeemingTwice(scene, twice, wasLost),
          (scene) => disabling(scene, cluster),
          ...(prepared.workers ?? []),
        ],
        fault: (traffic) => prepared.fault(cluster, traffic),
        recovered: () => cluster.writesAgain(GIVEN_UP_MS),
        examine: async () => (await prepared.examine?.(cluster)) ?? [],
      });
      return { name, ...row };
    } finally {
      await cluster.close();
    }
  } finally {
    await prepared.close?.();
  }
}
