import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Origin } from '../client-authentication/origin.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import type { EventDraft, EventObject } from '../event/event.ts';
import { EVENT_ID_HEADER } from '../event/event-id.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { EventType } from '../event/event-types.ts';
import type { Cause } from '../refusal/causes.ts';
import {
  internalError,
  invalidRequest,
  storageUnavailable,
  unreadableRecord,
} from '../refusal/error-codes.ts';
import { AnsweredRefusal, Refusal } from '../refusal/refusal.ts';
import { type ChangeContext, commitChange } from '../storage/commit-change.ts';
import { StorageUnavailable, UnreadableRecord, UnstorableValue } from '../storage/storage-errors.ts';
import type { Step } from '../unit-of-work.ts';
import { wrongPort } from './wrong-port.ts';

const BY_HTTP_STATUS: Readonly<Record<number, { readonly because: Cause; readonly description: string }>> = {
  413: { because: 'request_too_large', description: 'The request body is too large.' },
  415: {
    because: 'malformed_request',
    description: 'The request body must be application/x-www-form-urlencoded.',
  },
};

/** Turns whatever a handler threw into the refusal the caller and the operator see. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof UnreadableRecord) return unreadableRecord(error);
  if (error instanceof StorageUnavailable) return storageUnavailable(error);
  if (error instanceof UnstorableValue) {
    return invalidRequest('The request holds a value that cannot be stored.', 'malformed_request', {
      why: error.message,
    });
  }
  const { statusCode: status = 500, message = '' } = error instanceof Error ? statusOf(error) : {};
  if (status >= 500) {
    return internalError();
  }
  const known = BY_HTTP_STATUS[status];
  return invalidRequest(
    known?.description ?? 'The request is malformed.',
    known?.because ?? 'malformed_request',
    { why: message },
    status === 415 ? 400 : status,
  );
}

const statusOf = (
  error: Error | FastifyError,
): { readonly statusCode?: number; readonly message: string } => ({
  message: error.message,
  ...('statusCode' in error && typeof error.statusCode === 'number' && { statusCode: error.statusCode }),
});

export type RefusalContext = {
  readonly events: EventRecorder;
  /** Logs what was thrown and is nobody's refusal, with its stack. */
  readonly reportError: (error: unknown, event_id: string) => void;
  readonly realm: string;
};

/**
 * Logs what is the server's own fault. What a request is to blame for, such as a body that cannot be read, its event tells: a
 * stranger writes no errors into the log.
 * @param error what was thrown
 * @param refusal what {@link asRefusal} made of it
 */
export function reportFault(
  error: unknown,
  refusal: Refusal,
  event_id: string,
  { reportError }: Pick<RefusalContext, 'reportError'>,
): void {
  if (refusal !== error && refusal.status >= 500) reportError(error, event_id);
}

/** The events of refusals that were committed before they are answered. */
const committed = new WeakMap<Refusal, string>();

/** The event of a refusal. @param about the client, when neither the evidence nor the request names it */
function eventOfRefusal(
  refusal: Refusal,
  request: FastifyRequest,
  type: EventType,
  about?: string,
): EventDraft {
  // None where deciding it failed.
  const origin: Origin | undefined = request.origin;
  const { client_id: compared, username, ...evidence } = refusal.evidence;
  const client_id = typeof compared === 'string' ? compared : (request.client_id ?? about);
  return {
    type,
    outcome: refusal.status >= 500 ? 'failure' : 'refused',
    error: refusal.error,
    because: refusal.because,
    remote_address: origin?.remote_address ?? request.socket.remoteAddress ?? 'unknown',
    ...(client_id !== undefined && { client_id }),
    ...(typeof username === 'string' && { username }),
    ...(origin?.kind === 'certificate' && { certificate: describeCertificate(origin.certificate) }),
    evidence: { ...evidence, ...wrongPort(refusal, origin, request.socket.localPort) },
  };
}

/**
 * Records a refusal as one event of `type`.
 * @param about the client, when neither the evidence nor the request names it
 * @returns the event's id
 */
