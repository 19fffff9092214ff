import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type AdministratorScope, scopesFor } from '../user/administrator-scopes.ts';
import { type AdminRoute, permissionsFor } from './route.ts';

const ErrorAnswer = z
  .object({
    error: z.string().describe('An error code of an RFC, or one of this API.'),
    error_description: z.string().describe('For people.'),
    field: z.string().optional().describe('The part of the input at fault.'),
    event_id: z.string().optional().describe('The event that explains a refusal, at `/events/{event_id}`.'),
  })
  .meta({ id: 'Error' });

type Direction = 'input' | 'output';

/** JSON Schema keeps what has a name under `$defs`, OpenAPI under `components`. */
const inComponents = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** Gathers what has a name while schemas are described, each of which refers to it. */
function createComponents() {
  const named = new Map<string, unknown>();

  /** @throws Error when one name stands for two schemas, as for one with defaults that is both sent and answered */
  const gather = ($defs: object = {}): void => {
    for (const [name, schema] of Object.entries($defs)) {
      const described = inComponents(schema);
      if (named.has(name) && !isDeepStrictEqual(named.get(name), described)) {
        throw new Error(`the admin API describes two schemas as ${name}`);
      }
      named.set(name, described);
    }
  };

  return {
    /** @param io whether callers send it, where what has a default may be left out, or get it */
    schemaOf(schema: z.ZodType, io: Direction): unknown {
      const { properties, $defs } = z.toJSONSchema(z.object({ schema }), {
        io,
        // What an answer always has is not left to a default.
        override: ({ jsonSchema }) => {
          if (io === 'output') delete jsonSchema.default;
        },
      });
      gather($defs);
      return inComponents(properties?.schema);
    },
    parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): object[] {
      if (!schema) return [];
      const { properties = {}, required = [], $defs } = z.toJSONSchema(schema, { io: 'input' });
      gather($defs);
      return Object.entries(properties).map(([name, property]) => ({
        name,
        in: place,
        required: place === 'path' || required.includes(name),
        schema: inComponents(property),
      }));
    },
    /** In the order of their names. */
    named: () => Object.fromEntries([...named].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  };
}
type Components = ReturnType<typeof createComponents>;

/** `GET /clients/{client_id}` is `getClientsClientId`. */
const operationIdOf = ({ method, path }: AdminRoute): string =>
  `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '')}`;

/** The lists of scopes that each suffice, those for most first. */
function waysOf(route: AdminRoute): readonly (readonly AdministratorScope[])[] {
  const scopes = [...new Set(permissionsFor(route).flatMap(scopesFor))];
  const { also } = route;
  return also === undefined
    ? scopes.map((scope) => [scope])
    : scopes.flatMap((scope) => scopesFor(also).map((other) => [scope, other]));
}

const ETAG = {
  description: 'The revision of what is answered, to be sent back as If-Match.',
  schema: { type: 'string' },
};
const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'The ETag of what is to be changed; it is changed only if it is still so.',
  schema: { type: 'string' },
};
const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key with the same body is answered again, with its secret, for a day: for a request whose answer was lost.',
  schema: { type: 'string' },
};

function operationOf(route: AdminRoute, { schemaOf, parametersOf }: Components): object {
  const json = (schema: z.ZodType, io: Direction) => ({
    content: { 'application/json': { schema: schemaOf(schema, io) } },
  });
  const failure = json(ErrorAnswer, 'output');
  return {
    operationId: operationIdOf(route),
    summary: route.summary,
    tags: [route.tag],
    security: [...waysOf(route).map((bearer) => ({ bearer })), { basic: [] }],
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.versioned === 'conditional' ? [IF_MATCH] : []),
      ...(route.idempotent ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(route.body && { requestBody: { required: true, ...json(route.body, 'input') } }),
    responses: {
      [route.status]: {
        description: 'Done.',
        ...(route.versioned && route.response && { headers: { ETag: ETAG } }),
        ...(route.response && json(route.response, 'output')),
      },
      400: { description: 'The input cannot be taken; `field` names the part at fault.', ...failure },
      401: { description: 'No administrator was authenticated.', ...failure },
      403: { description: 'The administrator may not do this.', ...failure },
      404: { description: 'There is no such resource.', ...failure },
      409: {
        description:
          'A stored record cannot be read by this version of the server, or the file of a trust store cannot be written (`read_only`).',
        ...failure,
      },
      ...(route.versioned === 'conditional' && {
        412: {
          description: 'It was changed since: it is no longer at the revision that If-Match names.',
          headers: { ETag: ETAG },
          ...failure,
        },
        428: { description: 'What `field` names is replaced only with If-Match.', ...failure },
      }),
      ...(route.idempotent && {
        422: { description: 'The Idempotency-Key was used for another request.', ...failure },
      }),
    },
  };
}

/**
 * The OpenAPI 3.1 description of the routes. Bodies and answers refer to `components`, where each has its name;
 * objects that list their members have no others.
 */
export function openApiDocument(
  routes: readonly AdminRoute[],
  server: string,
  version: string,
): Record<string, unknown> {
  const components = createComponents();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const operation = operationOf(route, components);
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign admin API',
      version,
      description:
        'Everything the console and the command line do. A name that a path cannot carry, such as `.` or, behind some proxies, one with `/`, stands in the query: the path has `-` in its place, as in `/clients/-?path_name=.`, and `path_name` is there once for each, in the order of the path.',
    },
    servers: [{ url: server }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        basic: { type: 'http', scheme: 'basic' },
      },
      schemas: components.named(),
    },
    paths,
  };
}
