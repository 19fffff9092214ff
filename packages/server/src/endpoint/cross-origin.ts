import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { LRUCache } from 'lru-cache';
import { originsOf, webOrigin } from '../client/web-origin.ts';
import type {
  ClientDirectory,
  KnownClient,
  RememberedClients,
} from '../client-authentication/client-directory.ts';
import { namedClient } from '../client-authentication/presentation.ts';
import { EVENT_ID_HEADER } from '../event/event-id.ts';
import { invalidRequest } from '../refusal/error-codes.ts';
import type { Storage } from '../storage/storage.ts';
import { StorageUnavailable } from '../storage/storage-errors.ts';
import { hashOpaqueToken, isOpaqueToken } from '../token/opaque-token.ts';
import { authorizationToken } from './bearer-token.ts';
import { metadataPaths } from './server-metadata.ts';

/** Whose scripts may read what a path answers; a client's are those of its origins (`originsOf`). */
export type Readers =
  | 'everybody'
  /** The client that the request names: in its form, by HTTP Basic, or by an assertion. */
  | 'client named'
  /** The client in the path. */
  | 'client managed'
  /** The client that the access token was issued to. */
  | 'client of the token'
  /** There is no client yet. */
  | 'nobody';

export type OpenPath = { readonly methods: readonly string[]; readonly readers: Readers };

const POSTED: OpenPath = { methods: ['POST'], readers: 'client named' };
const PUBLISHED: OpenPath = { methods: ['GET', 'HEAD'], readers: 'everybody' };

/**
 * The paths that scripts of other origins may use (Fetch §3.2), by the pattern of their route. Everything else is for
 * pages and programs alone: the authorization endpoint, what people see, signing out, the console and its API.
 */
export const openPaths = (issuer: string): ReadonlyMap<string, OpenPath> =>
  new Map<string, OpenPath>([
    ['/oauth2/token', POSTED],
    ['/oauth2/par', POSTED],
    ['/oauth2/device_authorize', POSTED],
    ['/oauth2/bc-authorize', POSTED],
    ['/oauth2/introspect', POSTED],
    ['/oauth2/revoke', POSTED],
    ['/oauth2/userinfo', { methods: ['GET', 'POST'], readers: 'client of the token' }],
    ...['/oauth2/register', '/api/identity/oauth2/dcr/v1.1/register'].flatMap(
      (path): [string, OpenPath][] => [
        [path, { methods: ['POST'], readers: 'nobody' }],
        [`${path}/:client_id`, { methods: ['GET', 'PUT', 'DELETE'], readers: 'client managed' }],
      ],
    ),
    ['/oauth2/jwks', PUBLISHED],
    ...metadataPaths(issuer).map((path): [string, OpenPath] => [path, PUBLISHED]),
  ]);

