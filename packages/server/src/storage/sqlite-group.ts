import type { QueryResult } from 'kysely';
import type { RegistryChange } from '../registry-change.ts';
import type { UnitOutcome } from '../unit-of-work.ts';
import { isMet, refusalOf } from './attempt.ts';
import { changesOf, registryStatements } from './registry-statements.ts';
import type { CachingDatabase } from './sqlite-file.ts';
import type { SqliteWriter, Statement, WrittenStep } from './sqlite-writer.ts';
import { StorageUnavailable } from './storage-errors.ts';

/** Milliseconds of one group, after which the event loop goes on before the next: a turn may bring very many units. */
const LONGEST_GROUP = 20;

const PLACEHOLDER = () => '?';

/** Something that writes, whole or not at all, and who waits for it. */
type Waiting = {
  /** Runs it inside the group's transaction. @returns what settles it once that is committed */
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
};

function executed(database: CachingDatabase, { sql, parameters }: Statement): QueryResult<unknown> {
  const statement = database.prepare(sql);
  if (statement.reader) return { rows: statement.all(parameters) };
  const { changes, lastInsertRowid } = statement.run(parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/**
 * Writes an SQLite file in groups: all that is asked for in one turn of the event loop is one transaction, which waits
 * for the disk once. Each unit is a savepoint: one that is refused takes nothing of another with it. Nobody hears of what
 * was written before all of it is on the disk; where the group as a whole is rolled back, all of it fails. Nothing else of
 * this process runs while a group is written, so that the write lock is held for as short as can be.
 */
export class SqliteGroup implements SqliteWriter {
  readonly #database: CachingDatabase;
  #waiting: Waiting[] = [];
  #isDue = false;

  constructor(database: CachingDatabase) {
    this.#database = database;
  }

  attempt(steps: readonly WrittenStep[], unit_id: string): Promise<UnitOutcome> {
    return this.#join(() => this.#savepoint(() => this.#runSteps(steps, unit_id)));
  }

  together(statements: readonly Statement[]): Promise<readonly QueryResult<unknown>[]> {
    const runAll = () => statements.map((statement) => executed(this.#database, statement));
    // A statement alone is whole or not at all by itself.
    if (statements.length === 1) return this.#join(runAll);
    return this.#join(() => this.#savepoint(() => ({ outcome: 'committed', results: runAll() })).results);
  }

  /** Writes what still waits, however much it is. */
  flush(): void {
    while (this.#waiting.length > 0) this.#writeGroup();
  }

  #join<Result>(work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      const run = () => {
        const result = work();
        return () => resolve(result);
      };
      this.#waiting.push({ run, fail: reject });
      this.#writeSoon();
    });
  }

  #writeSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      this.#writeGroup();
      if (this.#waiting.length > 0) this.#writeSoon();
    });
  }

  #writeGroup(): void {
    const database = this.#database;
    const group = this.#waiting;
    if (group.length === 0) return;
    const settling: (() => void)[] = [];
    let begun = 0;
    let failure: { readonly error: unknown } | undefined;
    try {
      database.prepare('begin immediate').run([]);
      const until = performance.now() + LONGEST_GROUP;
      for (const each of group) {
        if (begun > 0 && performance.now() > until) break;
        begun++;
        settling.push(this.#settlingOf(each));
      }
      database.prepare('commit').run([]);
    } catch (error) {
      failure = { error };
    } finally {
      database.rollBack();
    }
    // Where no transaction could begin, there is none for those that come later in the group either.
    const ended = begun > 0 ? begun : group.length;
    this.#waiting = group.slice(ended);
    if (failure === undefined) for (const settle of settling) settle();
    else for (const { fail } of group.slice(0, ended)) fail(failure.error);
  }

  /**
   * Runs one of a group. @returns what settles it once the group is committed
   * @throws what ended the transaction of the whole group
   */
  #settlingOf({ run, fail }: Waiting): () => void {
    const database = this.#database;
    try {
      const settle = run();
      if (database.isTransaction) return settle;
    } catch (error) {
      if (database.isTransaction) return () => fail(error);
      throw error;
    }
    throw new StorageUnavailable('the transaction ended by itself');
  }

  /** Runs work that is taken back unless it says `committed`; where that cannot be, nothing of the group is written. */
  #savepoint<Done extends { readonly outcome: UnitOutcome['outcome'] }>(work: () => Done): Done {
    const database = this.#database;
    database.prepare('savepoint unit').run([]);
    let isKept = false;
    try {
      const done = work();
      isKept = done.outcome === 'committed';
      return done;
    } finally {
      try {
        if (database.isTransaction && !isKept) database.prepare('rollback to unit').run([]);
        if (database.isTransaction) database.prepare('release unit').run([]);
      } catch {
        database.rollBack();
      }
    }
  }

  #runSteps(steps: readonly WrittenStep[], unit_id: string): UnitOutcome {
    const database = this.#database;
    const changes: RegistryChange[] = [];
    for (const step of steps) {
      try {
        const { rows, numAffectedRows } = executed(database, step.statement);
        const touched = Number(numAffectedRows ?? rows.length);
        if (touched > 0) changes.push(...changesOf(step));
        if (!isMet(step, touched)) return { outcome: 'refused', condition: step.condition };
      } catch (error) {
        return refusalOf(step, error);
      }
    }
    for (const statement of registryStatements(changes, unit_id, PLACEHOLDER)) executed(database, statement);
    return { outcome: 'committed' };
  }
}
