import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { eventually } from '../eventually.ts';
import { freePort } from '../free-port.ts';

const run = promisify(execFile);

const BINARIES = '/usr/lib/postgresql/15/bin';
const PROGRAMS = ['/usr/bin/patroni', '/usr/bin/etcd', `${BINARIES}/postgres`];
const ACCOUNT = 'postgres';
const USER = 'countersign';
const PASSWORD = 'countersign';
const READY_MS = 120_000;
const AGAIN_MS = 200;
/** Seconds after which a leader that says nothing is replaced; Patroni takes no less. */
const TTL = 20;

/** Whether what was answered is on two servers. */
export type Replication = 'synchronous' | 'asynchronous';

/** Two PostgreSQL servers of which Patroni keeps one the leader. */
export type PatroniCluster = {
  /** A connection URL that names both. */
  readonly url: string;
  /** Has nothing of what the leader writes reach its standby from now on, as a network that stands still does. */
  holdBack(): Promise<void>;
  /** Ends the leader and its Patroni as a power failure would, and waits until the standby was promoted. */
  failOver(): Promise<void>;
  /** Starts what was ended, and waits until it is a standby that has everything. */
  rejoin(): Promise<void>;
  stop(): Promise<void>;
};

/** Why there can be none here, or false. */
export async function whyNoPatroni(): Promise<string | false> {
  const missing = PROGRAMS.filter((program) => !existsSync(program));
  if (missing.length > 0) {
    return `${missing.join(', ')}: install the packages patroni, etcd-server and postgresql-15 of Debian`;
  }
  return false;
}

type Account = { readonly uid?: number; readonly gid?: number };

/** PostgreSQL refuses to run as root. */
async function unprivileged(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const idOf = async (flag: string) => Number((await run('id', [flag, ACCOUNT])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/** A process and those it started, all of which run. */
async function treeOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(treeOf));
  return [pid, ...below.flat()];
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It had ended.
    }
  }
}

/** One of the servers, with the Patroni that looks after it. */
type Member = {
  readonly port: number;
  /** Patroni's own interface. */
  readonly rest: string;
  start(): void;
  /** The processes of its PostgreSQL, the first of which started the others. */
  postgres(): Promise<readonly number[]>;
  patroni(): ChildProcess | undefined;
};

async function ask<Row extends pg.QueryResultRow>(port: number, query: string): Promise<readonly Row[]> {
  const connection = new pg.Client({
    connectionString: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    connectionTimeoutMillis: 2_000,
    query_timeout: 2_000,
  });
  connection.on('error', () => {});
  try {
    await connection.connect();
    return (await connection.query<Row>(query)).rows;
  } finally {
    await connection.end().catch(() => {});
  }
}

const takesWrites = ({ port }: Member): Promise<boolean> =>
  ask<{ standby: boolean }>(port, 'select pg_is_in_recovery() as standby').then(
    ([row]) => row?.standby === false,
    () => false,
  );

type Setting = {
  readonly folder: string;
  readonly account: Account;
  readonly etcd: number;
  readonly replication: Replication;
  readonly log: string[];
};

function keep(child: ChildProcess, log: string[]): ChildProcess {
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => log.push(String(chunk)));
  child.on('error', (error) => log.push(String(error)));
  return child;
}

async function makeMember(
  name: string,
  { folder, account, etcd, replication, log }: Setting,
): Promise<Member> {
  const [port, rest] = [await freePort(), await freePort()];
  const data = join(folder, name);
  const file = join(folder, `${name}.yml`);
  const configuration = {
    scope: 'countersign',
    name,
    restapi: { listen: `127.0.0.1:${rest}`, connect_address: `127.0.0.1:${rest}` },
    etcd3: { hosts: [`127.0.0.1:${etcd}`] },
    bootstrap: {
      dcs: {
        ttl: TTL,
        loop_wait: 2,
        retry_timeout: 5,
        // An asynchronous standby that is behind is promoted all the same, however far.
        maximum_lag_on_failover: 1_000_000_000,
        synchronous_mode: replication === 'synchronous',
        postgresql: {
          use_pg_rewind: true,
          parameters: { max_connections: 200, wal_log_hints: 'on', fsync: 'on', synchronous_commit: 'on' },
        },
      },
      initdb: [{ encoding: 'UTF8' }, 'data-checksums'],
    },
    postgresql: {
      listen: `127.0.0.1:${port}`,
      connect_address: `127.0.0.1:${port}`,
      data_dir: data,
      bin_dir: BINARIES,
      pgpass: join(folder, `${name}.pgpass`),
      authentication: {
        superuser: { username: USER, password: PASSWORD },
        replication: { username: 'standby', password: PASSWORD },
      },
      parameters: { unix_socket_directories: folder },
      pg_hba: [
        'host all all 127.0.0.1/32 scram-sha-256',
        'host replication all 127.0.0.1/32 scram-sha-256',
        'local all all trust',
      ],
    },
    watchdog: { mode: 'off' },
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configuration));
  let patroni: ChildProcess | undefined;
  return {
    port,
    rest: `http://127.0.0.1:${rest}`,
    start() {
      patroni = keep(
        spawn('/usr/bin/patroni', [file], { ...account, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }),
        log,
      );
    },
    async postgres() {
      const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
      const pid = Number(text.split('\n')[0]);
      return pid > 0 ? await treeOf(pid) : [];
    },
    patroni: () => patroni,
  };
}

