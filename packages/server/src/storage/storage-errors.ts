/** The `after` of a page request is not a `next` this storage gave out for that listing. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
}

/**
 * The database does not answer, or cannot be written just now. Nothing is known to be written;
 * the same call may succeed later, without opening the storage again.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable';
}

/**
 * The database does not take a value it was given: text or a number that only a request can have brought. Nothing is
 * written.
 */
export class UnstorableValue extends Error {
  override readonly name = 'UnstorableValue';
}

/** The database was written by a later version of this server than the one that opens it. */
export class NewerSchema extends Error {
  override readonly name = 'NewerSchema';
  /** The schema version found, and the latest this version knows. */
  readonly found: number;
  readonly known: number;

  constructor(database: string, found: number, known: number) {
    super(
      `${database} has schema version ${found}, but this version of Countersign knows versions up to ${known}: ` +
        'start the newer version again, or restore a backup made before the upgrade',
    );
    this.found = found;
    this.known = known;
  }
}

/** The database is to be looked at alone, and has a schema that a start would upgrade first, or none. */
export class OlderSchema extends Error {
  override readonly name = 'OlderSchema';
  /** The schema version found, 0 where there is none, and the one this version uses. */
  readonly found: number;
  readonly known: number;

  constructor(database: string, found: number, known: number) {
    super(
      found === 0
        ? `${database} is empty: the first start makes its tables`
        : `${database} has schema version ${found}, and this version of Countersign uses ${known}: the next start, or countersign migrate, upgrades it`,
    );
    this.found = found;
    this.known = known;
  }
}

/**
 * The database is not where the data of the deployment are: they went from here to another one, or have not all come
 * yet. Serving from it would give again what was ended elsewhere.
 */
export class DataElsewhere extends Error {
  override readonly name = 'DataElsewhere';
}

/**
 * A stored row that this version cannot take for what it is: damaged, edited by hand, or written by a later version with
 * something that must be understood. The row alone is refused; nothing it allows is allowed.
 */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord';
  /** Names the row for people, e.g. `metadata of client 4f2a`. */
  readonly record: string;
  readonly why: string;

  constructor(record: string, why: string, cause?: unknown) {
    super(`the stored ${record} is not readable: ${why}`, { cause });
    this.record = record;
    this.why = why;
  }
}

/** Told of each row that a listing left out. */
export type ReportUnreadable = (problem: UnreadableRecord) => void;

/**
 * What was found; undefined too when it cannot be read. For where a record is only shown or told beside others, and
 * nothing is decided by it.
 */
export async function unlessUnreadable<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof UnreadableRecord) return undefined;
    throw error;
  }
}
