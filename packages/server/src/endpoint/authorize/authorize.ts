import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ToldSince } from '../../claim/told-claims.ts';
import { CONTENT_ENCRYPTION_ALGORITHMS, KEY_MANAGEMENT_ALGORITHMS } from '../../client/client-encryption.ts';
import { RESPONSE_MODES } from '../../client/client-metadata.ts';
import { isUnassured } from '../../client/redirect-uri.ts';
import { RESPONSE_TYPES } from '../../client/response-type.ts';
import { checkOrigin } from '../../client-authentication/origin.ts';
import type { EncryptResponse } from '../../client-authentication/response-encryption.ts';
import type { Clock } from '../../clock.ts';
import { EVENT_ID_HEADER } from '../../event/event-id.ts';
import type { IdTokenIssuance } from '../../grant/id-token-issuance.ts';
import { invalidRequest } from '../../refusal/error-codes.ts';
import type { ConsentStore } from '../../storage/storage.ts';
import type { KeyRing } from '../../token/key-ring.ts';
import { SIGNING_ALGORITHMS } from '../../token/server-key.ts';
import { browserOf } from '../../user-authentication/browser-mark.ts';
import type { BrowserSessions, SignedIn } from '../../user-authentication/browser-sessions.ts';
import type { AddressBudget } from '../address-budget.ts';
import type { Endpoint } from '../endpoint.ts';
import {
  asRefusal,
  queryOf,
  type RefusalContext,
  readFormBodies,
  recordRefusal,
  refuseOtherMethods,
  reportFault,
} from '../oauth-replies.ts';
import type { SendErrorPage } from '../page/error-page.ts';
import { REQUEST_RULES } from '../request-rules.ts';
import { AddressedError, type Addressee, addressedTo, PERSON } from './addressee.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { type AnswerWithCode, type CodeAnswerOptions, codeAnswers } from './code.ts';
import { type Decision, decide, type Progress, scopesToConsent } from './decision.ts';
import { detachedIdTokens } from './detached-id-token.ts';
import { type IncomingRequestOptions, incomingRequests } from './incoming-request.ts';
import { type Parameters, parametersOf, readParameters } from './parameters.ts';
import { clientNamedBy, type PendingRequests } from './pending-request.ts';
import { PROMPTS } from './request-checks.ts';
import { REQUEST_OBJECT_METADATA } from './request-object.ts';
import { authorizationResponses, type MakeAuthorizationResponse } from './response.ts';

export type AuthorizeOptions = RefusalContext &
  IncomingRequestOptions &
  Omit<CodeAnswerOptions, 'makeAuthorizationResponse' | 'issueDetachedIdToken'> & {
    readonly issuer: string;
    readonly clock: Clock;
    readonly keyRing: KeyRing;
    readonly issueIdToken: IdTokenIssuance;
    readonly consents: ConsentStore;
    readonly toldSince: ToldSince;
    readonly pendingRequests: PendingRequests;
    readonly addressBudget: AddressBudget;
    readonly encryptResponse: EncryptResponse;
    readonly browserSessions: Pick<BrowserSessions, 'current' | 'rememberClient'>;
    readonly sendErrorPage: SendErrorPage;
  };

const PATH = '/oauth2/authorize';
const CONTINUE_PATH = `${PATH}/continue`;

/**
 * Whether a browser asks before its person does (https://wicg.github.io/nav-speculation/prefetch.html). What is answered
 * then may never be seen, and a code or request object would be spent: the browser is told to ask again when the person
 * does.
 */
const isPrefetch = ({ headers }: FastifyRequest): boolean =>
  /\bprefetch\b/.test(String(headers['sec-purpose'] ?? headers.purpose ?? ''));

/** What a request takes when it is stored. */
const octetsOf = (request: AuthorizationRequest): number => Buffer.byteLength(JSON.stringify(request));

const pageUrl = (issuer: string, page: 'sign-in' | 'consent', id: string) =>
  `${issuer}/oauth2/${page}?request=${encodeURIComponent(id)}`;

