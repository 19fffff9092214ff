import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidClientMetadata } from '../client/client-registration.ts';
import { tokenChallenges } from '../endpoint/dpop.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { recordRefusal, reportFault } from '../endpoint/oauth-replies.ts';
import { EVENT_ID_HEADER } from '../event/event-id.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { internalError, storageUnavailable, unreadableRecord } from '../refusal/error-codes.ts';
import { errorDescription } from '../refusal/error-description.ts';
import { Refusal } from '../refusal/refusal.ts';
import { AccountNotFound, InvalidAccount } from '../registration/account-changing.ts';
import { AttributeNotFound, InvalidAttribute } from '../registration/attribute-definitions.ts';
import { ClaimRuleNotFound, InvalidClaimRule } from '../registration/claim-rules.ts';
import { CertificateNotRegistered } from '../registration/client-delta.ts';
import { ClientNotFound } from '../registration/client-registrar.ts';
import { GroupingNotFound, InvalidGrouping } from '../registration/grouping.ts';
import { IdempotencyKeyReused } from '../registration/idempotency.ts';
import { AliasTaken } from '../registration/imported-entries.ts';
import { ReadOnlyStore } from '../registration/read-only-store.ts';
import { RoleConfigured } from '../registration/trust-roles.ts';
import { UnchangeableDeployment } from '../registration/unchangeable-deployment.ts';
import { RevisionMismatch } from '../registration/unit-of-change.ts';
import {
  InvalidCursor,
  StorageUnavailable,
  UnreadableRecord,
  UnstorableValue,
} from '../storage/storage-errors.ts';
import { UnacceptablePassword } from '../user/password.ts';
import { type AdministratorContext, createAdministratorAuthentication } from './administrator.ts';
import { openApiDocument } from './openapi.ts';
import {
  type AdminRoute,
  etagOf,
  type Failure,
  InvalidInput,
  NotFound,
  PreconditionRequired,
  refuseMethodsBeside,
  registerAdminRoutes,
} from './route.ts';

export const ADMIN_API_PATH = '/api/admin/v1';
const REALM = 'countersign';

type Answer = {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly field?: string;
};

/** An error as it is answered, and what else its answer carries. */
type Failed = {
  readonly failure: Failure;
  readonly refusal?: Refusal;
  readonly revision?: number | string;
};

const isNotFound = (error: Error): boolean =>
  [NotFound, ClientNotFound, AccountNotFound, GroupingNotFound, ClaimRuleNotFound, AttributeNotFound].some(
    (kind) => error instanceof kind,
  );

/** Errors of the input, which the caller can mend; undefined for everything else. */
export function inputError(error: FastifyError | Refusal | Error): Answer | undefined {
  if (error instanceof InvalidClientMetadata) {
    return { status: 400, error: error.error, message: error.message, field: error.field };
  }
  if (error instanceof InvalidGrouping) {
    return { status: 400, error: 'invalid_request', message: error.message, field: error.field };
  }
  if (error instanceof InvalidInput) {
    return { status: 400, error: error.error, message: error.message, field: error.field };
  }
  if (error instanceof AliasTaken) {
    return { status: 400, error: 'invalid_request', message: error.message, field: 'alias' };
  }
  if (error instanceof RoleConfigured) {
    return { status: 400, error: 'invalid_request', message: error.message, field: 'role' };
  }
  if (error instanceof InvalidAccount || error instanceof UnacceptablePassword) {
    return { status: 400, error: 'invalid_request', message: error.message };
  }
  if (error instanceof InvalidClaimRule || error instanceof InvalidAttribute) {
    return { status: 400, error: 'invalid_request', message: error.message, field: error.field };
  }
  if (error instanceof InvalidCursor) {
    return { status: 400, error: 'invalid_request', message: error.message, field: 'after' };
  }
  if (error instanceof UnstorableValue) {
    const message = 'The request holds a value that cannot be stored.';
    return { status: 400, error: 'invalid_request', message };
  }
  if (error instanceof RevisionMismatch) {
    return { status: 412, error: 'precondition_failed', message: error.message };
  }
  if (error instanceof PreconditionRequired) {
    return { status: 428, error: 'precondition_required', message: error.message, field: error.field };
  }
  if (error instanceof IdempotencyKeyReused) {
    return { status: 422, error: 'invalid_request', message: error.message, field: 'Idempotency-Key' };
  }
  if (error instanceof ReadOnlyStore || error instanceof UnchangeableDeployment) {
    return { status: 409, error: 'read_only', message: error.message };
  }
  if (error instanceof CertificateNotRegistered) {
    return { status: 404, error: 'not_found', message: error.message };
  }
  if (isNotFound(error)) {
    return { status: 404, error: 'not_found', message: error.message };
  }
  if ('statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500) {
    return { status: error.statusCode, error: 'invalid_request', message: error.message };
  }
  return undefined;
}

