import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { ownMember } from '../own-member.ts';
import { type InputFile, UnreadableSource } from './source.ts';

/** Characters of one row: more than any table here has. */
const MOST_OF_A_ROW = 1_000_000;

/** What was wrong, without the row itself, which may hold a password. */
const WRONG: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'something stands behind a closing quotation mark',
  INVALID_OPENING_QUOTE: 'a quotation mark stands inside a value that does not begin with one',
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'it has another number of values than the first row',
  CSV_MAX_RECORD_SIZE: `it has more than ${MOST_OF_A_ROW} characters`,
};

async function* decoded(file: InputFile): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of file.octets()) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UnreadableSource(`${file.name}: is not UTF-8`, { cause });
  }
}

/** A row of a file, and the line it ends on. */
export type CsvRow = { readonly line: number; readonly values: readonly string[] };

/**
 * The rows of a file of comma-separated values (RFC 4180) in UTF-8, header included; empty lines are no rows.
 * @throws UnreadableSource naming file and line, and nothing of what stands there
 */
export async function* csvRows(file: InputFile): AsyncGenerator<CsvRow> {
  const parser = parse({ bom: true, skip_empty_lines: true, max_record_size: MOST_OF_A_ROW, info: true });
  const text = Readable.from(decoded(file));
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: readonly string[];
      info: { lines: number };
    }>) {
      yield { line: info.lines, values: record };
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause.lines === 'number' ? cause.lines : parser.info.lines;
    throw new UnreadableSource(
      `${file.name}, line ${line}: ${ownMember(WRONG, cause.code) ?? 'it is not CSV (RFC 4180)'}`,
    );
  } finally {
    text.destroy();
    parser.destroy();
  }
}

/** The values of the first row; none of an empty file. @throws UnreadableSource */
export async function firstRow(file: InputFile): Promise<readonly string[]> {
  for await (const { values } of csvRows(file)) return values;
  return [];
}
