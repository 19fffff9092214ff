import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ClientCertificateOf, clientCertificateSource } from './client-certificate.ts';
import { headerLines } from './header-lines.ts';
import { AuthorizationServerUnavailable, TokenRefused } from './token-refused.ts';
import type { AcceptedToken, TokenVerifier } from './token-verifier.ts';

export type MiddlewareOptions = {
  /** What the token must have been granted, all of it. */
  readonly scope?: string | readonly string[];
  /** Proxies whose `Client-Cert` header is believed; see `clientCertificateSource`. */
  readonly trustedProxies?: readonly string[];
  /** Names the protected space in the challenge (RFC 9110 §11.5); without quotes and backslashes. */
  readonly realm?: string;
  /** Told of every request that is not let through, with the cause; for the log. */
  readonly onRefused?: (
    refusal: TokenRefused | AuthorizationServerUnavailable,
    request: IncomingMessage,
  ) => void;
};

const accepted = new WeakMap<IncomingMessage, AcceptedToken>();

/**
 * The token a middleware of this package accepted for a request.
 * @throws Error when none did: the route is not protected
 */
export function acceptedToken(request: IncomingMessage | { readonly raw: IncomingMessage }): AcceptedToken {
  const token = accepted.get('raw' in request ? request.raw : request);
  if (token === undefined)
    throw new Error('no access token was accepted for this request: is the route protected?');
  return token;
}

/** How a request that is not let through is answered. */
type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
};

function answerTo(refusal: TokenRefused | AuthorizationServerUnavailable, realm: string | undefined): Answer {
  const headers = { 'cache-control': 'no-store' };
  if (refusal instanceof AuthorizationServerUnavailable) {
    const body = {
      error: 'temporarily_unavailable',
      error_description: 'Access tokens cannot be checked now.',
    };
    return { status: 503, headers: { ...headers, 'retry-after': '5' }, body };
  }
  const { status, error, description } = refusal;
  return {
    status,
    headers: { ...headers, 'www-authenticate': refusal.challenge(realm) },
    body: { ...(error !== undefined && { error }), error_description: description },
  };
}

/** Decides about one request: `undefined` lets it through. Errors that are no decision are thrown. */
type Guard = (request: IncomingMessage) => Promise<Answer | undefined>;

function guard(verifier: TokenVerifier, options: MiddlewareOptions): Guard {
  const { realm, onRefused } = options;
  const scope = [options.scope ?? []].flat().flatMap((names) => names.split(' '));
  if (realm !== undefined && !/^[\x20\x21\x23-\x5B\x5D-\x7E]*$/.test(realm)) {
    throw new TypeError('realm may hold printable ASCII without quotes and backslashes');
  }
  const certificateOf: ClientCertificateOf = clientCertificateSource(options.trustedProxies);
  return async (request) => {
    try {
      const authorization = headerLines(request, 'authorization');
      const token = await verifier.verify(
        { authorization, certificate: certificateOf(request), url: request.url },
        scope,
      );
      accepted.set(request, token);
      return undefined;
    } catch (error) {
      if (!(error instanceof TokenRefused || error instanceof AuthorizationServerUnavailable)) throw error;
      onRefused?.(error, request);
      return answerTo(error, realm);
    }
  };
}

/**
 * Lets requests with an acceptable token through to `next`, in the style of Connect and Express; the token is then
 * found by {@link acceptedToken}. Every other request is answered here.
 */
export function nodeMiddleware(verifier: TokenVerifier, options: MiddlewareOptions = {}) {
  const decide = guard(verifier, options);
  return (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void => {
    decide(request).then((answer) => {
      if (answer === undefined) return next();
      const body = JSON.stringify(answer.body);
      response.writeHead(answer.status, { ...answer.headers, 'content-type': 'application/json' }).end(body);
    }, next);
  };
}

/** What of a Fastify reply is used. */
export type Reply = {
  code(status: number): Reply;
  headers(values: Record<string, string>): Reply;
  send(payload: unknown): unknown;
};

/** The same for Fastify: a `preHandler` hook, or an `onRequest` hook, which refuses before a body is read. */
export function fastifyPreHandler(verifier: TokenVerifier, options: MiddlewareOptions = {}) {
  const decide = guard(verifier, options);
  return async (request: { readonly raw: IncomingMessage }, reply: Reply): Promise<unknown> => {
    const answer = await decide(request.raw);
    return (
      answer &&
      reply
        .code(answer.status)
        .headers({ ...answer.headers })
        .send(answer.body)
    );
  };
}
