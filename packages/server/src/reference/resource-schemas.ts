import { z } from 'zod';
import { KINDS } from '../cli/apply/kinds.ts';
import { RESOURCE_KINDS, type ResourceKind } from '../cli/apply/resource.ts';

/** What a file of a kind may say, as JSON Schema: of the definitions by which the admin API reads the same. */
export function resourceSchema(kind: ResourceKind): string {
  const { $schema, ...schema } = z.toJSONSchema(KINDS[kind].File, { io: 'input' });
  return `${JSON.stringify({ $schema, title: `${kind}, a file of countersign apply`, ...schema }, null, 2)}\n`;
}

/** The files of `docs/schemas`, and what writes each. */
export const RESOURCE_SCHEMAS: Readonly<Record<string, () => string>> = Object.fromEntries(
  RESOURCE_KINDS.map((kind) => [`schemas/${kind}.json`, () => resourceSchema(kind)]),
);
