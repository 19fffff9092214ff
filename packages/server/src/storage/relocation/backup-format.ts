import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import { linesOfFile } from '../../event/file-lines.ts';
import { RelocationRefused } from './relocation-errors.ts';
import { type Row, type RowProgress, RowSum, rowText, type Sum } from './rows.ts';

/** The version of the format; one that reads it reads no later one. */
export const FORMAT = 1;

/** How many rows are read between two words about it. */
const ROWS_A_STEP = 1_000;

/** The first line of a backup. */
export const Header = z.object({
  countersign_backup: z.literal(FORMAT),
  /** The version of the program that made it. */
  program: z.string(),
  /** That of the schema. */
  schema: z.int(),
  database: z.enum(['sqlite', 'postgres']),
  /** Milliseconds since the epoch: when its snapshot was taken, or just before. */
  made_at: z.int(),
  /** What the encryption key of the deployment is recognised by. */
  key_check: z.string(),
});
export type Header = z.infer<typeof Header>;

/** A file of the home, by its path in there. */
const FileLine = z.object({ file: z.string(), base64: z.base64() });
const TableLine = z.object({ table: z.string(), columns: z.array(z.string()) });
const RowLine = z.array(z.union([z.string(), z.number(), z.null(), z.object({ base64: z.base64() })]));
const SumLine = z.object({ rows: z.int(), sha256: z.string() });

/** The last line: what was written, and the hash of every line before it. */
export const Manifest = z.object({
  files: z.record(z.string(), z.string()),
  tables: z.record(z.string(), SumLine),
  sha256: z.string(),
});
export type Manifest = z.infer<typeof Manifest>;
const ManifestLine = z.object({ manifest: Manifest });

/** What the lines between the first and the last say. */
export type BackupEntry =
  | { readonly kind: 'file'; readonly file: string; readonly bytes: Uint8Array }
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly string[] }
  | { readonly kind: 'row'; readonly row: Row };

/** Thrown for a file that is no whole backup, or one that a later version made. */
export class UnusableBackup extends RelocationRefused {
  override readonly name = 'UnusableBackup';
}

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

/** What an encryption key is recognised by without being told. */
export const keyCheckOf = (key: Uint8Array): string =>
  createHmac('sha256', key).update('countersign backup').digest('base64url').slice(0, 22);

const damaged = (file: string, why: string, cause?: unknown) =>
  new UnusableBackup(`${file} is damaged: ${why}`, { cause });

function headerIn(file: string, first: unknown): Header {
  const format = z.object({ countersign_backup: z.int() }).safeParse(first);
  if (!format.success) throw new UnusableBackup(`${file} is no backup of Countersign`);
  if (format.data.countersign_backup > FORMAT) {
    throw new UnusableBackup(
      `${file} was made by a later version of Countersign, which alone can restore it`,
    );
  }
  const header = Header.safeParse(first);
  if (!header.success) throw damaged(file, z.prettifyError(header.error));
  return header.data;
}

function entryIn(line: unknown): BackupEntry | undefined {
  if (Array.isArray(line)) {
    const row = RowLine.parse(line);
    return {
      kind: 'row',
      row: row.map((value) =>
        typeof value === 'object' && value !== null ? Buffer.from(value.base64, 'base64') : value,
      ),
    };
  }
  const table = TableLine.safeParse(line);
  if (table.success) return { kind: 'table', ...table.data };
  const file = FileLine.safeParse(line);
  if (file.success)
    return { kind: 'file', file: file.data.file, bytes: Buffer.from(file.data.base64, 'base64') };
  return undefined;
}

/** Yields the header of a backup, every entry, and the manifest, unchecked. @throws UnusableBackup */
async function* read(
  file: string,
): AsyncGenerator<{ header: Header } | { entry: BackupEntry } | { manifest: Manifest; sha256: string }> {
  const hash = createHash('sha256');
  let isFirst = true;
  try {
    for await (const text of linesOfFile(file, true)) {
      const line: unknown = JSON.parse(text);
      if (isFirst) yield { header: headerIn(file, line) };
      else {
        const last = ManifestLine.safeParse(line);
        if (last.success) yield { manifest: last.data.manifest, sha256: hash.copy().digest('hex') };
        else {
          const entry = entryIn(line);
          if (!entry) throw damaged(file, 'a line is none of a backup');
          yield { entry };
        }
      }
      isFirst = false;
      hash.update(`${text}\n`);
    }
  } catch (error) {
    if (error instanceof RelocationRefused) throw error;
    const why = error instanceof Error ? error.message : String(error);
    if (isFirst && error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new UnusableBackup(`there is no file ${file}`);
    }
    throw isFirst
      ? new UnusableBackup(`${file} is no backup of Countersign: ${why}`)
      : damaged(file, why, error);
  }
}

/** A backup that was read to its end and found whole. */
export type WholeBackup = {
  readonly file: string;
  readonly header: Header;
  readonly manifest: Manifest;
  /** The files of the home. */
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/** Reads a backup to its end and compares everything with its manifest. @throws UnusableBackup */
export async function checkBackup(file: string, progress?: RowProgress): Promise<WholeBackup> {
  let header: Header | undefined;
  let end: { readonly manifest: Manifest; readonly sha256: string } | undefined;
  const files = new Map<string, Uint8Array>();
  const sums = new Map<string, RowSum>();
  let present: RowSum | undefined;
  let table = '';
  let rows = 0;
  for await (const each of read(file)) {
    if (end) throw damaged(file, 'it goes on after its end');
    if ('header' in each) header = each.header;
    else if ('manifest' in each) end = each;
    else if (each.entry.kind === 'file') files.set(each.entry.file, each.entry.bytes);
    else if (each.entry.kind === 'table') {
      present = new RowSum();
      table = each.entry.table;
      rows = 0;
      sums.set(table, present);
    } else if (present) {
      present.add(rowText(each.entry.row));
      if (++rows % ROWS_A_STEP === 0) progress?.(table, rows);
    } else throw damaged(file, 'it has a row of no table');
  }
  if (!header) throw new UnusableBackup(`${file} is no backup of Countersign: it is empty`);
  if (!end) throw damaged(file, 'it ends too early');
  if (end.manifest.sha256 !== end.sha256) throw damaged(file, 'it is not as it was written');
  const tables: Record<string, Sum> = Object.fromEntries(
    Array.from(sums, ([name, sum]) => [name, sum.sum()]),
  );
  const hashes = Object.fromEntries(Array.from(files, ([name, bytes]) => [name, sha256(bytes)]));
  const found = JSON.stringify({ files: sorted(hashes), tables: sorted(tables) });
  const { manifest } = end;
  if (found !== JSON.stringify({ files: sorted(manifest.files), tables: sorted(manifest.tables) })) {
    throw damaged(file, 'what it holds is not what its manifest names');
  }
  return { file, header, manifest, files };
}

const sorted = (record: Readonly<Record<string, unknown>>) =>
  Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Yields the tables of a backup and their rows, in the order in which they can be written. */
export async function* rowsIn(
  file: string,
): AsyncGenerator<Extract<BackupEntry, { readonly kind: 'table' | 'row' }>> {
  for await (const each of read(file)) if ('entry' in each && each.entry.kind !== 'file') yield each.entry;
}
