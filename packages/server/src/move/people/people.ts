import { z } from 'zod';
import { ownMember } from '../../own-member.ts';
import { type CsvRow, csvRows } from '../csv.ts';
import { parsedJson } from '../json.ts';
import { MovedRecord } from '../record.ts';
import { type Finding, type InputFile, type MovedItem, type Source, UnreadableSource } from '../source.ts';
import { textLines } from '../text-lines.ts';
import { COLUMNS, type Column, columnOf, WrongValue } from './columns.ts';

/** What stands in one row or line, before it is known to be a person. */
type Given = Readonly<Record<string, unknown>>;

const lost = (field: string, why: string): Finding => ({ field, ours: field, outcome: 'lost', why });
const JsonObject = z.record(z.string(), z.unknown());

/** @param place where it stands, for one without a username */
function itemOf(given: Given, place: string, findings: readonly Finding[]): MovedItem {
  const { username } = given;
  const name = typeof username === 'string' && username !== '' ? username : place;
  const leftOut = (finding: Finding): MovedItem => ({
    kind: 'person',
    name,
    findings: [...findings, finding],
  });
  const [wrong] = findings;
  if (wrong) return { kind: 'person', name, findings };
  if (username === undefined) return leftOut(lost('username', `${place} has none`));
  const read = MovedRecord.safeParse({ ...given, kind: 'person' });
  if (read.success) return { kind: 'person', name, record: read.data, findings };
  const [issue] = read.error.issues;
  const field = issue?.path.map(String).join('.') || 'person';
  const unknown = issue?.code === 'unrecognized_keys' ? `: ${issue.keys.join(', ')}` : '';
  return leftOut(
    lost(field, unknown === '' ? (issue?.message ?? 'cannot be read') : `has what no person has${unknown}`),
  );
}

type NamedColumn = Column & { readonly header: string };

/** The columns of a file. @throws UnreadableSource */
function columnsOf({ name }: InputFile, { line, values }: CsvRow): readonly NamedColumn[] {
  const headers = values.map((value) => value.trim());
  const fault = (what: string) => new UnreadableSource(`${name}, line ${line}: ${what}`);
  const columns = headers.map((header): NamedColumn => {
    const column = columnOf(header);
    if (column) return { header, ...column };
    throw fault(
      `there is no column ${JSON.stringify(header)}; there are ${Object.keys(COLUMNS).join(', ')}, the claims of OIDC Core §5.1 by name, and claims.NAME for others`,
    );
  });
  const twice = headers.find((header, index) => headers.indexOf(header) !== index);
  if (twice !== undefined) throw fault(`the column ${JSON.stringify(twice)} stands there twice`);
  if (!headers.includes('username')) throw fault('there is no column username');
  return columns;
}

/** Puts a value where its column says. */
function put(into: Record<string, unknown>, [name = '', inner]: readonly string[], value: unknown): void {
  if (inner === undefined) {
    into[name] = value;
    return;
  }
  const held = JsonObject.safeParse(into[name]);
  into[name] = { ...(held.success && held.data), [inner]: value };
}

/** A row as a record of a person has it. */
function personIn(columns: readonly NamedColumn[], values: readonly string[]) {
  const given: Record<string, unknown> = {};
  const findings: Finding[] = [];
  for (const [index, { header, path, read }] of columns.entries()) {
    const value = values[index] ?? '';
    if (value === '') continue;
    if (path[0] === 'password' && given.password !== undefined) {
      findings.push(lost(header, 'there is a password and a hash; give one of them'));
      continue;
    }
    try {
      put(given, path, read(value));
    } catch (error) {
      if (!(error instanceof WrongValue)) throw error;
      findings.push(lost(header, error.message));
    }
  }
  const { certificate, totp, ...person } = given;
  return {
    given: {
      ...person,
      ...(certificate !== undefined && { certificates: [certificate] }),
      ...(totp !== undefined && { totp: [totp] }),
    },
    findings,
  };
}

async function* fromCsv(file: InputFile): AsyncGenerator<MovedItem> {
  let columns: readonly NamedColumn[] | undefined;
  for await (const row of csvRows(file)) {
    if (!columns) {
      columns = columnsOf(file, row);
      continue;
    }
    const { given, findings } = personIn(columns, row.values);
    yield itemOf(given, `line ${row.line}`, findings);
  }
  if (!columns) throw new UnreadableSource(`${file.name}: is empty; the first row names the columns`);
}

async function* fromJsonLines(file: InputFile): AsyncGenerator<MovedItem> {
  for await (const { line, text } of textLines(file)) {
    const place = `${file.name}, line ${line}`;
    const read = JsonObject.safeParse(parsedJson(text, place));
    if (!read.success) throw new UnreadableSource(`${place}: is no JSON object`);
    const { kind = 'person', ...given } = read.data;
    if (kind !== 'person')
      throw new UnreadableSource(`${place}: is of the kind ${JSON.stringify(kind)}, not person`);
    yield itemOf(given, `line ${line}`, []);
  }
}

const READERS: Readonly<Record<string, (file: InputFile) => AsyncGenerator<MovedItem>>> = {
  csv: fromCsv,
  jsonl: fromJsonLines,
  ndjson: fromJsonLines,
};

/** People alone, from wherever they are: CSV (RFC 4180) or JSON lines. */
export const people: Source = {
  async *read({ files }) {
    for (const file of files) {
      const reader = ownMember(READERS, file.name.split('.').at(-1)?.toLowerCase() ?? '');
      if (!reader) {
        throw new UnreadableSource(
          `${file.name}: is neither ${Object.keys(READERS)
            .map((ending) => `.${ending}`)
            .join(' nor ')}`,
        );
      }
      yield* reader(file);
    }
  },
};
