import pg from 'pg';
import type { Clock } from '../clock.ts';
import type { RegistryState } from '../registry-change.ts';
import { createClockOffset } from './clock-offset.ts';
import { inTime, ticks } from './in-time.ts';
import { type PostgresAddress, type PostgresAddresses, requireWritable } from './postgres-address.ts';
import { resultTypes } from './postgres-driver.ts';
import { typed } from './postgres-errors.ts';
import type { Reach, StorageNotice } from './reach.ts';
import { changesSince, type HistoryPosition, RegistryReader } from './registry-log.ts';
import { createRegistryMemory, type RegistryMemory } from './registry-memory.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** Milliseconds from the start of one question to that of the next. */
const INTERVAL = 500;
/** Milliseconds after which a question is asked on a new connection too: the one it went out on may be dead without a sign. */
const SECOND_WAY = 250;
/** Milliseconds without an answer after which the database is away, though its connections stand. */
const PATIENCE = 1_000;
/** Milliseconds a connection may take, and a question on it; the first of all, when nothing is served yet, longer. */
const TIMEOUT = 2_000;
const FIRST_TIMEOUT = 5_000;
/** Milliseconds from one question to the next at the least, however many changes are announced. */
const LEAST_INTERVAL = 20;
/** Milliseconds after which an answer is old, though no question failed: this process stood still. */
const FRESH = 1_500;
/** Where processes tell one another that there is something to ask for; nothing depends on it. */
const CHANNEL = 'countersign_registry';

const TIME = 'cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)';
const QUESTION = changesSince(TIME, '$1');

/** Follows what other processes change, and how the database is reached. */
export type Watch = {
  readonly registry: RegistryState;
  position(): HistoryPosition | undefined;
  readonly reach: Omit<Reach, 'canWrite' | 'connections' | 'durability'>;
  readonly memory: RegistryMemory;
  /** Has the other processes ask soon. */
  announce(): void;
  /** Has this process ask at once, for a call failed. */
  doubt(): void;
  close(): Promise<void>;
};

export type WatchOptions = {
  readonly addresses: PostgresAddresses;
  /** The one of them that is used first. */
  readonly address: PostgresAddress;
  /** Milliseconds that what is remembered may be used while the database does not answer. */
  readonly unreachableBound: number;
  /** Milliseconds by which this machine's clock may differ from the database's. */
  readonly clockBound: number;
  /** The clock of this machine. */
  readonly clock: Clock;
  readonly lastKnown?: HistoryPosition | undefined;
  readonly tell: (notice: StorageNotice) => void;
  /** Told of the host that takes writes, where it is another than before. */
  readonly onHost: (address: PostgresAddress) => void;
  /** Told when the database answers again. */
  readonly onReturn: () => void;
};

/** A connection of the watch, to one of the hosts. */
type Line = { readonly client: pg.Client; readonly address: PostgresAddress };

async function connect(address: PostgresAddress, takesAny: boolean, timeout: number): Promise<Line> {
  const client = new pg.Client({
    connectionString: address.connectionString,
    ...(address.ssl !== undefined && { ssl: address.ssl }),
    application_name: 'countersign watch',
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    keepAlive: true,
    types: resultTypes(),
  });
  client.on('error', () => {});
  try {
    await client.connect();
    if (!takesAny) await requireWritable(client);
    return { client, address };
  } catch (error) {
    client.end().catch(() => {});
    throw error;
  }
}

/** The first of several hosts that takes writes. @throws StorageUnavailable when none does */
export async function writableHost({ name, hosts, takesAny }: PostgresAddresses): Promise<PostgresAddress> {
  const errors: unknown[] = [];
  for (const address of hosts) {
    try {
      const { client } = await connect(address, takesAny, FIRST_TIMEOUT);
      client.end().catch(() => {});
      return address;
    } catch (error) {
      errors.push(error);
    }
  }
  throw typed(new AggregateError(errors), name);
}

/** Through a pooler the process that answers is not that of the connection, and notifications may never come. */
async function listen({ client }: Line, heard: () => void): Promise<void> {
  const { rows } = await client.query('select pg_backend_pid() as pid');
  if (!('processID' in client) || rows[0]?.pid !== client.processID) return;
  client.on('notification', heard);
  await client.query(`listen ${CHANNEL}`);
}

type Answer = {
  readonly line: Line;
  readonly rows: readonly unknown[];
  /** When it was asked and answered, by this machine's clock. */
  readonly from: number;
  readonly to: number;
};

/** What is asked of the database and how; one question at a time, which a dead connection does not hold up. */
class Questions {
  readonly #options: WatchOptions;
  readonly #opened: (line: Line) => Promise<void>;
  #line: Line | undefined;
  #address: PostgresAddress;
  #timeout = FIRST_TIMEOUT;
  #isClosed = false;

  /** @param opened done with a new connection once it answered */
  constructor(options: WatchOptions, opened: (line: Line) => Promise<void>) {
    this.#options = options;
    this.#address = options.address;
    this.#opened = opened;
  }

  /** Sends what nobody waits for. */
  async send(statement: string): Promise<void> {
    await this.#line?.client.query(statement).catch(() => {});
  }

