import { z } from 'zod';
import { type Fields, InvalidResource, type ResourceFile, type ResourceKind } from './resource.ts';

const Name = z.string().min(1).max(400);

/**
 * The whole of a file of a kind.
 * @param body what stands in it beside kind and name, as the admin API has it
 * @param name what names may be
 */
export const fileOf = <Shape extends z.ZodRawShape, K extends ResourceKind>(
  kind: K,
  body: Shape,
  name: z.ZodString = Name,
) =>
  z.strictObject({
    $schema: z.string().optional().describe('For editors.'),
    kind: z.literal(kind),
    name,
    ...body,
  });

/** What a file says, as its schema has it. @throws InvalidResource, which names the member at fault */
export function bodyIn<Schema extends z.ZodType>(
  File: Schema,
  { kind, name, body }: Pick<ResourceFile, 'kind' | 'name' | 'body'>,
): z.output<Schema> {
  const parsed = File.safeParse({ kind, name, ...body });
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error);
}

/** What is wrong first. */
export function invalid({ issues: [issue] }: z.ZodError): InvalidResource {
  if (issue?.code === 'unrecognized_keys')
    return new InvalidResource([...issue.path, issue.keys[0] ?? ''].join('.'), 'is no member of it');
  return new InvalidResource(issue?.path.join('.') || 'the file', `cannot be so: ${issue?.message}`);
}

/** Every member that a schema has, undefined where a value does not, and none beside. */
export function filledIn(schema: z.ZodObject, value: object): Fields {
  const known = new Map(Object.entries(value));
  const filled = Object.entries(schema.shape).map(([member, form]) => {
    const { data } = z.safeParse(form, known.get(member));
    return [member, data] as const;
  });
  return Object.fromEntries(filled);
}
