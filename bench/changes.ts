import { randomBytes, randomInt } from 'node:crypto';
import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import {
  createTestHome,
  type RunningCountersign,
  type TestHome,
} from '../packages/server/test/countersign-process.ts';
import { type Answer, call, post } from '../packages/server/test/token-client.ts';
import { Latencies } from './latencies.ts';

/*
 * `npm run changes`: what clients notice of changes to other clients. Tokens are asked for by many clients, some seconds
 * without changes and some with, round after round; said is the median of the rounds' ratios.
 */

const { values } = parseArgs({
  options: {
    database: { type: 'string' },
    workers: { type: 'string' },
    elsewhere: { type: 'boolean', default: false },
    clients: { type: 'string', default: '1000' },
    changes: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '10' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(
    `npm run changes -- [--database FILE|URL] [--workers N] [--elsewhere] [--clients 1000] [--changes 20] [--rounds 9] [--seconds 10]
FILE or URL: a database that holds very many clients already, as npm run many-clients leaves it
--elsewhere: the changes are made at another server over the database, which is PostgreSQL
`,
  );
  process.exit(0);
}

/** Clients that ask, and as many others that are changed. */
const COUNT = Number(values.clients);
const CHANGES_PER_SECOND = Number(values.changes);
const ROUND_MS = Number(values.seconds) * 1_000;
/** Connections that ask, and the milliseconds each waits in between: the server is to have time left. */
const STREAMS = 4;
const PAUSE_MS = 10;
const AT_ONCE = 50;

const Registered = z.looseObject({ client_id: z.string(), client_secret: z.string() });
type Client = { readonly client_id: string; readonly client_secret: string; etag: string };

/** Calls the admin API on connections that are kept. */
function administering({ issuer }: TestHome) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const headers = {
    authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
    'content-type': 'application/json',
  };
  const ask = async (method: string, path: string, body: unknown, etag?: string): Promise<Answer> => {
    const answer = await call(`${issuer}/api/admin/v1${path}`, {
      method,
      agent,
      headers: { ...headers, ...(etag !== undefined && { 'if-match': etag }) },
      body: JSON.stringify(body),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer;
  };
  return {
    async register(client_name: string): Promise<Client> {
      const answer = await ask('POST', '/clients', {
        client_name,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['client_credentials'],
      });
      const { client_id, client_secret } = Registered.parse(answer.json());
      return { client_id, client_secret, etag: String(answer.headers.etag) };
    },
    async rename(client: Client, client_name: string): Promise<void> {
      const answer = await ask('PATCH', `/clients/${client.client_id}`, { client_name }, client.etag);
      client.etag = String(answer.headers.etag);
    },
    close: () => agent.destroy(),
  };
}

const drawn = <T>(from: readonly [T, ...T[]]): T => from[randomInt(from.length)] ?? from[0];

async function registered(register: (name: string) => Promise<Client>, kind: string) {
  const clients: Client[] = [];
  while (clients.length < COUNT) {
    const names = Array.from({ length: Math.min(AT_ONCE, COUNT - clients.length) }, () => kind);
    clients.push(...(await Promise.all(names.map(register))));
  }
  const [first, ...others] = clients;
  if (first === undefined) throw new Error('--clients must be 1 or more');
  return [first, ...others] as const;
}

/** Asks for tokens until the time is over. @returns how long each answer took */
async function measured({ issuer }: TestHome, clients: readonly [Client, ...Client[]]): Promise<Latencies> {
  const latencies = new Latencies();
  const until = performance.now() + ROUND_MS;
  const stream = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (performance.now() < until) {
      const { client_id, client_secret } = drawn(clients);
      const began = performance.now();
      const form = { grant_type: 'client_credentials', client_id, client_secret };
      const answer = await post(`${issuer}/oauth2/token`, form, { agent });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${answer.text}`);
      latencies.record(performance.now() - began);
      await delay(PAUSE_MS);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: STREAMS }, stream));
  return latencies;
}

/** Changes clients at an even pace. @returns what ends it, with how many it changed */
function changing(rename: (client: Client, name: string) => Promise<void>, clients: readonly Client[]) {
  let ended = false;
  let changed = 0;
  const run = async () => {
    const began = performance.now();
    while (!ended) {
      const client = clients[changed % clients.length];
      if (client) await rename(client, `renamed ${changed}`);
      changed++;
      await delay(Math.max(0, began + (changed * 1_000) / CHANGES_PER_SECOND - performance.now()));
    }
    return changed;
  };
  const running = run();
  return async () => {
    ended = true;
    return running;
  };
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;

const { database, workers } = values;
const homes: TestHome[] = [];
const servers: RunningCountersign[] = [];
/** Of a database that is measured again the same as before: no other reads what is sealed in it. */
const encryption = { key: database === undefined ? randomBytes(32).toString('hex') : '5a'.repeat(32) };
const start = async (...args: readonly string[]): Promise<TestHome> => {
  const home = await createTestHome({
    encryption,
    ...(database !== undefined && {
      'database.identity_db': { type: database.includes('://') ? 'postgres' : 'sqlite', url: database },
    }),
  });
  homes.push(home);
  servers.push(await home.start(undefined, undefined, ...args));
  return home;
};
const home = await start(...(workers === undefined ? [] : ['--workers', workers]));
const { register, rename, close } = administering(values.elsewhere ? await start() : home);
try {
  const asking = await registered(register, 'asking');
  const others = await registered(register, 'changed');
  await measured(home, asking);
  const ratios: { p50: number; p99: number }[] = [];
  process.stdout.write(
    '| round | p50 ms quiet | p50 ms with changes | p99 ms quiet | p99 ms with changes | changes/s |\n| --: | --: | --: | --: | --: | --: |\n',
  );
  for (let round = 1; round <= Number(values.rounds); round++) {
    const quiet = await measured(home, asking);
    const end = changing(rename, others);
    const busy = await measured(home, asking);
    const changed = await end();
    const [a, b, c, d] = [50, 99].flatMap((percent) => [quiet.percentile(percent), busy.percentile(percent)]);
    if (a === undefined || b === undefined || c === undefined || d === undefined) break;
    ratios.push({ p50: b / a, p99: d / c });
    const shown = [a, b, c, d].map((milliseconds) => milliseconds.toFixed(2));
    process.stdout.write(
      `| ${round} | ${shown.join(' | ')} | ${((changed * 1_000) / ROUND_MS).toFixed(1)} |\n`,
    );
  }
  process.stdout.write(
    `with changes / quiet, the median of ${ratios.length} rounds: p50 ${median(ratios.map(({ p50 }) => p50)).toFixed(2)}, p99 ${median(ratios.map(({ p99 }) => p99)).toFixed(2)}\n`,
  );
} finally {
  close();
  for (const server of servers) await server.stop();
  for (const each of homes) await each.remove();
}