  /** @throws Error when no host answers */
  async ask(since: number): Promise<Answer> {
    const before = this.#line;
    const first = before && this.#askOn(before, since);
    if (first && (await this.#isQuick(first))) return await first;
    const anew = this.#askAnew(since);
    try {
      const answer = await Promise.any(first ? [first, anew] : [anew]);
      if (answer.line === before) anew.then(({ line }) => line.client.end()).catch(() => {});
      else await this.#take(answer.line);
      return answer;
    } catch (error) {
      this.#drop(before);
      throw error instanceof AggregateError && error.errors.length === 1 ? error.errors[0] : error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#line?.client.end().catch(() => {});
  }

  /** Whether an answer comes without delay; one that failed has not. */
  async #isQuick(answer: Promise<Answer>): Promise<boolean> {
    const isAnswered = answer.then(
      () => true,
      () => false,
    );
    return await inTime(isAnswered, SECOND_WAY, () => new Error('slow')).catch(() => false);
  }

  async #askOn(line: Line, since: number): Promise<Answer> {
    const { clock } = this.#options;
    const from = clock();
    const { rows } = await line.client.query(QUESTION, [since]);
    return { line, rows, from, to: clock() };
  }

  /** The host that was used last first, then the others in their order. */
  async #askAnew(since: number): Promise<Answer> {
    const { hosts, takesAny } = this.#options.addresses;
    const errors: unknown[] = [];
    for (const address of new Set([this.#address, ...hosts])) {
      try {
        const line = await connect(address, takesAny, this.#timeout);
        return await this.#askOn(line, since).catch((error) => {
          line.client.end().catch(() => {});
          throw error;
        });
      } catch (error) {
        errors.push(error);
      }
    }
    throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  }

  #drop(line: Line | undefined): void {
    if (this.#line === line) this.#line = undefined;
    line?.client.end().catch(() => {});
  }

  async #take(line: Line): Promise<void> {
    const before = this.#line;
    line.client.on('end', () => this.#drop(line));
    this.#line = line;
    this.#timeout = TIMEOUT;
    if (this.#isClosed) this.#drop(line);
    if (before) before.client.end().catch(() => {});
    if (line.address !== this.#address) {
      this.#address = line.address;
      this.#options.onHost(line.address);
    }
    await this.#opened(line).catch(() => {});
  }
}

/** Asks once, then every half second, on a connection of its own. @throws StorageUnavailable */
export async function watchPostgres(options: WatchOptions): Promise<Watch> {
  const { unreachableBound, clockBound, tell, addresses } = options;
  const memory = createRegistryMemory();
  const reader = new RegistryReader(memory, options.lastKnown);
  const offset = createClockOffset();
  let answered = Number.NEGATIVE_INFINITY;
  let isAway = false;
  let isClockRight = true;
  let timer: NodeJS.Timeout | undefined;
  let asking: Promise<void> | undefined;
  let askAgain = false;
  let started = ticks();
  let closed = false;
  let announcing = false;

  const questions = new Questions(options, (line) => listen(line, hasten));

  const turnAway = (away: boolean) => {
    if (isAway === away || closed) return;
    isAway = away;
    if (!away) options.onReturn();
    tell({ kind: away ? 'away' : 'reached' });
  };

  const judgeClock = () => {
    const isRight = Math.abs(offset.now()) <= clockBound;
    if (isRight !== isClockRight)
      tell({ kind: isRight ? 'clock right' : 'clock wrong', offset: offset.now() });
    isClockRight = isRight;
  };

  async function question(): Promise<void> {
    const started = ticks();
    const { rows, from, to } = await questions.ask(reader.since);
    const { heard, time } = reader.hear(rows);
    answered = started;
    offset.measured({ from, to }, time);
    judgeClock();
    if (heard.outcome === 'back') tell({ kind: 'went back', from: heard.from, to: heard.to });
  }

  async function askOnce(): Promise<void> {
    const asked = question();
    asked.catch(() => {});
    try {
      await inTime(asked, PATIENCE, () => new Error('no answer'));
    } catch {
      turnAway(true);
    }
    // One that hangs ends by the timeouts of its connections.
    await asked.then(
      () => turnAway(false),
      () => turnAway(true),
    );
    if (announcing) {
      announcing = false;
      // Not waited for: while it has no answer the next question has to find out that there is none.
      void questions.send(`notify ${CHANNEL}`);
    }
  }

  function ask(): void {
    if (closed || asking) return;
    clearTimeout(timer);
    started = ticks();
    asking = askOnce().finally(() => {
      asking = undefined;
      next(askAgain ? LEAST_INTERVAL : INTERVAL);
      askAgain = false;
    });
  }

  function next(interval: number): void {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(ask, Math.max(0, interval - (ticks() - started))).unref();
  }

  function hasten(): void {
    if (asking) askAgain = true;
    else next(LEAST_INTERVAL);
  }

  try {
    await question();
  } catch (error) {
    throw error instanceof StorageUnavailable ? error : typed(error, addresses.name);
  }
  next(INTERVAL);

  const age = () => ticks() - answered;
  /** Whether a question that was asked in time may still be answered: until it is, nothing says that the database is away. */
  const isWaiting = () => asking !== undefined && ticks() - started <= FRESH;
  return {
    memory,
    registry: {
      lastChange: memory.lastChange,
      isCurrent: () =>
        isAway ? age() <= unreachableBound : age() <= FRESH || (isWaiting() && age() <= unreachableBound),
    },
    position: () => reader.position,
    reach: {
      state: () => (isAway ? (age() <= unreachableBound ? 'away' : 'lost') : 'reached'),
      clockOffset: offset.now,
      isClockRight: () => isClockRight,
    },
    announce() {
      announcing = true;
      hasten();
    },
    doubt() {
      if (!isAway) hasten();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await questions.close();
    },
  };
}
