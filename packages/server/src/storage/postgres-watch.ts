import pg from 'pg';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import type { Reach, StorageNotice } from './reach.ts';
import { changesSince, RegistryReader } from './registry-log.ts';
import { createRegistryMemory, type RegistryMemory } from './registry-memory.ts';

/** Milliseconds from the start of one question to the next, and how long one may take. */
const INTERVAL = 500;
const TIMEOUT = 1_000;
/** Milliseconds after which an answer is old, though no question failed: this process stood still. */
const FRESH = 1_500;
/** Where processes tell one another that there is something to ask for; nothing depends on it. */
const CHANNEL = 'countersign_registry';

const TIME = 'cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)';

/** Follows what other processes change, and how the database is reached. */
export type Watch = {
  readonly registry: RegistryState;
  readonly reach: Pick<Reach, 'state' | 'clockOffset'>;
  readonly memory: RegistryMemory;
  /** Has the other processes ask soon. */
  announce(): void;
  close(): Promise<void>;
};

export type WatchOptions = {
  readonly url: string;
  /** Milliseconds that what is remembered may be used while the database does not answer. */
  readonly bound: number;
  /** The clock of this machine. */
  readonly clock: Clock;
  readonly types: pg.TypeOverrides;
  readonly tell: (notice: StorageNotice) => void;
};

/** The time that only goes on, in milliseconds. */
const ticks = () => performance.now();

async function connect({ url, types }: WatchOptions): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'countersign watch',
    connectionTimeoutMillis: TIMEOUT,
    query_timeout: TIMEOUT,
    keepAlive: true,
    types,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Asks once, then every half second, on a connection of its own. */
export async function watchPostgres(options: WatchOptions): Promise<Watch> {
  const { bound, clock, tell } = options;
  const memory = createRegistryMemory();
  const reader = new RegistryReader(memory);
  let connection: pg.Client | undefined;
  let answered = Number.NEGATIVE_INFINITY;
  let isAway = false;
  let offset = 0;
  let timer: NodeJS.Timeout | undefined;
  let asking: Promise<void> | undefined;
  let askAgain = false;
  let closed = false;

  const drop = (client: pg.Client) => {
    if (connection === client) connection = undefined;
    client.end().catch(() => {});
  };

  /** A pooler gives connections that are not the server's; notifications come through none in transaction mode. */
  async function listen(client: pg.Client): Promise<void> {
    const { rows } = await client.query('select pg_backend_pid() as pid');
    if (!('processID' in client) || rows[0]?.pid !== client.processID) return;
    client.on('notification', () => void ask());
    await client.query(`listen ${CHANNEL}`);
  }

  async function open(): Promise<pg.Client> {
    const client = await connect(options);
    connection = client;
    client.on('end', () => drop(client));
    listen(client).catch(() => {});
    return client;
  }

  async function question(): Promise<void> {
    const client = connection ?? (await open());
    const [started, before] = [ticks(), clock()];
    try {
      const { rows } = await client.query(changesSince(TIME, '$1'), [reader.since]);
      const { heard, time } = reader.hear(rows);
      answered = started;
      offset = Math.round(time - (before + clock()) / 2);
      if (heard.outcome === 'back') tell({ kind: 'went back', from: heard.from, to: heard.to });
    } catch (error) {
      drop(client);
      throw error;
    }
  }

  const turn = (away: boolean) => {
    if (isAway !== away) tell({ kind: away ? 'away' : 'reached' });
    isAway = away;
  };

  async function askOnce(): Promise<void> {
    const hadConnection = connection !== undefined;
    try {
      // A connection that was closed meanwhile says nothing of the database.
      await question().catch((error) => {
        if (!hadConnection || closed) throw error;
        return question();
      });
      turn(false);
    } catch {
      if (!closed) turn(true);
    }
  }

  function ask(): Promise<void> {
    if (closed) return Promise.resolve();
    if (asking) {
      askAgain = true;
      return asking;
    }
    clearTimeout(timer);
    const started = ticks();
    asking = askOnce().finally(() => {
      asking = undefined;
      if (closed) return;
      const wait = askAgain ? 0 : Math.max(0, INTERVAL - (ticks() - started));
      askAgain = false;
      timer = setTimeout(() => void ask(), wait).unref();
    });
    return asking;
  }

  await question();
  timer = setTimeout(() => void ask(), INTERVAL).unref();

  const age = () => ticks() - answered;
  return {
    memory,
    registry: {
      lastChange: memory.lastChange,
      isCurrent: () => age() <= FRESH || (isAway && age() <= bound),
    },
    reach: {
      state: () => (!isAway ? 'reached' : age() <= bound ? 'away' : 'lost'),
      clockOffset: () => offset,
    },
    announce() {
      connection?.query(`notify ${CHANNEL}`).catch(() => {});
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const client = connection;
      connection = undefined;
      await client?.end().catch(() => {});
    },
  };
}