export function recordRefusal(
  refusal: Refusal,
  request: FastifyRequest,
  type: EventType,
  { events }: Pick<RefusalContext, 'events'>,
  about?: string,
): string {
  request.refused_because = refusal.because;
  // Its answer went out: nobody sees this one's header.
  if (refusal instanceof AnsweredRefusal) return refusal.event_id ?? '';
  return committed.get(refusal) ?? events.record(eventOfRefusal(refusal, request, type, about));
}

/** Records a refusal that a page tells in its own words, whose answer names the event all the same. @returns the event's id */
export function recordShownRefusal(
  refusal: Refusal,
  reply: FastifyReply,
  type: EventType,
  context: Pick<RefusalContext, 'events'>,
): string {
  const event_id = recordRefusal(refusal, reply.request, type, context);
  reply.header(EVENT_ID_HEADER, event_id);
  return event_id;
}

/**
 * Commits what a refusal ends with its event, which is not recorded again when it is answered.
 * @param object what is ended
 * @throws UnitRefused
 */
export async function commitRefusal(
  refusal: Refusal,
  request: FastifyRequest,
  type: EventType,
  context: ChangeContext,
  object: EventObject,
  ends: readonly Step[],
): Promise<void> {
  const draft = { ...eventOfRefusal(refusal, request, type), object };
  const [event_id] = await commitChange(context, ends, draft);
  if (event_id !== undefined) committed.set(refusal, event_id);
}

/** A request without a token is told how to authenticate and nothing else (RFC 6750 §3.1). */
function challengesOf(_request: FastifyRequest, { error, because }: Refusal, realm: string): string {
  const scheme = error === 'invalid_client' ? 'Basic' : 'Bearer';
  const told = scheme === 'Bearer' && because !== 'token_absent' ? `, error="${error}"` : '';
  return `${scheme} realm="${realm}"${told}`;
}

/**
 * Makes an error an RFC 6749 §5.2 answer and, unless it is `authorization_pending`, one event.
 * @param type the event type of a refusal here, e.g. `token.refused`
 * @param challenges the `WWW-Authenticate` header of a 401 answer
 */
export function refusalAnswer(
  type: EventType,
  context: RefusalContext,
  challenges = challengesOf,
): (error: FastifyError | Refusal, request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  return (error, request, reply) => {
    const refusal = asRefusal(error);
    // Asked every few seconds and answered as it should be: no event, or nothing else would be left to see.
    if (refusal.because !== 'authorization_pending') {
      const event_id = recordRefusal(refusal, request, type, context);
      reportFault(error, refusal, event_id, context);
      reply.header(EVENT_ID_HEADER, event_id);
    }
    if (refusal.status === 401) {
      reply.header('www-authenticate', challenges(request, refusal, context.realm));
    }
    return reply
      .code(refusal.status)
      .header('cache-control', 'no-store')
      .header('pragma', 'no-cache')
      .send({ error: refusal.error, error_description: refusal.description });
  };
}

/** Answers every error of the routes in `app` by `refusalAnswer`. */
export function answerRefusals(
  app: FastifyInstance,
  type: EventType,
  context: RefusalContext,
  challenges = challengesOf,
): void {
  app.setErrorHandler(refusalAnswer(type, context, challenges));
}

/** Marks an answer that must not be kept anywhere (RFC 6749 §5.1). */
export const neverStored = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', 'no-store').header('pragma', 'no-cache');

/** The query of a request as it was sent, for `parseForm` and the like: repetitions are theirs to judge. */
export function queryOf({ raw: { url = '' } }: FastifyRequest): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** Has form bodies read as text and every other media type refused; a handler parses them with `parseForm`. */
export function readFormBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, body);
    },
  );
}

/** Answers every method but `allowed` with 405 and the Allow header (RFC 9110 §15.5.6). */
export function refuseOtherMethods(app: FastifyInstance, path: string, allowed: readonly string[]): void {
  const others = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
    (method) => !allowed.includes(method),
  );
  app.route({
    method: others,
    url: path,
    exposeHeadRoute: false,
    handler: (request, reply) => {
      reply.header('allow', allowed.join(', '));
      throw invalidRequest(
        `This endpoint answers ${allowed.join(' and ')} only.`,
        'method_not_allowed',
        { expected: allowed, presented: request.method },
        405,
      );
    },
  });
}
