import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type QueryResult,
} from 'kysely';
import pg from 'pg';
import { inTime, ticks } from './in-time.ts';
import { type PostgresAddress, type PostgresAddresses, requireWritable } from './postgres-address.ts';
import { cancelAt } from './postgres-cancel.ts';
import { isLost, typed } from './postgres-errors.ts';
import type { PoolUse } from './reach.ts';
import { StorageUnavailable } from './storage-errors.ts';

const BIGINT = 20;
/** The part of the deadline after which a COMMIT without an answer is doubted. */
const BEFORE_COMMIT_IS_DOUBTED = 0.8;
const COUNTED = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'];

/** How values come out: times and counts as numbers, for they are far below 2^53. */
export function resultTypes(): pg.TypeOverrides {
  const types = new pg.TypeOverrides();
  types.setTypeParser(BIGINT, Number);
  return types;
}

/** PostgreSQL's text has no U+0000. A name that carries one must be unknown, not an error. */
function storable(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '\u{FFFD}') : value;
}

/** One acquisition of a connection: all that is done in it shares one deadline. */
class Connection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #address: PostgresAddress;
  readonly #name: string;
  readonly #until: number;
  /** Until when a COMMIT is waited for: what became of it is asked for in the time that is left. */
  readonly #commitUntil: number;
  #isLost = false;

  constructor(client: pg.PoolClient, address: PostgresAddress, name: string, from: number, deadline: number) {
    this.#client = client;
    this.#address = address;
    this.#name = name;
    this.#until = from + deadline;
    this.#commitUntil = from + deadline * BEFORE_COMMIT_IS_DOUBTED;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#isLost) throw new StorageUnavailable(`${this.#name}: the connection was dropped`);
    const isCommit = sql === 'commit';
    const left = (isCommit ? this.#commitUntil : this.#until) - ticks();
    if (left <= 0) {
      this.#isLost = true;
      throw new StorageUnavailable(`${this.#name}: no time is left`);
    }
    const answer = this.#client.query(sql, parameters.map(storable));
    answer.catch(() => {});
    try {
      const { command, rowCount, rows } = await inTime(answer, left, () => {
        // A COMMIT that waits for a standby and is cancelled says it is done while only this server has it.
        const isToBeCancelled = !isCommit && !this.#isLost;
        this.#isLost = true;
        if (isToBeCancelled) cancelAt(this.#address, this.#client);
        return new StorageUnavailable(`${this.#name}: no answer in time`);
      });
      if (isCommit && command === 'ROLLBACK') {
        throw new StorageUnavailable(`${this.#name}: rolled back at COMMIT`);
      }
      // Of several statements sent at once nothing is told.
      return {
        rows: rows ?? [],
        ...(COUNTED.includes(command) && { numAffectedRows: BigInt(rowCount ?? 0) }),
      };
    } catch (error) {
      if (isLost(error)) this.#isLost = true;
      throw typed(error, this.#name);
    }
  }

  // biome-ignore lint/correctness/useYield: nothing here streams.
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('listings are read page by page');
  }

  release(): void {
    this.#client.release(this.#isLost);
  }

  drop(): void {
    this.#isLost = true;
  }
}

export type PoolOptions = {
  readonly addresses: PostgresAddresses;
  readonly poolSize: number;
  /** Milliseconds that a call may take, from asking for a connection on. */
  readonly deadline: number;
  /** Told when a connection could not be had. */
  readonly onFailure: () => void;
};

/** Connections to the server that takes writes; which of the hosts that is, it is told. */
export class Pool implements Driver {
  readonly #options: PoolOptions;
  #address: PostgresAddress;
  #pool: pg.Pool;
  #deadline: number;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#address = options.addresses.hosts[0];
    this.#deadline = options.deadline;
    this.#pool = this.#open();
  }

  /** Has what is asked from now on go to this host; what is under way ends where it is. */
  turnTo(address: PostgresAddress): void {
    if (address === this.#address) return;
    this.#address = address;
    this.renew();
  }

  /** Leaves the connections there are: after an interruption each may be dead without a sign, and cost a deadline. */
  renew(): void {
    const before = this.#pool;
    this.#pool = this.#open();
    before.end().catch(() => {});
  }

  /** Runs work that may last: what is done in it has no deadline. */
  async patiently<T>(work: () => Promise<T>): Promise<T> {
    this.#deadline = Number.POSITIVE_INFINITY;
    try {
      return await work();
    } finally {
      this.#deadline = this.#options.deadline;
    }
  }

  /** What there is of connections now, those left behind not counted. */
  use(): PoolUse {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    const { poolSize: max } = this.#options;
    return { in_use: totalCount - idleCount, idle: idleCount, waiting: waitingCount, max };
  }

  #open(): pg.Pool {
    const { addresses, poolSize, deadline } = this.#options;
    const pool = new pg.Pool({
      connectionString: this.#address.connectionString,
      ...(this.#address.ssl !== undefined && { ssl: this.#address.ssl }),
      max: poolSize,
      types: resultTypes(),
      application_name: 'countersign',
      connectionTimeoutMillis: deadline,
      keepAlive: true,
      // What is sent together does not wait for one another's answers.
      pipeline: true,
      ...(!addresses.takesAny && {
        verify: (client: pg.PoolClient, done: (error?: Error) => void) => {
          // One that falls silent here would keep its place in the pool.
          inTime(requireWritable(client), deadline, () => new Error('no answer in time')).then(
            () => done(),
            (error) => done(error instanceof Error ? error : new Error(String(error))),
          );
        },
      }),
    });
    // A connection that dies is replaced by the pool; whoever was using it got the error from the query.
    pool.on('error', () => {});
    pool.on('connect', (client) => client.on('error', () => {}));
    return pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Connection> {
    const { addresses, onFailure } = this.#options;
    const [from, deadline] = [ticks(), this.#deadline];
    const [address, connecting] = [this.#address, this.#pool.connect()];
    try {
      const client = await inTime(connecting, this.#options.deadline, () => {
        connecting.then(
          (late) => late.release(),
          () => {},
        );
        return new StorageUnavailable(`${addresses.name}: no connection in time`);
      });
      return new Connection(client, address, addresses.name, from, deadline);
    } catch (error) {
      onFailure();
      throw typed(error, addresses.name);
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof Connection) connection.release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch (error) {
      if (connection instanceof Connection) connection.drop();
      throw error;
    }
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

/** Kysely's dialect over these connections. */
export class Dialect extends PostgresDialect {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super({
      pool: async () => {
        throw new Error('the driver has its own pool');
      },
    });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return this.#pool;
  }
}