const over = (id: string) =>
  invalidRequest(
    'This sign-in is over or was begun in another browser. Start again from the application.',
    'pending_request_unknown',
    { presented: id.slice(0, 8) },
  );

const requestRules = REQUEST_RULES.authorization;

/** Requests on their way from the client to its answer, with a stop at the pages where the person must do something. */
class AuthorizationRequests {
  readonly #options: AuthorizeOptions;
  readonly #read: ReturnType<typeof incomingRequests>;
  readonly #make: MakeAuthorizationResponse;
  readonly #answerWithCode: AnswerWithCode;

  constructor(options: AuthorizeOptions) {
    this.#options = options;
    this.#read = incomingRequests(options);
    this.#make = authorizationResponses(options);
    this.#answerWithCode = codeAnswers({
      ...options,
      makeAuthorizationResponse: this.#make,
      issueDetachedIdToken: detachedIdTokens(options.issueIdToken),
    });
  }

  /** Answers a client's request, or sends the person to the page that comes next. @throws AddressedError */
  async begin(http: FastifyRequest, reply: FastifyReply, sent: () => Parameters): Promise<FastifyReply> {
    const { request, client, addressee, end } = await addressedTo(PERSON, async () => this.#read(sent()));
    const { issuer, clock, pendingRequests, addressBudget } = this.#options;
    const answer = async () => {
      checkOrigin(http.origin);
      const now = clock();
      const browser = browserOf(http, reply);
      if (browser.secrets.length === 0 && http.method === 'POST') {
        await addressBudget.spend(http.origin, octetsOf(request));
        // A form on the client's site: the browser holds its cookies back until it follows a redirect.
        const id = await pendingRequests.open(request, client, { created_at: now }, undefined, end);
        return reply.redirect(pendingRequests.continueUrl(id), 303);
      }
      const signedIn = await this.#options.browserSessions.current(http);
      const session_at_start = signedIn?.session.secret_sha256;
      const progress = { created_at: now, ...(session_at_start !== undefined && { session_at_start }) };
      const decision = await this.#decide(request, progress, signedIn);
      if (decision.next === 'refuse') throw decision.refusal;
      if (decision.next === 'issue') return this.#answerWithCode(reply, http, request, decision, end);
      await addressBudget.spend(http.origin, octetsOf(request));
      const id = await pendingRequests.open(request, client, progress, browser.secret(), end);
      return reply.redirect(pageUrl(issuer, decision.next, id), 303);
    };
    return addressedTo(addressee, answer);
  }

  /** Goes on with a request after the person did something for it. @throws AddressedError */
  resume(http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return addressedTo(PERSON, async () => {
      const { issuer, directory, pendingRequests, browserSessions } = this.#options;
      const id = new URLSearchParams(queryOf(http)).get('request') ?? '';
      const signedIn = await browserSessions.current(http);
      const browser = browserOf(http, reply);
      const pending = await pendingRequests.resume(id, browser, signedIn?.session.secret_sha256);
      if (!pending) throw over(id);
      const { request, progress, ending, deciding } = pending;
      // The registration may have changed since the request was checked.
      const { redirect_uri, client_id } = request;
      const still = parametersOf({ client_id, redirect_uri });
      requestRules.redirect_uri(still, await requestRules.client_known(still, directory));
      const decision = await this.#decide(request, progress, signedIn);
      if (decision.next === 'sign-in' || decision.next === 'consent') {
        return reply.redirect(pageUrl(issuer, decision.next, id), 303);
      }
      const client: Addressee = { kind: 'client', client_id, target: request };
      if (decision.next === 'issue') {
        const end = {
          steps: deciding,
          over: () => new AddressedError(PERSON, over(id)),
        };
        return addressedTo(client, () => this.#answerWithCode(reply, http, request, decision, end));
      }
      const { outcome } = await this.#options.storage.commit(ending);
      if (outcome === 'refused') throw over(id);
      return addressedTo(client, () => {
        throw decision.refusal;
      });
    });
  }

  /** Tells the client of a failure where that is safe, and otherwise the person; records it as one event. */
  async refuse(failure: unknown, http: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [error, addressee] =
      failure instanceof AddressedError ? [failure.cause, failure.addressee] : [failure, PERSON];
    const { sendErrorPage } = this.#options;
    const refusal = asRefusal(error);
    const about = addressee.client_id;
    const event_id = recordRefusal(refusal, http, 'authorization.refused', this.#options, about);
    reportFault(error, refusal, event_id, this.#options);
    reply.header(EVENT_ID_HEADER, event_id);
    const { error: code, description, status } = refusal;
    if (addressee.kind === 'client') {
      const response = { error: code, error_description: description };
      return (await this.#make(addressee.client_id, addressee.target, response))(reply);
    }
    const title = 'The request cannot be answered';
    const client_id = about ?? clientNamedBy(queryOf(http));
    return sendErrorPage(reply, { status, title, description, event_id, client_id });
  }

  async #decide(
    request: AuthorizationRequest,
    progress: Progress,
    signedIn: SignedIn | undefined,
  ): Promise<Decision> {
    const { directory, consents, toldSince } = this.#options;
    const { client_id } = request;
    if (!signedIn) return decide(request, progress, undefined, undefined);
    const { sub } = signedIn.user;
    const metadata = (await directory.find(client_id))?.client.metadata;
    // Consent that was given to the client may be asked for by another program (RFC 8252 §8.6).
    if (metadata && isUnassured(metadata, request.redirect_uri)) {
      const told_since = await toldSince(client_id, scopesToConsent(request));
      return decide(request, progress, signedIn, undefined, told_since);
    }
    const scopes = scopesToConsent(request);
    if (metadata?.skip_consent) {
      return decide(request, progress, signedIn, { sub, client_id, scopes, granted_at: 0 });
    }
    const remembered = await consents.find(sub, client_id);
    return decide(request, progress, signedIn, remembered, await toldSince(client_id, scopes));
  }
}

/**
 * The authorization endpoint (RFC 6749 §3.1, OIDC Core §3.1.2, §3.3.2): the code flow and the hybrid flow. A request is checked,
 * then decided as often as the person has done something for it, and answered once.
 */
export function authorizeEndpoint(options: AuthorizeOptions): Endpoint {
  const { issuer } = options;
  const requests = new AuthorizationRequests(options);
  return {
    metadata: {
      authorization_endpoint: `${issuer}${PATH}`,
      response_types_supported: [...RESPONSE_TYPES],
      response_modes_supported: [...RESPONSE_MODES],
      authorization_signing_alg_values_supported: [...SIGNING_ALGORITHMS],
      authorization_encryption_alg_values_supported: [...KEY_MANAGEMENT_ALGORITHMS],
      authorization_encryption_enc_values_supported: [...CONTENT_ENCRYPTION_ALGORITHMS],
      code_challenge_methods_supported: ['S256'],
      prompt_values_supported: [...PROMPTS],
      authorization_response_iss_parameter_supported: true,
      claims_parameter_supported: true,
      ...REQUEST_OBJECT_METADATA,
    },
    register(root) {
      root.register(async (app) => {
        readFormBodies(app);
        app.addHook('onRequest', async (http, reply) => {
          reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer');
          if (isPrefetch(http)) return reply.code(503).send();
        });
        app.setErrorHandler((error, http, reply) => requests.refuse(error, http, reply));
        refuseOtherMethods(app, PATH, ['GET', 'POST']);
        refuseOtherMethods(app, CONTINUE_PATH, ['GET']);
        app.get(PATH, { exposeHeadRoute: false }, (http, reply) =>
          requests.begin(http, reply, () => readParameters(queryOf(http))),
        );
        app.post<{ Body: string | undefined }>(PATH, (http, reply) =>
          requests.begin(http, reply, () => readParameters(typeof http.body === 'string' ? http.body : '')),
        );
        app.get(CONTINUE_PATH, { exposeHeadRoute: false }, (http, reply) => requests.resume(http, reply));
      });
    },
  };
}
