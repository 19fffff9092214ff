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

/** A stored row does not have the shape the server wrote: it was edited by hand, or damaged. */
export class CorruptRecord extends Error {
  override readonly name = 'CorruptRecord';
}
