import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Kysely } from 'kysely';
import type { Clock } from '../../clock.ts';
import { SCHEMA_VERSION } from '../migrate.ts';
import type { Schema } from '../schema.ts';
import type { StorageOptions } from '../storage-options.ts';
import { versionIn } from '../usable.ts';
import { FORMAT, type Header, keyCheckOf, type Manifest, sha256 } from './backup-format.ts';
import { inSnapshot } from './in-snapshot.ts';
import { writeNewFile } from './new-file.ts';
import { openRows } from './open-rows.ts';
import { RelocationRefused } from './relocation-errors.ts';
import { batchesOf, type RowProgress, RowSum, rowText, type Sum } from './rows.ts';
import { tablesOf } from './tables.ts';

/** A backup to be made. */
export type Backup = {
  /** The database, which may be in use. */
  readonly database: StorageOptions;
  /** Of the home: by the path in there. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly encryptionKey: Uint8Array;
  readonly program: string;
  /** Where it is written; nothing may be there. */
  readonly file: string;
  readonly clock: Clock;
  /** Told as rows are written. */
  readonly progress?: RowProgress;
};

/** The lines of a backup, and what they come to. */
async function* linesOf(
  backup: Backup,
  db: Kysely<Schema>,
  header: Header,
  done: (manifest: Manifest) => void,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const files: Record<string, string> = {};
  const tables: Record<string, Sum> = {};
  const line = (value: unknown) => {
    const text = `${typeof value === 'string' ? value : JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line(header);
  for (const [file, bytes] of backup.files) {
    files[file] = sha256(bytes);
    yield line({ file, base64: Buffer.from(bytes).toString('base64') });
  }
  for (const table of await tablesOf(db, header.database, header.schema)) {
    const sum = new RowSum();
    let written = 0;
    yield line({ table: table.name, columns: table.columns });
    for await (const rows of batchesOf(db, header.database, table)) {
      const texts = rows.map(rowText);
      for (const text of texts) sum.add(text);
      written += texts.length;
      backup.progress?.(table.name, written);
      yield line(texts.join('\n'));
    }
    tables[table.name] = sum.sum();
  }
  const manifest: Manifest = { files, tables, sha256: hash.digest('hex') };
  yield `${JSON.stringify({ manifest })}\n`;
  done(manifest);
}

/**
 * Writes everything that a database holds, as of one moment, and the files of its home into one file, with mode 0600;
 * whole or not at all.
 * @returns what was written, and when its moment was; milliseconds since the epoch
 * @throws RelocationRefused where the file is there, or a newer version looks after the database
 */
export async function writeBackup(
  backup: Backup,
): Promise<{ readonly manifest: Manifest; readonly made_at: number }> {
  const { file, clock, encryptionKey, program } = backup;
  const database = await openRows(backup.database);
  try {
    return await inSnapshot(database, async (db) => {
      const made_at = clock();
      const { version } = await versionIn(db);
      if (version !== SCHEMA_VERSION) {
        throw new RelocationRefused(
          `the database has schema version ${version}, this program ${SCHEMA_VERSION}: let the newer one make the backup`,
        );
      }
      const header: Header = {
        countersign_backup: FORMAT,
        program,
        schema: version,
        database: database.dialect,
        made_at,
        key_check: keyCheckOf(encryptionKey),
      };
      const { promise, resolve } = Promise.withResolvers<Manifest>();
      await writeNewFile(file, (into) => pipeline(linesOf(backup, db, header, resolve), createGzip(), into));
      return { manifest: await promise, made_at };
    });
  } finally {
    await database.close();
  }
}