/** What scripts may send beyond what every form may, whether or not they ask; of what they ask for nothing is refused. */
const REQUEST_HEADERS = ['Authorization', 'Content-Type', 'DPoP', 'Idempotency-Key'];
const HEADER_NAME = /^[!#$%&'*+.^_`|~\dA-Za-z-]{1,100}$/;
const MOST_HEADERS = 50;
/** What scripts may read of an answer beyond its type. */
const RESPONSE_HEADERS = ['WWW-Authenticate', 'DPoP-Nonce', EVENT_ID_HEADER, 'Retry-After'].join(', ');
/** Seconds that a browser remembers the answer to a preflight. */
const PREFLIGHT_LIFETIME = '600';
const REMEMBERED_ORIGINS = 10_000;

export type CrossOriginContext = {
  readonly issuer: string;
  readonly directory: ClientDirectory & RememberedClients;
  readonly storage: Pick<Storage, 'clients' | 'referenceTokens' | 'registry'>;
};

function requestHeadersIn(request: FastifyRequest): string {
  const asked = String(request.headers['access-control-request-headers'] ?? '')
    .split(',', MOST_HEADERS)
    .map((name) => name.trim())
    .filter((name) => HEADER_NAME.test(name));
  const known = new Set(REQUEST_HEADERS.map((name) => name.toLowerCase()));
  return [...REQUEST_HEADERS, ...asked.filter((name) => !known.has(name.toLowerCase()))].join(', ');
}

/** The client that a JWT was issued to by its own words, true or not: who reads what is answered, and nothing else. */
function clientIn(jwt: string): string | undefined {
  try {
    const { client_id }: Readonly<Record<string, unknown>> = decodeJwt(jwt);
    return typeof client_id === 'string' ? client_id : undefined;
  } catch {
    return undefined;
  }
}

/** Whether scripts of an origin are those of a client. */
const isOriginOf = (origin: string, known: KnownClient | undefined): boolean =>
  webOrigin(origin) === origin &&
  known?.client.enabled === true &&
  originsOf(known.client.metadata).has(origin);

const pathClient = ({ params }: FastifyRequest): string | undefined =>
  typeof params === 'object' && params !== null && 'client_id' in params
    ? String(params.client_id)
    : undefined;

/**
 * Lets scripts of other origins use the endpoints of the protocol (CORS, Fetch §3.2). Preflights name no client and are
 * answered for the origins of every client; the request itself for those of the client it names, also where it is
 * refused. Nothing is ever answered with credentials: these would be the person's client certificate and cookies, while
 * what a script says for its client it says in the request.
 */
export class CrossOrigin {
  readonly #context: CrossOriginContext;
  readonly #paths: ReadonlyMap<string, OpenPath>;
  /** A client that has an origin, until it is changed; or that none has, until any is: strangers ask for any origin. */
  readonly #known = new LRUCache<string, { readonly client_id: string | undefined; readonly asOf: number }>({
    max: REMEMBERED_ORIGINS,
  });
  /** Decided before the request was carried out: the client may be gone, or elsewhere, when it is answered. */
  readonly #decided = new WeakMap<FastifyRequest, boolean>();

  constructor(context: CrossOriginContext) {
    this.#context = context;
    this.#paths = openPaths(context.issuer);
  }

  /** To be called before the routes of the paths are added to `app`. */
  register(app: FastifyInstance): void {
    for (const [path, open] of this.#paths) {
      app.route({
        method: 'OPTIONS',
        url: path,
        handler: (request, reply) => this.#answerPreflight(request, reply, open),
      });
    }
    app.addHook('onRoute', (route) => {
      const open = this.#paths.get(route.url);
      if (!open || route.method === 'OPTIONS') return;
      if (open.readers === 'client managed') {
        route.preHandler = [
          ...[route.preHandler ?? []].flat(),
          async (request: FastifyRequest) => this.#decideEarly(request),
        ];
      }
      route.onSend = [
        ...[route.onSend ?? []].flat(),
        async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
          await this.#mark(request, reply, open);
          return payload;
        },
      ];
    });
  }

  async #answerPreflight(request: FastifyRequest, reply: FastifyReply, { methods, readers }: OpenPath) {
    const { origin } = request.headers;
    const isPreflight =
      origin !== undefined && request.headers['access-control-request-method'] !== undefined;
    if (readers !== 'everybody') reply.header('vary', 'Origin');
    if (!isPreflight) {
      reply.header('allow', methods.join(', '));
      throw invalidRequest(
        `This endpoint answers ${methods.join(' and ')} only.`,
        'method_not_allowed',
        { expected: methods, presented: 'OPTIONS, which is no preflight of a browser' },
        405,
      );
    }
    if (readers === 'everybody' || (await this.#isOfAnyClient(origin))) {
      reply
        .header('access-control-allow-origin', readers === 'everybody' ? '*' : origin)
        .header('access-control-allow-methods', methods.join(', '))
        .header('access-control-allow-headers', requestHeadersIn(request))
        .header('access-control-max-age', PREFLIGHT_LIFETIME);
    }
    return reply.code(204).send();
  }

  async #decideEarly(request: FastifyRequest): Promise<void> {
    const { origin } = request.headers;
    if (origin === undefined) return;
    const client_id = pathClient(request);
    if (client_id === undefined) return;
    const known = await this.#context.directory.find(client_id).catch((error: unknown) => {
      if (error instanceof StorageUnavailable) throw error;
      return undefined;
    });
    this.#decided.set(request, isOriginOf(origin, known));
  }

  async #mark(request: FastifyRequest, reply: FastifyReply, { readers }: OpenPath): Promise<void> {
    if (readers === 'everybody') {
      reply.header('access-control-allow-origin', '*');
      return;
    }
    reply.header('vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || readers === 'nobody') return;
    const isReader = this.#decided.get(request) ?? (await this.#isReader(request, reply, origin, readers));
    if (!isReader) return;
    reply
      .header('access-control-allow-origin', origin)
      .header('access-control-expose-headers', RESPONSE_HEADERS);
  }

  /** Whom a request names, though it may be refused before anybody asked. */
  async #clientOf(request: FastifyRequest, readers: Readers): Promise<string | undefined> {
    if (readers === 'client managed') return pathClient(request);
    if (request.client_id !== undefined) return request.client_id;
    if (readers === 'client named')
      return namedClient({ get: () => undefined }, request.headers.authorization);
    const inBody =
      typeof request.body === 'string' ? new URLSearchParams(request.body).get('access_token') : null;
    const token = authorizationToken(request.headers.authorization)?.token ?? inBody;
    if (token === null) return undefined;
    return isOpaqueToken(token) ? this.#clientOfReference(token) : clientIn(token);
  }

  async #clientOfReference(token: string): Promise<string | undefined> {
    try {
      return (await this.#context.storage.referenceTokens.find(hashOpaqueToken(token)))?.client_id;
    } catch {
      return undefined;
    }
  }

  /**
   * Where that cannot be found out the answer stands all the same, for programs to read. One that says that the database
   * is away waited for it already, and does not do so again.
   */
  async #isReader(
    request: FastifyRequest,
    { statusCode }: FastifyReply,
    origin: string,
    readers: Readers,
  ): Promise<boolean> {
    const { directory } = this.#context;
    if (statusCode === 503) {
      const client_id = pathClient(request) ?? request.client_id;
      return client_id !== undefined && isOriginOf(origin, directory.remembered(client_id));
    }
    const client_id = await this.#clientOf(request, readers);
    if (client_id === undefined) return false;
    try {
      return isOriginOf(origin, await directory.find(client_id));
    } catch {
      return false;
    }
  }

  /** @throws StorageUnavailable */
  async #isOfAnyClient(origin: string): Promise<boolean> {
    if (webOrigin(origin) !== origin) return false;
    const { storage } = this.#context;
    const { registry } = storage;
    const remembered = this.#known.get(origin);
    if (
      remembered &&
      registry.isCurrent() &&
      remembered.asOf === registry.lastChange('client', remembered.client_id)
    ) {
      return remembered.client_id !== undefined;
    }
    const ofAny = registry.lastChange('client');
    const client_id = await storage.clients.findByOrigin(origin);
    const asOf = registry.lastChange('client', client_id);
    if (asOf <= ofAny) this.#known.set(origin, { client_id, asOf });
    return client_id !== undefined;
  }
}
