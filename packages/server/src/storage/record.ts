import type { z } from 'zod';
import { CorruptRecord } from './storage-errors.ts';

/**
 * Reads a value out of a JSON column.
 * @param what names the record in the error, e.g. `metadata of client 4f2a`
 * @throws CorruptRecord
 */
export function readRecord<T>(schema: z.ZodType<T>, json: string, what: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new CorruptRecord(`the stored ${what} is not JSON`, { cause });
  }
  return readValue(schema, value, what);
}

/** As {@link readRecord}, for a value already taken out of its columns. @throws CorruptRecord */
export function readValue<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CorruptRecord(`the stored ${what} is not readable: ${issue?.path.join('.')}: ${issue?.message}`, {
    cause: parsed.error,
  });
}
