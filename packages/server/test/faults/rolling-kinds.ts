import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startAuthorizationServer } from '../authorization-server.ts';
import type { TestDeployment } from '../countersign-process.ts';
import { eventually } from '../eventually.ts';
import { startDurablePostgres, whyNoPostgres } from '../postgres.ts';
import {
  type ConfiguredProxy,
  HAPROXY_HTTP,
  HAPROXY_TCP,
  runProxy,
  whyNoProxy,
} from '../proxies/configured-proxy.ts';
import { testCertificate } from '../proxies/test-certificate.ts';
import { call } from '../token-client.ts';
import { databaseAt, startCluster } from './cluster.ts';
import { type FaultRow, type Suffered, sufferUnderTraffic } from './fault-table.ts';
import { busy, seldom } from './rolling-workers.ts';
import { trafficDeployment } from './traffic.ts';
import { rollWorkers } from './worker-processes.ts';

/** A restart of everything, part by part, that nobody may notice. */
export type RollingKind = {
  readonly name: string;
  /** Whether it takes less than two minutes, so that the tests have it too. */
  readonly isQuick?: boolean;
  skip(): string | false;
  /** @param times how often everything is restarted */
  run(times: number): Promise<Suffered>;
};

/** Seconds, as they are unless one says otherwise. */
const DRAIN_GRACE = 5;
const REUSE_WINDOW = 300;
const READY_MS = 30_000;
/** Milliseconds in which HAProxy has asked every node, and takes it. */
const TAKEN_IN_MS = 2_500;
const MOST_TIMES = 3;

/** What has to be the same in every row: connections of one request each and kept ones, those that are idle for a while too. */
const LOAD = {
  keepsConnections: true,
  workers: [busy, busy, busy, busy, seldom, seldom, seldom, seldom],
} as const;

const serverCertificate = testCertificate('server', { names: ['login.example.com', 'localhost'] });
const proxyCertificate = testCertificate('proxy');

/** The settings that docs/load-balancers/haproxy.md tells for each of its files. */
const SETTINGS = new Map<ConfiguredProxy, TestDeployment>([
  [HAPROXY_TCP, { 'transport.proxy': { trusted_addresses: ['127.0.0.1'], proxy_protocol: true } }],
  [
    HAPROXY_HTTP,
    {
      'transport.proxy': {
        trusted_addresses: ['127.0.0.1'],
        pinned_certificate: 'proxy.pem',
        certificate_header: 'haproxy',
      },
    },
  ],
]);

/** Three nodes over one PostgreSQL, each ended by SIGTERM and started again. @param serve options of each */
async function nodesBehind(
  proxy: ConfiguredProxy,
  times: number,
  serve: readonly string[] = [],
): Promise<Suffered> {
  const postgres = await startDurablePostgres();
  try {
    const cluster = await startCluster({
      drainGrace: DRAIN_GRACE,
      serve,
      deployment: {
        ...trafficDeployment(REUSE_WINDOW),
        ...databaseAt(postgres.url),
        'keystore.primary': { file_name: 'server.pem', type: 'PEM' },
        ...SETTINGS.get(proxy),
      },
      async prepareHome({ security }) {
        await writeFile(join(security, 'server.pem'), serverCertificate.pem + serverCertificate.keyPem);
        await writeFile(join(security, 'proxy.pem'), proxyCertificate.pem);
      },
      before: async (port, nodes) => ({
        close: await runProxy(proxy, port, nodes, { server: serverCertificate, proxy: proxyCertificate }),
      }),
    });
    try {
      const ready = () => call(`${cluster.issuer}/health/ready`).then(({ status }) => status, String);
      await eventually(ready, (status) => status === 200, READY_MS);
      await delay(TAKEN_IN_MS);
      return await sufferUnderTraffic(cluster, {
        ...LOAD,
        faults: times,
        async fault() {
          for (const node of cluster.nodes) {
            await node.stop();
            await node.start();
          }
        },
      });
    } finally {
      await cluster.close();
    }
  } finally {
    await postgres.stop();
  }
}

/** One node of two workers, rolled by SIGUSR2. */
async function workersOn(database: TestDeployment, times: number): Promise<Suffered> {
  const server = await startAuthorizationServer(
    { ...trafficDeployment(REUSE_WINDOW), ...database, server: { drain_grace: DRAIN_GRACE } },
    undefined,
    undefined,
    '--workers',
    '2',
  );
  try {
    return await sufferUnderTraffic(server, {
      ...LOAD,
      faults: times,
      fault: () => rollWorkers(server.running),
    });
  } finally {
    await server.close();
  }
}

const whyNoHaproxy = (proxy: ConfiguredProxy) => whyNoPostgres() || whyNoProxy(proxy);

export const ROLLING_KINDS: readonly RollingKind[] = [
  {
    name: 'three nodes behind HAProxy that passes TLS through',
    isQuick: true,
    skip: () => whyNoHaproxy(HAPROXY_TCP),
    run: (times) => nodesBehind(HAPROXY_TCP, times),
  },
  {
    name: 'three nodes behind HAProxy that ends TLS',
    skip: () => whyNoHaproxy(HAPROXY_HTTP),
    run: (times) => nodesBehind(HAPROXY_HTTP, times),
  },
  {
    name: 'three nodes of two workers each behind HAProxy that passes TLS through',
    skip: () => whyNoHaproxy(HAPROXY_TCP),
    run: (times) => nodesBehind(HAPROXY_TCP, times, ['--workers', '2']),
  },
  {
    name: 'two workers rolled by SIGUSR2, SQLite',
    isQuick: true,
    skip: () => false,
    run: (times) => workersOn({}, times),
  },
  {
    name: 'two workers rolled by SIGUSR2, PostgreSQL',
    skip: whyNoPostgres,
    async run(times) {
      const postgres = await startDurablePostgres();
      try {
        return await workersOn(databaseAt(postgres.url), times);
      } finally {
        await postgres.stop();
      }
    },
  },
];

/** How many requests somebody noticed something of. */
export const failedRequests = ({ unanswered, stumbles }: Suffered): number =>
  [...stumbles.values()].reduce((sum, count) => sum + count, unanswered);

/** Restarts everything under load, and counts what was noticed of it. */
export async function sufferRolling({ name, skip, run }: RollingKind, times: number): Promise<FaultRow> {
  const skipped = skip();
  if (skipped !== false) return { name, skipped };
  return { name, ...(await run(Math.min(times, MOST_TIMES))) };
}
