import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MovedRecord } from '../record.ts';
import { type InputFile, UnreadableSource } from '../source.ts';

/** The version of the format; one that reads it reads no later one. */
export const EXPORT_FORMAT = 1;

/** What is in an export where it was asked for. */
export const EXPORT_EXTRAS = ['consents', 'grants'] as const;
export type ExportExtra = (typeof EXPORT_EXTRAS)[number];

/**
 * The first line of an export. It says nothing of when it was made: the same server is written the same. Whoever makes a
 * file by other means needs no more of it than the version.
 */
export const ExportHeader = z.strictObject({
  countersign_export: z.literal(EXPORT_FORMAT),
  /** The version of the program that made it. */
  program: z.string().max(100).optional(),
  /** The issuer of the server. */
  server: z.string().max(2000).optional(),
  /** What is in it beside what always is. */
  with: z.array(z.enum(EXPORT_EXTRAS)).readonly().default([]),
});
export type ExportHeader = z.infer<typeof ExportHeader>;

/**
 * The last line, without which a file is cut off: how many records of each kind there are, and the hash of every line
 * before it. What is not said is not compared.
 */
export const ExportEnd = z.strictObject({
  end: z.strictObject({
    records: z.record(z.string(), z.int().min(1)).optional(),
    /** SHA-256 of everything before this line, hexadecimal. */
    sha256: z.string().optional(),
  }),
});
/** What was written. */
export type Written = { readonly records: Readonly<Record<string, number>>; readonly sha256: string };

/**
 * Writes an export, a line at a time.
 * @param done told what was written, once everything was
 */
export async function* exportLines(
  header: ExportHeader,
  records: AsyncIterable<MovedRecord>,
  done: (written: Written) => void,
): AsyncGenerator<string, void> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line(header);
  for await (const record of records) {
    counts[record.kind] = (counts[record.kind] ?? 0) + 1;
    yield line(record);
  }
  const end: Written = { records: counts, sha256: hash.digest('hex') };
  yield `${JSON.stringify({ end })}\n`;
  done(end);
}

/** Octets of a line at most: a client with all that it may register has a tenth of it. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** The lines of a file: the line feed alone ends one, since a line may hold every other separator. */
async function* linesOf({ name, octets }: InputFile): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  // The pieces of a line are put together once, at its end: it may come in very many.
  let begun: string[] = [];
  let length = 0;
  try {
    for await (const piece of octets()) {
      const [first = '', ...others] = decoder.decode(piece, { stream: true }).split('\n');
      begun.push(first);
      length += first.length;
      if (length > LONGEST_LINE) throw new UnreadableSource(`${name} has a line of more than 16 MiB`);
      const last = others.pop();
      if (last === undefined) continue;
      yield begun.join('');
      yield* others;
      begun = [last];
      length = last.length;
    }
    begun.push(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) throw new UnreadableSource(`${name} is not UTF-8`, { cause: error });
    throw error;
  }
  const rest = begun.join('');
  if (rest !== '') yield rest;
}

function headerIn(name: string, value: unknown): ExportHeader {
  const format = z.looseObject({ countersign_export: z.int() }).safeParse(value);
  if (!format.success)
    throw new UnreadableSource(`${name} is no export of Countersign: its first line says so`);
  const { countersign_export } = format.data;
  if (countersign_export > EXPORT_FORMAT) {
    throw new UnreadableSource(
      `${name} has version ${countersign_export} of the format, this program knows ${EXPORT_FORMAT}: import it with a later version of Countersign`,
    );
  }
  const header = ExportHeader.safeParse(value);
  if (header.success) return header.data;
  throw new UnreadableSource(`${name}, line 1: ${z.prettifyError(header.error)}`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/**
 * Reads an export.
 * @returns the header, and every record in the order of the file
 * @throws UnreadableSource at the line at fault, and at the end of a file that is not whole
 */
export async function* readExport(
  file: InputFile,
): AsyncGenerator<{ readonly header: ExportHeader } | { readonly record: MovedRecord }, void> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let number = 0;
  let end: z.infer<typeof ExportEnd>['end'] | undefined;
  const fault = (why: string) => new UnreadableSource(`${file.name}, line ${number}: ${why}`);
  for await (const text of linesOf(file)) {
    number++;
    if (end) throw fault('there is something after the end');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The message of JSON.parse quotes what it read, which may be a secret.
      if (number === 1)
        throw new UnreadableSource(`${file.name} is no export of Countersign: its first line is not JSON`);
      throw fault('it is not JSON: the file is damaged or cut off');
    }
    if (number === 1) yield { header: headerIn(file.name, value) };
    else if (isObject(value) && 'end' in value) end = endIn(value, fault);
    else {
      const record = MovedRecord.safeParse(value);
      if (!record.success) throw fault(problemOf(record.error));
      counts[record.data.kind] = (counts[record.data.kind] ?? 0) + 1;
      yield { record: record.data };
    }
    if (!end) hash.update(`${text}\n`);
  }
  if (number === 0) throw new UnreadableSource(`${file.name} is empty`);
  if (!end) throw new UnreadableSource(`${file.name} ends too early, after line ${number}: it is not whole`);
  if (end.sha256 !== undefined && end.sha256 !== hash.digest('hex')) {
    throw new UnreadableSource(
      `${file.name} is not as it was written: its last line has the hash of another. If you changed it, take sha256 and records out of that line`,
    );
  }
  const kinds = Object.keys({ ...end.records, ...counts });
  const other = end.records && kinds.find((kind) => end?.records?.[kind] !== counts[kind]);
  if (other !== undefined) {
    throw new UnreadableSource(
      `${file.name} is not whole: its last line tells of ${end.records?.[other] ?? 0} records of kind ${other}, and there are ${counts[other] ?? 0}`,
    );
  }
}

function endIn(value: unknown, fault: (why: string) => UnreadableSource): z.infer<typeof ExportEnd>['end'] {
  const end = ExportEnd.safeParse(value);
  if (!end.success) throw fault(problemOf(end.error));
  return end.data.end;
}

/** The first problem of a record, without any value of it. */
function problemOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return 'it is no record';
  const place = issue.path.join('.');
  return place === '' ? issue.message : `${place}: ${issue.message}`;
}

/** How a file that was encrypted begins: age v1 (https://c2sp.org/age). */
const AGE = Buffer.from('age-encryption.org/v1\n');

/** Whether a file begins as an encrypted one does. @param start its first octets */
export const isEncrypted = (start: Uint8Array): boolean =>
  Buffer.from(start.subarray(0, AGE.length)).equals(AGE);
