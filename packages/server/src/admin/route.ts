import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { refuseOtherMethods } from '../endpoint/oauth-replies.ts';
import { IDEMPOTENCY_KEY_FORM, readIdempotencyKey } from '../registration/idempotency.ts';
import type { Expected } from '../registration/unit-of-change.ts';
import {
  type AccessTo,
  ADMINISTRATOR_PERMISSIONS,
  type AdministratorArea,
  type AdministratorPermission,
} from '../user/administrator-permissions.ts';
import type { Administrator } from './administrator.ts';
import { PATH_NAME, pathParameters, UnfitPathNames } from './path-names.ts';

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

/** Thrown where a list would be replaced that nobody says to have seen. Answered with 428 (RFC 6585 §3). */
export class PreconditionRequired extends Error {
  override readonly name = 'PreconditionRequired';
  readonly field: string;

  constructor(field: string) {
    super(`${field} is replaced only with If-Match and the ETag of what it replaces`);
    this.field = field;
  }
}

/** What an error comes to: the status and the body that it is answered with. */
export type Failure = {
  readonly status: number;
  readonly error: string;
  readonly error_description: string;
  readonly field?: string;
  readonly event_id?: string;
};

/** What an operation has to do with the revision of what it is about. */
export type Versioned =
  /** The answer carries it in `ETag`. */
  | 'shown'
  /** It may be asked for with `If-Match`, and the answer carries the next one. */
  | 'conditional';

type OneArea = {
  [Area in AdministratorArea]: { readonly area: Area; readonly access: AccessTo<Area> };
}[AdministratorArea];
type Readable = Exclude<AdministratorArea, 'administrators'>;

/**
 * What the caller of an operation must have: an access to an area. Of several areas each suffices, and the operation
 * answers what those that the caller has may see.
 */
export type Need = (
  | OneArea
  | { readonly area: readonly [Readable, ...Readable[]]; readonly access: 'read' }
) & {
  /** What the caller must have beside it, and for everything. */
  readonly also?: AdministratorPermission;
};

/** The permissions of which an operation needs one. */
export function permissionsFor({ area, access }: Need): readonly AdministratorPermission[] {
  const areas: readonly string[] = typeof area === 'string' ? [area] : area;
  return ADMINISTRATOR_PERMISSIONS.filter((permission) =>
    areas.some((each) => permission === `${each}:${access}`),
  );
}

