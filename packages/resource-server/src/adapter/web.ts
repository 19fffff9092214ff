import type { X509Certificate } from 'node:crypto';
import { type Answer, type GuardedRequest, type GuardOptions, guard } from '../guard.ts';
import type { AcceptedToken, TokenVerifier } from '../token-verifier.ts';
import { keepToken } from './accepted-token.ts';

export { acceptedToken } from './accepted-token.ts';

export type WebOptions = GuardOptions<Request>;

/** What a Web request does not say of the connection it came over; whoever serves it knows. */
export type Connection = {
  /** The certificate whose key was proved in the TLS handshake. */
  readonly certificate?: X509Certificate | undefined;
  /** Who is at the other end of the connection: only a trusted proxy's address makes its header count. */
  readonly remoteAddress?: string | undefined;
};

/** A response of the Web platform that says what an answer says. */
export const responseOf = ({ status, headers, body }: Answer): Response =>
  Response.json(body, { status, headers: { ...headers } });

/** A Web request as the guard reads it. The platform has joined repeated headers, which no parser here takes for one. */
export function guardedWebRequest(request: Request, connection: Connection): GuardedRequest {
  const { pathname, search } = new URL(request.url);
  return {
    method: request.method,
    url: `${pathname}${search}`,
    remoteAddress: connection.remoteAddress,
    header(name) {
      const value = request.headers.get(name);
      return value === null ? [] : [value];
    },
    handshake: () => connection.certificate,
  };
}

/**
 * For handlers of Web requests: gives the accepted token with headers for the answer, or the response that refuses. The
 * token is found by `acceptedToken(request)`, too.
 */
export function webGuard(verifier: TokenVerifier, options: WebOptions = {}) {
  const decide = guard(verifier, options);
  return async (
    request: Request,
    connection: Connection = {},
  ): Promise<
    { readonly token: AcceptedToken; readonly headers: Readonly<Record<string, string>> } | Response
  > => {
    const verdict = await decide(guardedWebRequest(request, connection), request);
    if ('answer' in verdict) return responseOf(verdict.answer);
    keepToken(request, verdict.token);
    return verdict;
  };
}
