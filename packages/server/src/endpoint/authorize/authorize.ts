import type { FastifyReply, FastifyRequest } from 'fastify';
import { RESPONSE_MODES } from '../../client/client-metadata.ts';
import type { ClientDirectory } from '../../client-authentication/client-directory.ts';
import { checkOrigin } from '../../client-authentication/origin.ts';
import { Refusal } from '../../refusal/refusal.ts';
import type { Storage } from '../../storage/storage.ts';
import { readIdTokenHint } from '../../token/id-token.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import { SIGNING_ALGORITHMS } from '../../token/signing-key.ts';
import type { TokenLifetimes } from '../../token/token-plan.ts';
import type { AddressBudget } from '../address-budget.ts';
import type { Endpoint } from '../endpoint.ts';
import {
  asRefusal,
  EVENT_ID_HEADER,
  type RefusalContext,
  readFormBodies,
  recordRefusal,
  refuseOtherMethods,
} from '../oauth-replies.ts';
import {
  type AuthorizationRequest,
  type AuthorizationRules,
  knownClient,
  PROMPTS,
  readAuthorizationRequest,
  trustedClient,
  trustedRedirect,
} from './authorization-request.ts';
import { issueCode } from './code.ts';
import { type Decision, decide, type Progress, type SignedIn, scopesToConsent } from './decision.ts';
import { type Parameters, parametersOf, readParameters } from './parameters.ts';
import { browserOf, markBrowser, type PendingRequests } from './pending-request.ts';
import type { BrowserSessions, SendErrorPage } from './person.ts';
import { isPushed, type PushedRequests } from './pushed-request.ts';
import { REQUEST_OBJECT_METADATA, type RequestObjects } from './request-object.ts';
import { authorizationResponses, errorTarget, type ResponseTarget } from './response.ts';

export type AuthorizeOptions = RefusalContext & {
  readonly issuer: string;
  readonly directory: ClientDirectory;
  readonly storage: Pick<Storage, 'grants' | 'authorizationCodes' | 'consents'>;
  readonly keyRing: KeyRing;
  readonly pendingRequests: PendingRequests;
  readonly addressBudget: AddressBudget;
  readonly pushedRequests: PushedRequests;
  readonly requestObjects: RequestObjects;
  readonly browserSessions: BrowserSessions;
  readonly sendErrorPage: SendErrorPage;
  /** `[oauth]` of now. */
  readonly rules: () => AuthorizationRules & TokenLifetimes;
};

const PATH = '/oauth2/authorize';
const CONTINUE_PATH = `${PATH}/continue`;

/** A request on its way: whose it is and whom an error may be sent to, once that is known. */
type Course = { client_id?: string; target?: ResponseTarget };

const queryOf = (request: FastifyRequest): string => {
  const url = request.raw.url ?? '';
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
};

/**
 * The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2): the code flow and no other. A request is checked,
 * then decided as often as the person has done something for it, and answered once.
 */