function refusalOf(error: Error): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof StorageUnavailable) return storageUnavailable(error);
  return error instanceof UnreadableRecord ? unreadableRecord(error) : internalError();
}

export type AdminApiOptions = AdministratorContext & {
  readonly issuer: string;
  readonly events: EventRecorder;
  readonly reportError: (error: unknown, event_id: string) => void;
  readonly version: string;
  readonly routes: readonly AdminRoute[];
};

/** `/api/admin/v1`: everything the console and the command line do, described by its own OpenAPI document. */
export function adminApi(options: AdminApiOptions): Endpoint {
  const { routes } = options;
  // Made when it is first asked for: it takes a start of the server noticeably longer.
  let made: string | undefined;
  const description = () => {
    made ??= JSON.stringify(openApiDocument(routes, `${options.issuer}${ADMIN_API_PATH}`, options.version));
    return made;
  };
  const record = (refusal: Refusal, request: FastifyRequest) => {
    const about = refusal.withEvidence({ request: `${request.method} ${request.url.split('?')[0]}` });
    return recordRefusal(about, request, 'admin.refused', options);
  };

  /** What an error is answered with; whatever is not the input's is recorded. */
  const failed = (error: FastifyError | Refusal | Error, request: FastifyRequest): Failed => {
    const input = inputError(error);
    if (input) {
      const { message, ...rest } = input;
      const failure: Failure = { ...rest, error_description: errorDescription(message) };
      return { failure, ...(error instanceof RevisionMismatch && { revision: error.revision }) };
    }
    const refusal = refusalOf(error);
    const event_id = record(refusal, request);
    reportFault(error, refusal, event_id, options);
    const { status, error: code, description } = refusal;
    const failure: Failure = { status, error: code, error_description: description, event_id };
    return { failure, refusal };
  };

  return {
    metadata: {},
    register(root) {
      root.register(
        async (app: FastifyInstance) => {
          options.bearerTokens.offerNonces(app);
          app.addHook('onSend', async (_request, reply) => {
            reply.header('cache-control', 'no-store');
          });
          app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
            const { failure, refusal, revision } = failed(error, request);
            if (revision !== undefined) reply.header('etag', etagOf(revision));
            if (refusal?.status === 401) {
              reply.header('www-authenticate', tokenChallenges(request, refusal, REALM));
            }
            const { status, ...answer } = failure;
            if (answer.event_id !== undefined) reply.header(EVENT_ID_HEADER, answer.event_id);
            return reply.code(status).send(answer);
          });
          app.setNotFoundHandler((_request, reply) =>
            reply.code(404).send({ error: 'not_found', error_description: 'There is no such resource.' }),
          );
          const described = ['GET', 'HEAD'].map((method) => ({ method, path: '/openapi.json' }));
          app.get('/openapi.json', async (_request, reply) =>
            reply.type('application/json').send(description()),
          );
          registerAdminRoutes(
            app,
            routes,
            createAdministratorAuthentication(options),
            options.clock,
            (error, request) => failed(error, request).failure,
          );
          refuseMethodsBeside(app, [...described, ...routes]);
        },
        { prefix: ADMIN_API_PATH },
      );
    },
  };
}
