import { CompiledQuery, type DatabaseConnection, SqliteDialect, SqliteDriver } from 'kysely';
import type { CachingDatabase } from './sqlite-file.ts';

/** Takes the write lock when a transaction begins: taken later, it could be refused without waiting. */
class ImmediateDriver extends SqliteDriver {
  readonly #database: CachingDatabase;

  constructor(database: CachingDatabase) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  override async rollbackTransaction(): Promise<void> {
    this.#database.rollBack();
  }
}

export class ImmediateDialect extends SqliteDialect {
  readonly #database: CachingDatabase;

  constructor(database: CachingDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database);
  }
}