export function authorizeEndpoint(options: AuthorizeOptions): Endpoint {
  const {
    issuer,
    directory,
    storage,
    keyRing,
    pendingRequests,
    pushedRequests,
    requestObjects,
    rules,
    events,
  } = options;
  const { browserSessions, addressBudget } = options;

  /** A pushed request stands for all its parameters; nothing beside it counts (RFC 9126 §4). */
  const unfolded = async (
    sent: Parameters,
    course: Course,
  ): Promise<{ parameters: Parameters; pushed: boolean }> => {
    const request_uri = sent.get('request_uri');
    const client_id = sent.get('client_id');
    if (request_uri !== undefined && isPushed(request_uri) && client_id !== undefined) {
      return { parameters: await pushedRequests.take(request_uri, client_id), pushed: true };
    }
    const known = await knownClient(sent, directory);
    course.client_id = known.client.client_id;
    if (sent.get('redirect_uri') !== undefined) {
      course.target = errorTarget(trustedRedirect(sent, known).redirect_uri, sent, known);
    }
    return { parameters: await requestObjects.unfold(sent, known), pushed: false };
  };

  const sendAuthorizationResponse = authorizationResponses(issuer, directory, keyRing);

  const subOfHint = async (hint: string) => (await readIdTokenHint(hint, issuer, keyRing))?.sub;

  const read = async (sent: Parameters, course: Course) => {
    const { parameters, pushed } = await unfolded(sent, course);
    delete course.target;
    const trusted = await trustedClient(parameters, directory);
    const { client } = trusted.known;
    course.client_id = client.client_id;
    course.target = errorTarget(trusted.redirect_uri, parameters, trusted.known);
    const request = await readAuthorizationRequest(parameters, trusted, { ...rules(), pushed }, subOfHint);
    return { request, client };
  };

  const decided = async (
    request: AuthorizationRequest,
    progress: Progress,
    signedIn: SignedIn | undefined,
  ): Promise<Decision> => {
    const { client_id } = request;
    if (!signedIn) return decide(request, progress, undefined, undefined);
    const { sub } = signedIn.user;
    const skipsConsent = (await directory.find(client_id))?.client.metadata.skip_consent === true;
    const remembered = skipsConsent
      ? { sub, client_id, scopes: scopesToConsent(request), granted_at: 0 }
      : await storage.consents.find(sub, client_id);
    return decide(request, progress, signedIn, remembered);
  };

  const currentPerson = async (request: FastifyRequest): Promise<SignedIn | undefined> => {
    const signedIn = await browserSessions.current(request);
    return signedIn?.user.enabled ? signedIn : undefined;
  };

  const answerWithCode = async (
    reply: FastifyReply,
    http: FastifyRequest,
    request: AuthorizationRequest,
    { signedIn, scope, claims }: Extract<Decision, { next: 'issue' }>,
  ) => {
    checkOrigin(http.origin);
    const { client_id } = request;
    const metadata = (await directory.find(client_id))?.client.metadata ?? { grant_types: [] };
    const granted = { request, signedIn, scope, metadata, ...(claims && { claims }) };
    const { code, grant_id } = await issueCode(storage, granted, rules(), Date.now());
    if (scope.split(' ').includes('openid')) {
      await browserSessions.rememberClient(signedIn.session, client_id);
    }
    events.record({
      type: 'authorization.granted',
      outcome: 'success',
      client_id,
      username: signedIn.user.username,
      remote_address: http.origin.remote_address,
      detail: { grant_id, sub: signedIn.user.sub, scope, redirect_uri: request.redirect_uri },
    });
    return sendAuthorizationResponse(reply, client_id, request, { code });
  };

  const pageUrl = (page: 'sign-in' | 'consent', id: string) => `${issuer}/oauth2/${page}?request=${id}`;

  const begin = async (http: FastifyRequest, reply: FastifyReply, sent: Parameters, course: Course) => {
    const { request, client } = await read(sent, course);
    checkOrigin(http.origin);
    const now = Date.now();
    const browser = browserOf(http.headers.cookie);
    if (browser === undefined && http.method === 'POST') {
      addressBudget.spend(http.origin.remote_address);
      // A form on the client's site: the browser holds its cookies back until it follows a redirect.
      const id = await pendingRequests.open(request, client, { created_at: now }, undefined);
      return reply.redirect(pendingRequests.continueUrl(id), 303);
    }
    const signedIn = await currentPerson(http);
    const session_at_start = signedIn?.session.secret_sha256;
    const progress = { created_at: now, ...(session_at_start !== undefined && { session_at_start }) };
    const decision = await decided(request, progress, signedIn);
    if (decision.next === 'refuse') throw decision.refusal;
    if (decision.next === 'issue') return answerWithCode(reply, http, request, decision);
    addressBudget.spend(http.origin.remote_address);
    const id = await pendingRequests.open(request, client, progress, browser ?? markBrowser(reply));
    return reply.redirect(pageUrl(decision.next, id), 303);
  };

  const resume = async (http: FastifyRequest, reply: FastifyReply, course: Course) => {
    const id = new URLSearchParams(queryOf(http)).get('request') ?? '';
    const signedIn = await currentPerson(http);
    const browser = browserOf(http.headers.cookie) ?? markBrowser(reply);
    const pending = await pendingRequests.resume(id, browser, signedIn?.session.secret_sha256);
    const over = () =>
      new Refusal(
        'invalid_request',
        'This sign-in is over or was begun in another browser. Start again from the application.',
        'pending_request_unknown',
        { presented: id.slice(0, 8) },
      );
    if (!pending) throw over();
    const { request, progress } = pending;
    // The registration may have changed since the request was checked.
    const { redirect_uri, client_id } = request;
    await trustedClient(parametersOf({ client_id, redirect_uri }), directory);
    const decision = await decided(request, progress, signedIn);
    if (decision.next === 'sign-in' || decision.next === 'consent') {
      return reply.redirect(pageUrl(decision.next, id), 303);
    }
    if (!(await pendingRequests.finish(id))) throw over();
    course.target = request;
    course.client_id = client_id;
    if (decision.next === 'refuse') throw decision.refusal;
    return answerWithCode(reply, http, request, decision);
  };

  const refused = async (error: unknown, http: FastifyRequest, reply: FastifyReply, course: Course) => {
    const refusal = asRefusal(error);
    const event_id = recordRefusal(refusal, http, 'authorization.refused', options, course.client_id);
    if (refusal !== error && error instanceof Error) options.reportError(error, event_id);
    reply.header(EVENT_ID_HEADER, event_id);
    const { error: code, description, status } = refusal;
    const { target } = course;
    return target && course.client_id !== undefined
      ? sendAuthorizationResponse(reply, course.client_id, target, {
          error: code,
          error_description: description,
        })
      : options.sendErrorPage(reply, {
          status,
          title: 'The request cannot be answered',
          description,
          event_id,
        });
  };

  const answering =
    (work: (http: FastifyRequest, reply: FastifyReply, course: Course) => Promise<unknown>) =>
    async (http: FastifyRequest, reply: FastifyReply) => {
      const course: Course = {};
      reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
      try {
        return await work(http, reply, course);
      } catch (error) {
        return refused(error, http, reply, course);
      }
    };

  return {
    metadata: {
      authorization_endpoint: `${issuer}${PATH}`,
      response_types_supported: ['code'],
      response_modes_supported: [...RESPONSE_MODES],
      authorization_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
      code_challenge_methods_supported: ['S256'],
      prompt_values_supported: [...PROMPTS],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
      ...REQUEST_OBJECT_METADATA,
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        app.setErrorHandler((error, http, reply) => refused(error, http, reply, {}));
        refuseOtherMethods(app, PATH, ['GET', 'POST']);
        refuseOtherMethods(app, CONTINUE_PATH, ['GET']);
        app.get(
          PATH,
          { exposeHeadRoute: false },
          answering((http, reply, course) => begin(http, reply, readParameters(queryOf(http)), course)),
        );
        app.post<{ Body: string | undefined }>(
          PATH,
          answering((http, reply, course) =>
            begin(http, reply, readParameters(typeof http.body === 'string' ? http.body : ''), course),
          ),
        );
        app.get(CONTINUE_PATH, { exposeHeadRoute: false }, answering(resume));
      });
    },
  };
}
