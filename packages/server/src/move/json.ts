import type { z } from 'zod';
import { UnreadableSource } from './source.ts';

/** Whether a value of JSON is an object, which no list is. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The value of a JSON text.
 * @param where the file, and the line of it where the text is one
 * @throws UnreadableSource naming the place, and nothing of what stands there
 */
export function parsedJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // What JSON.parse says may quote the file, and with it a secret.
    const [, place] = /at (position \d+.*)$/.exec(error instanceof Error ? error.message : '') ?? [];
    const at = place === undefined ? '' : ` at ${place}`;
    throw new UnreadableSource(
      text === '' ? `${where}: is empty; expected JSON` : `${where}: is not JSON${at}: cut off or changed?`,
    );
  }
}

/**
 * The value as the schema has it.
 * @param place of the value in the file; empty for the whole of it
 * @throws UnreadableSource naming file, place and what is wrong there
 */
export function readAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  file: string,
  place: string,
): z.output<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = [place, ...(issue?.path.map(String) ?? [])].filter((part) => part !== '').join('.');
  throw new UnreadableSource(`${file}: ${path || 'the file'}: ${issue?.message ?? 'cannot be read'}`);
}