/** One operation of the admin API, from which its route and its OpenAPI description are both made. */
export type AdminRoute = Need & {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/admin/v1`, with `{name}` for path parameters. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  /** What callers are told of the body. */
  readonly body: z.ZodType | undefined;
  /** Undefined for an answer without a body, 204. */
  readonly response: z.ZodType | undefined;
  readonly status: number;
  readonly versioned: Versioned | undefined;
  /** Whether it takes an `Idempotency-Key`. */
  readonly idempotent: boolean;
  /** The largest body, in bytes, where it is not the deployment's: whoever may do this is trusted with more. */
  readonly bodyLimit: number | undefined;
  /**
   * @param now milliseconds since the epoch
   * @param failureOf what an error of one part of the request comes to; one that is no fault of the input is recorded
   */
  run(
    request: FastifyRequest,
    reply: FastifyReply,
    administrator: Administrator,
    now: number,
    failureOf: (error: Error) => Failure,
  ): Promise<unknown>;
};

/** The strong entity tag of a revision (RFC 9110 §8.8.3). */
export const etagOf = (revision: number | string): string => `"${revision}"`;

/**
 * The strong tags that `If-Match` allows (RFC 9110 §13.1.1), without their quotes; undefined for any, also by `*`.
 * @throws InvalidInput
 */
function expectedTags({ headers }: FastifyRequest): Expected<string> {
  const header = headers['if-match']?.trim();
  if (header === undefined || header === '*') return undefined;
  const tags = header.split(/\s*,\s*/);
  if (!tags.every((tag) => /^(W\/)?"[\x21\x23-\x7E\x80-\xFF]*"$/.test(tag))) {
    throw new InvalidInput('If-Match', 'is no list of entity tags');
  }
  return tags.flatMap((tag) => (tag.startsWith('"') ? [tag.slice(1, -1)] : []));
}

/** The revisions among tags; one that this API never gave out matches none. */
const revisionsIn = (tags: Expected<string>): Expected =>
  tags?.flatMap((tag) => (/^[1-9]\d{0,14}$/.test(tag) ? [Number(tag)] : []));

/** @throws InvalidInput */
function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? readIdempotencyKey(header) : undefined;
  if (key === undefined) throw new InvalidInput('Idempotency-Key', `must be ${IDEMPOTENCY_KEY_FORM}`);
  return key;
}

function parsed<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [...(issue?.path ?? [])].map(String).join('.') || where;
  throw new InvalidInput(field, issue?.message ?? 'unreadable');
}

const PathParameters = z.record(z.string(), z.string());
const Query = z.record(z.string(), z.unknown());

/** @throws InvalidInput */
function paramsOf(path: string, { params, query }: FastifyRequest): Readonly<Record<string, string>> {
  try {
    return pathParameters(path, PathParameters.parse(params ?? {}), Query.parse(query ?? {}));
  } catch (error) {
    if (error instanceof UnfitPathNames) throw new InvalidInput(PATH_NAME, error.message);
    throw error;
  }
}

/**
 * Describes one operation; its handler gets path parameters, query and body as the schemas give them. Bodies and
 * responses have a name, `.meta({ id })`, under which the OpenAPI description has them. Without a `response` the
 * answer is empty, 204.
 */
export function adminRoute<Params, Query, Body, Response>(
  route: Need & {
    readonly method: AdminRoute['method'];
    readonly path: string;
    readonly summary: string;
    readonly tag: string;
    readonly params?: z.ZodType<Params>;
    readonly query?: z.ZodType<Query>;
    readonly body?: z.ZodType<Body>;
    /** What callers are told in place of `body`, where rules that name the field at fault judge it further down. */
    readonly describedBody?: z.ZodType;
    readonly response?: z.ZodType<Response>;
    readonly status?: number;
    readonly versioned?: Versioned;
    readonly idempotent?: boolean;
    readonly bodyLimit?: number;
    readonly handle: (input: {
      readonly params: Params;
      readonly query: Query;
      readonly body: Body;
      readonly administrator: Administrator;
      /** When the request came, in milliseconds since the epoch. */
      readonly now: number;
      /** Of a conditional operation: the revisions one of which must be the present one. */
      readonly expected: Expected;
      /** The same where revisions are no numbers. */
      readonly expectedTags: Expected<string>;
      /** Whether the caller says, by `If-Match`, that it knows what it changes. */
      readonly isConditional: boolean;
      readonly idempotency_key: string | undefined;
      /** Says the revision of what is answered. */
      readonly showRevision: (revision: number | string) => void;
      /** Of an operation of many parts: what an error of one comes to. */
      readonly failureOf: (error: Error) => Failure;
    }) => Promise<Response>;
  },
): AdminRoute {
  const { params, query, body, describedBody = body, response, handle, ...rest } = route;
  return {
    ...rest,
    params,
    query,
    body: describedBody,
    response,
    status: rest.status ?? (response ? 200 : 204),
    versioned: rest.versioned,
    idempotent: rest.idempotent ?? false,
    bodyLimit: rest.bodyLimit,
    async run(request, reply, administrator, now, failureOf) {
      const tags = rest.versioned === 'conditional' ? expectedTags(request) : undefined;
      return handle({
        expected: revisionsIn(tags),
        expectedTags: tags,
        isConditional: request.headers['if-match'] !== undefined,
        idempotency_key: rest.idempotent ? idempotencyKeyOf(request) : undefined,
        showRevision: (revision) => void reply.header('etag', etagOf(revision)),
        params: parsed(params ?? z.custom<Params>(), paramsOf(route.path, request), 'path'),
        query: parsed(query ?? z.custom<Query>(), request.query, 'query'),
        body: parsed(body ?? z.custom<Body>(), request.body, 'body'),
        administrator,
        now,
        failureOf,
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

/** Adds the routes to `app`, each behind what it needs. */
export function registerAdminRoutes(
  app: FastifyInstance,
  routes: readonly AdminRoute[],
  authorise: (
    request: FastifyRequest,
    needed: readonly AdministratorPermission[],
    also: AdministratorPermission | undefined,
  ) => Promise<Administrator>,
  clock: Clock,
  failureOf: (error: Error, request: FastifyRequest) => Failure,
): void {
  app.decorateRequest('administrator');
  for (const route of routes) {
    const needed = permissionsFor(route);
    app.route({
      method: route.method,
      url: urlOf(route.path),
      exposeHeadRoute: false,
      ...(route.bodyLimit !== undefined && { bodyLimit: route.bodyLimit }),
      // Before the body is read: whoever may not do this gives the server nothing to parse.
      onRequest: async (request) => {
        request.setDecorator('administrator', await authorise(request, needed, route.also));
        request.is_authenticated = true;
      },
      handler: async (request, reply) => {
        const administrator = request.getDecorator<Administrator>('administrator');
        const answer = await route.run(request, reply, administrator, clock(), (error) =>
          failureOf(error, request),
        );
        return reply.code(route.status).send(route.response ? answer : undefined);
      },
    });
  }
}
