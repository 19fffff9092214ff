import { randomInt } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openHome } from '../../src/server/open-home.ts';
import { type AuthorizationServer, actorsOf } from '../authorization-server.ts';
import {
  createUnstartedHome,
  type RunningCountersign,
  type TestDeployment,
  type TestHome,
} from '../countersign-process.ts';
import { freePort } from '../free-port.ts';
import { type ClientKey, clientAssertion, createClientKey } from '../request-object.ts';
import { type Answer, post } from '../token-client.ts';
import { type Balancer, connectInTurn } from './in-turn.ts';

const NAMES = ['A', 'B', 'C'] as const;
const ENCRYPTION_KEY = 'encryption.key';
const PROBE_EVERY_MS = 50;

/** One of the server processes that work on one database. */
export type Node = {
  readonly name: string;
  readonly home: TestHome;
  /** Where it is reached itself, past what stands before all. */
  readonly url: string;
  readonly running: RunningCountersign;
  /** Ends it as a power failure would. */
  kill(): Promise<void>;
  /** Ends it as a service manager does. */
  stop(): Promise<void>;
  /** @param environment variables beside those of the tests */
  start(environment?: NodeJS.ProcessEnv): Promise<void>;
};

/** Three nodes behind what hands connections to them in turn: one authorization server. */
export type Cluster = AuthorizationServer & {
  readonly nodes: readonly Node[];
  /**
   * Waits until every node has written: authenticated a client by an assertion, whose use it wrote down.
   * @returns milliseconds
   * @throws Error when one has not within so many milliseconds
   */
  writesAgain(within: number): Promise<number>;
};

export type ClusterSetting = {
  readonly deployment: TestDeployment;
  /** Variables of a node by its number. */
  readonly environmentOf?: (node: number) => NodeJS.ProcessEnv;
  /** What a node's `deployment.toml` has beside those of all. */
  readonly deploymentOf?: (node: number) => TestDeployment;
  /** Done to each home before its node starts. */
  readonly prepareHome?: (home: TestHome) => Promise<void>;
  /** `[server] drain_grace`; nobody has to notice that a node ends unless given. */
  readonly drainGrace?: number;
  /** Options of `countersign serve`. */
  readonly serve?: readonly string[];
  /** Starts what stands before them on a port; a load balancer of TCP that knows nothing of their health unless given. */
  readonly before?: (port: number, nodes: readonly number[]) => Promise<Balancer>;
};

/** One of the nodes. */
export function anyOf(nodes: readonly Node[]): Node {
  const node = nodes[randomInt(nodes.length)];
  if (!node) throw new Error('no nodes');
  return node;
}

async function makeNode(
  name: string,
  home: TestHome,
  environment: NodeJS.ProcessEnv | undefined,
  options: readonly string[],
): Promise<Node> {
  let running = await home.start(undefined, environment, ...options);
  return {
    name,
    home,
    url: `https://localhost:${home.port}`,
    get running() {
      return running;
    },
    kill: () => running.stop('SIGKILL'),
    stop: () => running.stop(),
    async start(changed = environment) {
      running = await home.start(undefined, changed, ...options);
    },
  };
}

/**
 * Starts three nodes as the documentation says: each with a home of its own, one database, the encryption key of the
 * first, and the issuer that what stands before them is reached by.
 */
export async function startCluster(setting: ClusterSetting): Promise<Cluster> {
  const port = await freePort();
  const issuer = `https://localhost:${port}`;
  const homes: TestHome[] = [];
  const close: (() => Promise<unknown>)[] = [];
  const end = async () => {
    for (const each of close.reverse()) await each();
  };
  try {
    for (const [number] of NAMES.entries()) {
      const home = await createUnstartedHome({
        server: { base_url: issuer, drain_grace: setting.drainGrace ?? 0 },
        ...setting.deployment,
        ...setting.deploymentOf?.(number),
      });
      homes.push(home);
      close.push(home.remove);
      const [first = home] = homes;
      if (first !== home) {
        await copyFile(join(first.security, ENCRYPTION_KEY), join(home.security, ENCRYPTION_KEY));
      }
      await setting.prepareHome?.(home);
    }
    const balancer = await (setting.before ?? connectInTurn)(
      port,
      homes.map((home) => home.port),
    );
    close.push(balancer.close);
    // All at once: one of them makes the schema, the first key and the administrator.
    const started = await Promise.allSettled(
      homes.map(async (home, number) => {
        const node = await makeNode(
          NAMES[number] ?? '',
          home,
          setting.environmentOf?.(number),
          setting.serve ?? [],
        );
        close.push(() => node.running.stop());
        return node;
      }),
    );
    const nodes = started.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
    const [first] = nodes;
    if (!first) throw new Error('no nodes');
    const opened = await openHome(first.home.home, { quiet: true });
    close.push(opened.close);
    const actors = actorsOf(opened);
    const key = createClientKey();
    const probe = await actors.register(assertingClient(key));
    return {
      issuer,
      nodes,
      get running() {
        return first.running;
      },
      opened,
      command: first.home.command,
      ...actors,
      async killAndRestart() {
        await first.kill();
        await first.start();
      },
      writesAgain: (within) => writtenByAll(nodes, () => assertingForm(key, probe.client_id, issuer), within),
      close: end,
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** What has a deployment use the PostgreSQL of a URL. */
export const databaseAt = (url: string): TestDeployment => ({
  'database.identity_db': { type: 'postgres', url },
});

/** What registers a client that proves itself by assertions. */
export const assertingClient = (key: ClientKey) => ({
  client_name: 'Asserting',
  token_endpoint_auth_method: 'private_key_jwt',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  jwks: key.jwks,
});

/** A request for a token with an assertion that stays valid for so many seconds. */
export async function assertingForm(key: ClientKey, client_id: string, issuer: string, seconds = 60) {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  const proof = await clientAssertion(key, client_id, issuer, { exp });
  return { grant_type: 'client_credentials', client_id, ...proof };
}

export const tokenOf = ({ url }: Node, form: Readonly<Record<string, string>>): Promise<Answer> =>
  post(`${url}/oauth2/token`, form);

async function writtenByAll(
  nodes: readonly Node[],
  form: () => Promise<Readonly<Record<string, string>>>,
  within: number,
): Promise<number> {
  const began = performance.now();
  await Promise.all(
    nodes.map(async (node) => {
      for (;;) {
        const failure = await form()
          .then((sent) => tokenOf(node, sent))
          .then(({ status, text }) => (status === 200 ? undefined : text), String);
        if (failure === undefined) return;
        if (performance.now() - began > within) {
          throw new Error(`node ${node.name} does not write again: ${failure}`);
        }
        await delay(PROBE_EVERY_MS);
      }
    }),
  );
  return performance.now() - began;
}
