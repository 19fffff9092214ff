import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { certificateOf } from '../client-authentication/origin.ts';
import type { CheckRegistrant } from '../client-authentication/registrant-certificate.ts';
import { invalidClientMetadata, invalidRequest, invalidToken } from '../refusal/error-codes.ts';
import type {
  DynamicRegistrar,
  RegisteredClient,
  RegistrationRequest,
  SentRegistration,
} from '../registration/dynamic-registrar.ts';
import {
  IDEMPOTENCY_KEY_FORM,
  IdempotencyKeyReused,
  readIdempotencyKey,
} from '../registration/idempotency.ts';
import { registrationAnswer } from '../registration/registration-answer.ts';
import type { SentMetadata } from '../registration/stated-metadata.ts';
import type { Endpoint } from './endpoint.ts';
import { answerRefusals, neverStored, type RefusalContext, refuseOtherMethods } from './oauth-replies.ts';

export type RegisterOptions = RefusalContext & {
  readonly issuer: string;
  readonly registrar: DynamicRegistrar;
  /** What the management URIs of clients begin with. */
  readonly managementBase: () => string;
  /** Whether anybody may register here; clients that have registered manage themselves all the same. */
  readonly open: boolean;
  readonly checkCertificate: CheckRegistrant;
};

/** The second path is that of WSO2's dynamic client registration; its answers carry the same members. */
const PATHS = ['/oauth2/register', '/api/identity/oauth2/dcr/v1.1/register'] as const;

/** RFC 7591 §3.2.1: everything registered, what the server assigned, and where the client manages it. */
function answer(registered: RegisteredClient, base: string): Record<string, unknown> {
  const { client, client_secret, registration_access_token, software_statement } = registered;
  const { client_id, client_id_issued_at, metadata } = client;
  const { certificates, trust_anchors, ...rest } = registrationAnswer(metadata, registered);
  return {
    client_id,
    client_id_issued_at,
    ...(client_secret !== undefined && { client_secret, client_secret_expires_at: 0 }),
    registration_access_token,
    registration_client_uri: `${base}/${encodeURIComponent(client_id)}`,
    ...rest,
    ...(certificates.length > 0 && { certificates }),
    ...(trust_anchors.length > 0 && { trust_anchors }),
    ...(software_statement !== undefined && { software_statement }),
  };
}

/** What directories have registrations sent as: a JWT, by either name (RFC 7519 §10.3.1, RFC 7515 §9.2.1). */
const JWT_TYPES = ['application/jwt', 'application/jose'];

function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  for (const type of ['application/json', ...JWT_TYPES]) {
    app.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });
  }
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(
      invalidClientMetadata('The body must be application/json or application/jwt.', 'malformed_request', {
        expected: ['application/json (RFC 7591 §3.1)', ...JWT_TYPES],
      }),
    );
  });
}

const mediaTypeOf = ({ headers }: FastifyRequest): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** What is sent is what its media type says: JSON is no JWT, and a JWT no JSON. */
function registrationIn(request: FastifyRequest): SentRegistration {
  if (!JWT_TYPES.includes(mediaTypeOf(request))) return { kind: 'metadata', metadata: metadataIn(request) };
  return { kind: 'jwt', jwt: typeof request.body === 'string' ? request.body.trim() : '' };
}

function metadataIn(request: FastifyRequest): SentMetadata {
  const malformed = (why: string) =>
    invalidClientMetadata('The body is not a JSON object.', 'malformed_request', {
      expected: 'a JSON object (RFC 7591 §3.1)',
      why,
    });
  let body: unknown;
  try {
    body = JSON.parse(typeof request.body === 'string' ? request.body : '');
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : 'unreadable');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw malformed('not an object');
  return { ...body };
}

const bearerOf = ({ headers }: FastifyRequest): string | undefined =>
  /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(headers.authorization ?? '')?.[1];

function idempotencyKeyOf({ headers }: FastifyRequest): string | undefined {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? readIdempotencyKey(header) : undefined;
  if (key !== undefined) return key;
  throw invalidRequest('The Idempotency-Key cannot be read.', 'parameter_invalid', {
    expected: IDEMPOTENCY_KEY_FORM,
  });
}

async function registeredBy(registrar: DynamicRegistrar, request: RegistrationRequest) {
  try {
    return await registrar.register(request);
  } catch (error) {
    if (!(error instanceof IdempotencyKeyReused)) throw error;
    throw invalidRequest(
      'The Idempotency-Key was used before.',
      'idempotency_key_reused',
      { why: error.message },
      422,
    );
  }
}

/**
 * Dynamic client registration (RFC 7591 §3) and the client configuration endpoint (RFC 7592 §2), over mutual TLS
 * where the deployment asks for it.
 */
export function registerEndpoint(options: RegisterOptions): Endpoint {
  const { issuer, registrar, checkCertificate, managementBase } = options;

  const managed = (request: FastifyRequest<{ Params: { client_id: string } }>) => {
    request.client_id = request.params.client_id;
    const token = bearerOf(request);
    if (token === undefined) {
      throw invalidToken('A registration access token is needed.', 'token_absent', {
        expected: 'Authorization: Bearer with the registration access token',
      });
    }
    const { remote_address } = request.origin;
    return { client_id: request.params.client_id, presented: token, remote_address };
  };

  const routes = (app: FastifyInstance, path: string) => {
    const send = (reply: FastifyReply, status: number, registered: RegisteredClient) =>
      neverStored(reply)
        .code(status)
        .send(answer(registered, `${managementBase()}${path}`));

    refuseOtherMethods(app, path, ['POST']);
    refuseOtherMethods(app, `${path}/:client_id`, ['GET', 'PUT', 'DELETE']);
    app.post(path, async (request, reply) => {
      const registered = await registeredBy(registrar, {
        sent: registrationIn(request),
        initial_access_token: bearerOf(request),
        remote_address: request.origin.remote_address,
        certificate: certificateOf(request.origin)?.certificate,
        idempotency_key: idempotencyKeyOf(request),
      });
      return send(reply, 201, registered);
    });
    app.get<{ Params: { client_id: string } }>(
      `${path}/:client_id`,
      { exposeHeadRoute: false },
      async (request, reply) => {
        return send(reply, 200, await registrar.read(managed(request)));
      },
    );
    app.put<{ Params: { client_id: string } }>(`${path}/:client_id`, async (request, reply) => {
      const certificate = certificateOf(request.origin)?.certificate;
      const updated = await registrar.update(managed(request), registrationIn(request), certificate);
      return send(reply, 200, updated);
    });
    app.delete<{ Params: { client_id: string } }>(`${path}/:client_id`, async (request, reply) => {
      await registrar.remove(managed(request));
      return neverStored(reply).code(204).send();
    });
  };

  return {
    metadata: options.open ? { registration_endpoint: `${issuer}${PATHS[0]}` } : {},
    register(root) {
      root.register(async (app) => {
        readBodies(app);
        answerRefusals(app, 'registration.refused', options);
        app.addHook('preHandler', async (request) => checkCertificate(certificateOf(request.origin)));
        for (const path of PATHS) routes(app, path);
      });
    },
  };
}
