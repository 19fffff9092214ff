import { z } from 'zod';
import { cell, table } from '../../../docs/site/markdown.ts';

const SCHEMAS = '#/components/schemas/';

type Schema = {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly items?: Schema | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly allOf?: readonly Schema[] | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: boolean | Schema | undefined;
};

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    description: z.string().optional(),
    default: z.unknown().optional(),
    const: z.unknown().optional(),
    enum: z.array(z.unknown()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    maxItems: z.number().optional(),
    items: Schema.optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
    allOf: z.array(Schema).optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
  }),
);

const Content = z.record(z.string(), z.object({ schema: Schema.optional() }));
const Answer = z.object({ description: z.string(), content: Content.optional() });
const Parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  description: z.string().optional(),
  schema: Schema,
});
const Operation = z.object({
  summary: z.string(),
  description: z.string().optional(),
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))).default([]),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), Answer),
});
type Operation = z.infer<typeof Operation>;
const Description = z.object({
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

const INTRODUCTION = `# The admin API

Everything that the console and the command line do, below \`/api/admin/v1\`. This page is written from the OpenAPI
description, which the server has at \`/api/admin/v1/openapi.json\` and makes of the same routes it answers by, so it is
complete.

A call carries an access token of an administrator (\`Authorization: Bearer\`) whose scopes the operation asks for, or HTTP
Basic with an administrator's name and password. Whoever has a second factor uses a token. A role gives scopes:
[administrators](administrators.md).

\`\`\`sh
curl --cacert countersign-home/repository/resources/security/server.pem \\
     --user "admin:$ADMIN_PASSWORD" "https://localhost:9443/api/admin/v1/clients?limit=10"
\`\`\`

What is changed by \`PATCH\` or \`PUT\` has an \`ETag\`; sent back as \`If-Match\` it makes the change only if nobody else made
one since (412 otherwise). Lists give \`next\` where there is more, which is sent as \`after\`. A refusal has the header
\`countersign-event-id\`, and [explain](explain.md) says why.
`;

/** The answers that nearly every operation has, told once. */
const USUAL = new Set(['400', '401', '403', '404', '409']);

const refOf = ({ $ref }: Schema): string | undefined => $ref?.replace(SCHEMAS, '');
const anchor = (name: string): string => `[\`${name}\`](#${name.toLowerCase()})`;

/** What a value may be, in Markdown. */
function kindOf(schema: Schema): string {
  const named = refOf(schema);
  if (named !== undefined) return anchor(named);
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  const either = schema.anyOf ?? schema.oneOf;
  if (either) return either.map(kindOf).join(' or ');
  if (schema.allOf) return schema.allOf.map(kindOf).join(' and ');
  if (schema.items) return `list of ${kindOf(schema.items)}`;
  const type = typeof schema.type === 'object' ? schema.type.join(' or ') : (schema.type ?? 'anything');
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}

/** Its bounds and its default, in words. */
function boundsOf({ minimum, maximum, minLength, maxLength, maxItems, ...schema }: Schema): string {
  const bounds = [
    minimum !== undefined && maximum !== undefined && `${minimum} to ${maximum}`,
    minimum !== undefined && maximum === undefined && `at least ${minimum}`,
    minLength !== undefined && minLength > 0 && `at least ${minLength} characters`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    maxItems !== undefined && `at most ${maxItems}`,
    schema.default !== undefined && `default \`${JSON.stringify(schema.default)}\``,
  ].filter((part) => typeof part === 'string');
  const all = bounds.join(', ');
  return all === '' ? '' : `${all.charAt(0).toUpperCase()}${all.slice(1)}.`;
}

const told = (description: string | undefined, schema: Schema): string =>
  [cell(description ?? schema.description ?? ''), boundsOf(schema)].filter((part) => part !== '').join(' ');

const bodyOf = (content: z.infer<typeof Content> | undefined): string =>
  Object.entries(content ?? {})
    .map(([type, { schema }]) => {
      const kind = schema === undefined ? 'text' : kindOf(schema);
      return type === 'application/json' ? kind : `${kind} (\`${type}\`)`;
    })
    .join(' or ');

function operationSection(path: string, method: string, operation: Operation): string {
  const { summary, description, parameters, requestBody, responses, security } = operation;
  const ways = security.flatMap(({ bearer = [] }) => (bearer.length === 0 ? [] : [bearer]));
  const answers = Object.entries(responses)
    .filter(([status]) => !USUAL.has(status))
    .map(([status, { description: meaning, content }]) => {
      const body = bodyOf(content);
      return `- **${status}**: ${cell(meaning)}${body === '' ? '' : ` ${body}`}`;
    });
  const rows = parameters.map(({ name, in: where, required, description: meaning, schema }) => [
    `\`${name}\``,
    `${where}${required ? ', required' : ''}`,
    kindOf(schema),
    told(meaning, schema),
  ]);
  return [
    `### \`${method.toUpperCase()} ${path}\``,
    '',
    `${cell(summary)}.`,
    ...(description === undefined ? [] : ['', cell(description)]),
    '',
    ways.length === 0
      ? 'Scope: none.'
      : `Scope: ${ways.map((way) => way.map((scope) => `\`${scope}\``).join(' with ')).join(', or ')}.`,
    ...(requestBody ? ['', `Body: ${bodyOf(requestBody.content)}`] : []),
    ...(rows.length === 0 ? [] : ['', table(['parameter', 'in', 'is', ''], rows)]),
    '',
    ...answers,
    '',
  ].join('\n');
}

function schemaSection(name: string, schema: Schema): string {
  const { properties, required = [], description } = schema;
  const heading = [`### ${name}`, '', ...(description === undefined ? [] : [cell(description), ''])];
  if (!properties) return [...heading, `Is ${kindOf(schema)}. ${boundsOf(schema)}`.trimEnd(), ''].join('\n');
  const rows = Object.entries(properties).map(([member, value]) => [
    `\`${member}\``,
    kindOf(value),
    required.includes(member) ? 'always' : '',
    told(undefined, value),
  ]);
  return [...heading, table(['member', 'is', 'there', ''], rows), ''].join('\n');
}

/**
 * The reference of the admin API, Markdown, by what its operations are about, and then the shapes they take and answer.
 * @param description the OpenAPI document as JSON
 * @throws ZodError when it is not one of the shape that the server makes
 */
export function adminApiPage(description: string): string {
  const { paths, components } = Description.parse(JSON.parse(description));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const usual = operations.flatMap(({ operation }) =>
    Object.entries(operation.responses).filter(([status]) => USUAL.has(status)),
  );
  const meanings = Array.from(new Map(usual.map(([status, answer]) => [status, answer.description])))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([status, meaning]) => `- **${status}**: ${cell(meaning)}`);
  const sections = Array.from(
    Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? ''),
    ([tag, those]) =>
      [
        `## Operations on ${tag.replaceAll('_', ' ')}`,
        '',
        ...those.map(({ path, method, operation }) => operationSection(path, method, operation)),
      ].join('\n'),
  );
  const shapes = Object.entries(components.schemas).map(([name, schema]) => schemaSection(name, schema));
  return [
    INTRODUCTION,
    `Refusals have the shape [\`Error\`](#error):\n\n${meanings.join('\n')}\n`,
    ...sections,
    '## What is taken and answered\n',
    ...shapes,
  ].join('\n');
}
