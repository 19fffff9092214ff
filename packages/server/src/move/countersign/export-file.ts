import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { writeNewFile } from '../../storage/relocation/new-file.ts';
import type { MovedRecord } from '../record.ts';
import { type ExportHeader, exportLines, type Written } from './export-format.ts';

/** An export to be written. */
export type ExportFile = {
  /** Where; nothing may be there. */
  readonly file: string;
  readonly header: ExportHeader;
  readonly records: AsyncIterable<MovedRecord>;
  /** What it is encrypted with; plain where absent. */
  readonly password: string | undefined;
  /** Told how many records are written, each time. */
  readonly progress: (done: number) => void;
};

/** Characters that are handed on at once. */
const PIECE = 64 * 1024;

async function* piecesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array, void> {
  let held = '';
  for await (const line of lines) {
    held += line;
    if (held.length < PIECE) continue;
    yield Buffer.from(held);
    held = '';
  }
  if (held !== '') yield Buffer.from(held);
}

async function* counted(
  records: AsyncIterable<MovedRecord>,
  progress: (done: number) => void,
): AsyncGenerator<MovedRecord, void> {
  let done = 0;
  for await (const record of records) {
    progress(++done);
    yield record;
  }
}

/**
 * Writes an export with mode 0600, whole or not at all, holding no more than a piece of it.
 * @returns what was written
 * @throws RelocationRefused where there is a file of that name
 */
export async function writeExportFile({
  file,
  header,
  records,
  password,
  progress,
}: ExportFile): Promise<Written> {
  const { promise, resolve } = Promise.withResolvers<Written>();
  const pieces = piecesOf(exportLines(header, counted(records, progress), resolve));
  await writeNewFile(file, async (into) => {
    if (password === undefined) return await pipeline(pieces, into);
    // Its ciphers are loaded where they are needed.
    const { encrypted } = await import('./encrypted-file.ts');
    await pipeline(Readable.from(encrypted(pieces, password), { objectMode: false }), into);
  });
  return await promise;
}