async function startEtcd({ folder, account, etcd, log }: Setting): Promise<ChildProcess> {
  const [clients, peers] = [`http://127.0.0.1:${etcd}`, `http://127.0.0.1:${await freePort()}`];
  const options = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
  };
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return keep(
    spawn('/usr/bin/etcd', args, { ...account, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }),
    log,
  );
}

const NAME_OF_SENDER = 'walsender';

/** Starts etcd, and two Patronis each with its PostgreSQL. @see whyNoPatroni */
export async function startPatroni(replication: Replication): Promise<PatroniCluster> {
  const account = await unprivileged();
  const folder = await mkdtemp(join(tmpdir(), 'countersign-patroni-'));
  await mkdir(join(folder, 'etcd'), { mode: 0o700 });
  for (const each of [folder, join(folder, 'etcd')]) {
    if (account.uid !== undefined && account.gid !== undefined) await chown(each, account.uid, account.gid);
  }
  const log: string[] = [];
  const setting: Setting = { folder, account, etcd: await freePort(), replication, log };
  const etcd = await startEtcd(setting);
  const members = [await makeMember('one', setting), await makeMember('two', setting)] as const;

  const leaderAndOther = async (): Promise<readonly [Member, Member]> => {
    const [one, two] = members;
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await delay(AGAIN_MS)) {
      if (await takesWrites(one)) return [one, two];
      if (await takesWrites(two)) return [two, one];
    }
    throw new Error(`no leader:\n${log.slice(-40).join('')}`);
  };
  /** Waits until the standby has what the leader writes, as Patroni sees it too. */
  const replicated = async () => {
    const [leader] = await leaderAndOther();
    const wanted = replication === 'synchronous' ? 'sync' : 'async';
    // The copy that a standby begins with is streamed too, under another name.
    const query = `select state || ' ' || sync_state as is from pg_stat_replication
      where application_name in ('one', 'two')`;
    await eventually(
      () => ask<{ is: string }>(leader.port, query).catch(() => []),
      (rows) => rows.some(({ is }) => is === `streaming ${wanted}`),
      READY_MS,
    );
    const cluster = () =>
      fetch(`${leader.rest}/cluster`).then(
        (response) => response.text(),
        (error: unknown) => String(error),
      );
    const role = replication === 'synchronous' ? /"role": "sync_standby"/ : /"role": "replica"/;
    await eventually(cluster, (text) => role.test(text), READY_MS);
  };
  const end = async (member: Member) => {
    const patroni = member.patroni();
    const pids = await member.postgres();
    // None of them answers anybody while the others end.
    signal(pids, 'SIGSTOP');
    if (patroni?.pid !== undefined) signal(await treeOf(patroni.pid), 'SIGKILL');
    signal(pids, 'SIGKILL');
  };

  const stop = async () => {
    for (const member of members) await end(member);
    etcd.kill('SIGKILL');
    await delay(AGAIN_MS);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    members[0].start();
    await leaderAndOther();
    members[1].start();
    await replicated();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `postgres://${USER}:${PASSWORD}@${members.map(({ port }) => `127.0.0.1:${port}`).join(',')}/postgres`,
    async holdBack() {
      const [leader] = await leaderAndOther();
      const named = async (pid: number) =>
        (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes(NAME_OF_SENDER);
      const pids = await leader.postgres();
      const senders = (await Promise.all(pids.map(async (pid) => ((await named(pid)) ? [pid] : [])))).flat();
      if (senders.length === 0) throw new Error('the leader sends to nobody');
      signal(senders, 'SIGSTOP');
    },
    async failOver() {
      const [leader, standby] = await leaderAndOther();
      await end(leader);
      await eventually(() => takesWrites(standby), Boolean, READY_MS).catch((cause: unknown) => {
        throw new Error(`the standby was not promoted:\n${log.slice(-40).join('')}`, { cause });
      });
    },
    async rejoin() {
      for (const member of members) {
        const patroni = member.patroni();
        if (patroni?.exitCode !== null || patroni.signalCode !== null) member.start();
      }
      await replicated();
    },
    stop,
  };
}
