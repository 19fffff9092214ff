import { request } from 'node:https';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type Conversation, carryOut, openConversation } from './conversation.ts';
import { type KeyMaterial, tlsOf } from './key-material.ts';
import { startLoad } from './load.ts';
import { median } from './median.ts';
import type { Options } from './options.ts';
import { runToEnd } from './own-children.ts';
import { residentBytes } from './processors.ts';
import { openStage, type Stage } from './stage.ts';
import { startAlone } from './starts.ts';
import { post } from './step.ts';
import { countersign, countersignCommand, homeOf } from './targets/countersign.ts';
import { type RunningTarget, readyTarget } from './targets/running.ts';
import type { Plan } from './workloads/plan.ts';
import { neededPlan } from './workloads/workloads.ts';

const KB = 1000;
/** Fewer than one address may have. */
const CONNECTIONS = 900;
const CLIENTS = 5_000;
const CLIENTS_A_REQUEST = 250;
const SESSIONS = 200;
const FLOWS = 3_000;
/** Garbage of what was done before is collected meanwhile. */
const SETTLE_MS = 3_000;
const LOOKS = 5;

const ADMINISTRATOR = { username: 'costs', password: 'correct horse battery staple' };
const Registered = z.object({
  results: z.array(z.object({ client_id: z.string(), client_secret: z.string() })),
});

/** What is resident once nothing is asked for: the median of some looks. */
async function settledBytes({ pid }: RunningTarget): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    await pause(SETTLE_MS / LOOKS);
    looks.push(residentBytes(pid) ?? Number.NaN);
  }
  return median(looks);
}

/** Registers clients with a secret each by the admin API. */
async function registerClients(
  { port }: RunningTarget,
  { folder }: KeyMaterial,
): Promise<z.infer<typeof Registered>['results']> {
  const { username, password } = ADMINISTRATOR;
  const all = [];
  for (let made = 0; made < CLIENTS; made += CLIENTS_A_REQUEST) {
    const operations = Array.from({ length: CLIENTS_A_REQUEST }, (_, index) => ({
      operation: 'register',
      client: { client_name: `client ${made + index}`, grant_types: ['client_credentials'] },
    }));
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const asking = request(
      {
        ...tlsOf('none', folder),
        ...{ host: '127.0.0.1', servername: 'localhost', port, method: 'POST' },
        path: '/api/admin/v1/bulk/clients',
        auth: `${username}:${password}`,
        headers: { 'content-type': 'application/json' },
      },
      async (response) => {
        try {
          resolve((await response.toArray()).join(''));
        } catch (error) {
          reject(error);
        }
      },
    );
    asking.once('error', reject);
    asking.end(JSON.stringify({ operations }));
    all.push(...Registered.parse(JSON.parse(await promise)).results);
  }
  return all;
}

/** Opens connections with a certificate each, by which a token was asked for, and leaves them open. */
async function openConnections(
  target: RunningTarget,
  { script }: Plan,
  { folder }: KeyMaterial,
): Promise<readonly Conversation[]> {
  const open: Conversation[] = [];
  for (let number = 0; number < CONNECTIONS; number++) {
    const conversation = await openConversation(target.port, script.identity, folder);
    await carryOut(conversation, script, folder);
    open.push(conversation);
  }
  return open;
}

/** Asks for a token for each client once: the server remembers it from then on. */
async function askForEach(
  { port, dialect }: RunningTarget,
  clients: z.infer<typeof Registered>['results'],
  { folder }: KeyMaterial,
): Promise<void> {
  const conversation = await openConversation(port, 'none', folder);
  for (const { client_id, client_secret } of clients) {
    const authorization = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;
    const step = post(
      dialect.paths.token,
      { grant_type: 'client_credentials' },
      { headers: { authorization } },
    );
    await conversation.say(step);
  }
  conversation.close();
}

const ON_DISK = ['client', 'session', 'authorization_code', 'authorization_grant', 'refresh_token'] as const;
const Size = z.object({ bytes: z.number(), rows: z.number() });

/** What rows take with what their indexes have of them, in pages of the file. */
function rowsOnDisk(file: string): readonly Cost[] {
  using database = new DatabaseSync(file, { readOnly: true });
  return ON_DISK.flatMap((table) => {
    const { bytes, rows } = Size.parse(
      database
        .prepare(
          `select (select count(*) from ${table}) as rows, (select sum(pgsize) from dbstat
            where name in (select name from sqlite_master where tbl_name = '${table}')) as bytes`,
        )
        .get(),
    );
    return rows === 0 ? [] : [{ what: `rows of ${table}`, of: rows, kb: bytes / rows / KB, where: 'disk' }];
  });
}

type Cost = {
  readonly what: string;
  readonly of: number;
  readonly kb: number;
  readonly where: 'memory' | 'disk';
};

async function startedTarget(options: Options, stage: Stage, progress: (text: string) => void) {
  const { material, database, pinning } = stage;
  const ready = await readyTarget(
    countersign,
    { material, roles: new Set(['mtls', 'app']), database, peers: options.peers },
    { processor: pinning?.server, profiles: options.profile },
  );
  const home = homeOf(material, countersign.name);
  const { username, password } = ADMINISTRATOR;
  await runToEnd(
    [...countersignCommand, 'user', 'add', username, '--roles', 'owner', '--password-stdin', '--home', home],
    { input: password },
  );
  return { target: await startAlone(ready, stage, progress), home };
}

/** What a connection and a client take in memory of a server that is warm, and what stays of clients and code flows on the disk. */
export async function costs(options: Options, progress: (text: string) => void): Promise<void> {
  if (residentBytes(process.pid) === undefined) throw new Error('costs need the /proc of Linux');
  await using stage = await openStage({ ...options, isPinned: true });
  const { material } = stage;
  const { target, home } = await startedTarget(options, stage, progress);
  const load = startLoad(material, stage.pinning?.load);
  stage.atEnd(async () => load.stop());
  const mtls = neededPlan('mtls', target, material);
  const flow = neededPlan('code-flow', target, material);
  const { connections } = options;
  progress('warming up');
  for (const plan of [mtls, flow])
    await load.run(plan, { connections, seconds: 10, ahead: 0 }, target.ended, () => {});
  const found: Cost[] = [];
  const inMemory = async (what: string, of: number, work: () => Promise<void>) => {
    progress(`${of} ${what}`);
    const before = await settledBytes(target);
    await work();
    found.push({ what, of, kb: ((await settledBytes(target)) - before) / of / KB, where: 'memory' });
  };
  const open: Conversation[] = [];
  await inMemory('open connections with a certificate', CONNECTIONS, async () => {
    open.push(...(await openConnections(target, mtls, material)));
  });
  for (const conversation of open) conversation.close();
  const clients = await registerClients(target, material);
  await inMemory('clients that are remembered', CLIENTS, () => askForEach(target, clients, material));
  if (options.database === 'sqlite') {
    progress(`${SESSIONS} sessions, ${FLOWS} code flows`);
    const seeds = await flow.seeds(SESSIONS);
    const conversation = await openConversation(target.port, flow.script.identity, material.folder);
    for (let number = 0; number < FLOWS; number++) {
      await carryOut(conversation, flow.script, material.folder, seeds[number % SESSIONS]);
    }
    conversation.close();
    await target.stop();
    found.push(...rowsOnDisk(join(home, 'repository/database/countersign.db')));
  }
  const lines = found.map(
    ({ what, of, kb, where }) => `${what}: ${kb.toFixed(1)} kB of ${where} each (${of})`,
  );
  process.stdout.write(`${options.json ? JSON.stringify(found, null, 2) : lines.join('\n')}\n`);
}
