import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { refuseOtherMethods } from '../endpoint/oauth-replies.ts';
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

/** One operation of the admin API, from which its route and its OpenAPI description are both made. */
export type AdminRoute = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/admin/v1`, with `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: AdministratorScope;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  /** What callers are told of the body. */
  readonly body: z.ZodType | undefined;
  /** Undefined for an answer without a body, 204. */
  readonly response: z.ZodType | undefined;
  readonly status: number;
  /** @param now milliseconds since the epoch */
  run(request: FastifyRequest, administrator: Administrator, now: number): Promise<unknown>;
};

function parsed<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [...(issue?.path ?? [])].map(String).join('.') || where;
  throw new InvalidInput(field, issue?.message ?? 'unreadable');
}

/**
 * Describes one operation; its handler gets path parameters, query and body as the schemas give them. Bodies and
 * responses have a name, `.meta({ id })`, under which the OpenAPI description has them. Without a `response` the
 * answer is empty, 204.
 */
export function adminRoute<Params, Query, Body, Response>(route: {
  readonly method: AdminRoute['method'];
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly scope: AdministratorScope;
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** What callers are told in place of `body`, where rules that name the field at fault judge it further down. */
  readonly describedBody?: z.ZodType;
  readonly response?: z.ZodType<Response>;
  readonly status?: number;
  readonly handle: (input: {
    readonly params: Params;
    readonly query: Query;
    readonly body: Body;
    readonly administrator: Administrator;
    /** When the request came, in milliseconds since the epoch. */
    readonly now: number;
  }) => Promise<Response>;
}): AdminRoute {
  const { params, query, body, describedBody = body, response, handle, ...rest } = route;
  return {
    ...rest,
    params,
    query,
    body: describedBody,
    response,
    status: rest.status ?? (response ? 200 : 204),
    async run(request, administrator, now) {
      return handle({
        params: parsed(params ?? z.custom<Params>(), request.params, 'path'),
        query: parsed(query ?? z.custom<Query>(), request.query, 'query'),
        body: parsed(body ?? z.custom<Body>(), request.body, 'body'),
        administrator,
        now,
      });
    },
  };
}

/** `{name}` is how OpenAPI writes a parameter of a path, `:name` how the router does. */
const urlOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Answers the methods that a path does not have with 405, before their body is read. */
export function refuseMethodsBeside(
  app: FastifyInstance,
  routes: readonly { readonly method: string; readonly path: string }[],
): void {
  app.register(async (others) => {
    others.removeAllContentTypeParsers();
    others.addContentTypeParser('*', (_request, _body, done) => done(null));
    const methodsOf = Map.groupBy(routes, ({ path }) => urlOf(path));
    for (const [url, same] of methodsOf) {
      refuseOtherMethods(
        others,
        url,
        same.map(({ method }) => method),
      );
    }
  });
}

/** Adds the routes to `app`, each behind its scope. */
export function registerAdminRoutes(
  app: FastifyInstance,
  routes: readonly AdminRoute[],
  authorise: (request: FastifyRequest, scope: AdministratorScope) => Promise<Administrator>,
  clock: Clock,
): void {
  app.decorateRequest('administrator');
  for (const route of routes) {
    app.route({
      method: route.method,
      url: urlOf(route.path),
      exposeHeadRoute: false,
      // Before the body is read: whoever may not do this gives the server nothing to parse.
      onRequest: async (request) => {
        request.setDecorator('administrator', await authorise(request, route.scope));
      },
      handler: async (request, reply) => {
        const administrator = request.getDecorator<Administrator>('administrator');
        const answer = await route.run(request, administrator, clock());
        return reply.code(route.status).send(route.response ? answer : undefined);
      },
    });
  }
}
