import { z } from 'zod';
import { type ReportUnreadable, UnreadableRecord } from './storage-errors.ts';

/**
 * Names the members of a record that whoever reads it must understand, as `crit` of a JWS header does (RFC 7515
 * §4.1.11): a restriction that a later version wrote must not be passed over by an earlier one.
 */
const CRITICAL = 'crit';
const Critical = z.array(z.string());

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members a schema of records knows; undefined for a value that is no record, such as a list or claims. */
function membersOf(schema: z.ZodType, value: unknown): readonly string[] | undefined {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return undefined;
  for (const option of schema.options) {
    if (option instanceof z.ZodObject && option.safeParse(value).success) return Object.keys(option.shape);
  }
  return [];
}

/** @throws UnreadableRecord when the record marks what this version does not know */
function checkUnderstood(schema: z.ZodType, value: unknown, what: string): void {
  if (!isObject(value) || value[CRITICAL] === undefined) return;
  const known = membersOf(schema, value);
  if (!known) return;
  const marked = Critical.safeParse(value[CRITICAL]);
  if (!marked.success) throw new UnreadableRecord(what, `${CRITICAL} is not a list of names`);
  const strange = marked.data.filter((name) => !known.includes(name));
  if (strange.length === 0) return;
  throw new UnreadableRecord(
    what,
    `this version does not know ${strange.join(', ')}, which must be understood`,
  );
}

function parseJson(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new UnreadableRecord(what, 'it is not JSON', cause);
  }
}

/**
 * Reads a value out of a JSON column. Members that the schema does not know are its own to keep or drop; those that the
 * record marks in `crit` must be known.
 * @param what names the record in the error, e.g. `metadata of client 4f2a`
 * @throws UnreadableRecord
 */
export function readRecord<T>(schema: z.ZodType<T>, json: string, what: string): T {
  return readValue(schema, parseJson(json, what), what);
}

/** As {@link readRecord}, for a value already taken out of its columns. @throws UnreadableRecord */
export function readValue<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  checkUnderstood(schema, value, what);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnreadableRecord(what, `${issue?.path.join('.')}: ${issue?.message}`, parsed.error);
}

/**
 * As {@link readRecord}, with what the schema left out beside it, to be written back by {@link withRest}.
 * @throws UnreadableRecord
 */
export function readWithRest<T>(
  schema: z.ZodType<T>,
  json: string,
  what: string,
): { readonly value: T; readonly rest: Readonly<Record<string, unknown>> } {
  const written = parseJson(json, what);
  const value = readValue(schema, written, what);
  return { value, rest: restOf(written, value) };
}

/** The members of `written`, and of the objects in it, that `read` does not have. */
function restOf(written: unknown, read: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(written) || !isObject(read)) return {};
  return Object.fromEntries(
    Object.entries(written).flatMap(([name, value]): [string, unknown][] => {
      if (!Object.hasOwn(read, name)) return [[name, value]];
      const inner = restOf(value, read[name]);
      return Object.keys(inner).length === 0 ? [] : [[name, inner]];
    }),
  );
}

/** The record to write: `value`, and what an earlier reading left out, as far as its place is still there. */
export function withRest(
  value: Readonly<Record<string, unknown>>,
  rest: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const whole: Record<string, unknown> = { ...value };
  for (const [name, left] of Object.entries(rest)) {
    const held = whole[name];
    if (isObject(held) && isObject(left)) whole[name] = withRest(held, left);
    else if (held === undefined) whole[name] = left;
  }
  return whole;
}

const Further = z.looseObject({});

/**
 * Looks at the column where a later version keeps members that have no column here. This version knows none of them:
 * they stay where they are, and none may be marked.
 * @throws UnreadableRecord
 */
export function checkFurther(further: string | null, what: string): void {
  if (further !== null) readRecord(Further, further, what);
}

/** What a listing could read, and what it could not. */
export type ReadRows<T> = { readonly items: readonly T[]; readonly unreadable: readonly UnreadableRecord[] };

/** Reads rows one by one; a row that cannot be read is reported and left out, and ends nothing else. */
export function readRows<R, T>(
  rows: readonly R[],
  read: (row: R) => T,
  report: ReportUnreadable,
): ReadRows<T> {
  const items: T[] = [];
  const unreadable: UnreadableRecord[] = [];
  for (const row of rows) {
    try {
      items.push(read(row));
    } catch (error) {
      if (!(error instanceof UnreadableRecord)) throw error;
      unreadable.push(error);
      report(error);
    }
  }
  return { items, unreadable };
}
