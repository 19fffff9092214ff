import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AdministratorScope } from '../user/administrator-scopes.ts';
import type { Administrator } from './administrator.ts';

/** Thrown by a handler for a resource that is not there; answered with 404. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** Thrown for a body or query that cannot be taken; `field` names the part at fault. Answered with 400. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly error: string;
  readonly field: string;

  constructor(field: string, message: string, error = 'invalid_request') {
    super(message);
    this.error = error;
    this.field = field;
  }
}

type Inputs = {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
};

/** One operation of the admin API, from which its route and its OpenAPI description are both made. */
export type AdminRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/admin/v1`, with `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: AdministratorScope;
  readonly inputs: Inputs;
  readonly response: z.ZodType;
  readonly status: number;
  run(request: FastifyRequest, administrator: Administrator, reply: FastifyReply): Promise<unknown>;
};

const Nothing = z.object({});

function parsed<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [...(issue?.path ?? [])].map(String).join('.') || where;
  throw new InvalidInput(field, issue?.message ?? 'unreadable');
}

/** Describes one operation; its handler gets path parameters, query and body as the schemas give them. */
export function adminRoute<Params, Query, Body, Response>(route: {
  readonly method: AdminRoute['method'];
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: AdministratorScope;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  readonly response: z.ZodType<Response>;
  readonly status?: number;
  readonly handle: (input: {
    readonly params: Params;
    readonly query: Query;
    readonly body: Body;
    readonly administrator: Administrator;
  }) => Promise<Response>;
}): AdminRoute {
  const { params, query, body, handle, status = 200, ...rest } = route;
  return {
    ...rest,
    status,
    inputs: { params: params ?? Nothing, query: query ?? Nothing, body: body ?? Nothing },
    async run(request, administrator) {
      return handle({
        params: parsed(params ?? z.custom<Params>(), request.params, 'path'),
        query: parsed(query ?? z.custom<Query>(), request.query, 'query'),
        body: parsed(body ?? z.custom<Body>(), request.body, 'body'),
        administrator,
      });
    },
  };
}

/** Adds the routes to `app`, each behind its scope. */
export function registerAdminRoutes(
  app: FastifyInstance,
  routes: readonly AdminRoute[],
  authorise: (request: FastifyRequest, scope: AdministratorScope) => Promise<Administrator>,
): void {
  const administrators = new WeakMap<FastifyRequest, Administrator>();
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      exposeHeadRoute: false,
      // Before the body is read: whoever may not do this gives the server nothing to parse.
      onRequest: async (request) => {
        administrators.set(request, await authorise(request, route.scope));
      },
      handler: async (request, reply) => {
        const administrator = administrators.get(request) ?? (await authorise(request, route.scope));
        const answer = await route.run(request, administrator, reply);
        return reply.code(route.status).send(route.status === 204 ? undefined : answer);
      },
    });
  }
}

const schemaOf = (schema: z.ZodType) => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
};

function parametersOf(schema: z.ZodType, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = schemaOf(schema);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }));
}

const ErrorAnswer = z.object({
  error: z.string(),
  error_description: z.string(),
  field: z.string().optional(),
  event_id: z.string().optional(),
});

/** The OpenAPI 3.1 description of the routes. */
export function openApiDocument(
  routes: readonly AdminRoute[],
  server: string,
  version: string,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  const failure = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
  for (const route of routes) {
    const operation = {
      operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replaceAll(/\W/g, '')}`,
      summary: route.summary,
      tags: [route.tag],
      security: [{ bearer: [route.scope] }, { basic: [] }],
      parameters: [
        ...parametersOf(route.inputs.params, 'path'),
        ...parametersOf(route.inputs.query, 'query'),
      ],
      ...(route.inputs.body !== Nothing && {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schemaOf(route.inputs.body) } },
        },
      }),
      responses: {
        [route.status]:
          route.status === 204
            ? { description: 'Done.' }
            : { description: 'Done.', content: { 'application/json': { schema: schemaOf(route.response) } } },
        400: { description: 'The input cannot be taken; `field` names the part at fault.', ...failure },
        401: { description: 'No administrator was authenticated.', ...failure },
        403: { description: 'The administrator may not do this.', ...failure },
        404: { description: 'There is no such resource.', ...failure },
      },
    };
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign admin API',
      version,
      description: 'Everything the console and the command line do.',
    },
    servers: [{ url: server }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        basic: { type: 'http', scheme: 'basic' },
      },
      schemas: { Error: schemaOf(ErrorAnswer) },
    },
    paths,
  };
}
