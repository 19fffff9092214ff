import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { type Answer, type GuardOptions, guard } from '../guard.ts';
import type { ResourceMetadata } from '../resource-metadata.ts';
import type { TokenVerifier } from '../token-verifier.ts';
import { keepToken } from './accepted-token.ts';
import { guardedRequest, type NodeRequest } from './node-request.ts';

export type NodeOptions = GuardOptions<NodeRequest>;
type NodeResponse = ServerResponse | Http2ServerResponse;

/** A request as Express and Connect hand it on: `url` is shortened by where a router stands. */
type MountedRequest = NodeRequest & { readonly originalUrl?: string };

function send(response: NodeResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}

/**
 * Lets requests with an acceptable token through to `next`, in the style of Connect; the token is then found by
 * `acceptedToken`. Every other request is answered here.
 */
export function nodeMiddleware(verifier: TokenVerifier, options: NodeOptions = {}) {
  const decide = guard(verifier, options);
  return (request: MountedRequest, response: NodeResponse, next: (error?: unknown) => void): void => {
    decide(guardedRequest(request, request.originalUrl ?? request.url), request).then((verdict) => {
      if ('answer' in verdict) return send(response, verdict.answer);
      keepToken(request, verdict.token);
      for (const [name, value] of Object.entries(verdict.headers)) response.setHeader(name, value);
      next();
    }, next);
  };
}

/** Serves the metadata of the resource at its path (RFC 9728 §3.2), and hands every other request on. */
export function nodeMetadata({ path, document }: ResourceMetadata) {
  const body = JSON.stringify(document);
  return (request: MountedRequest, response: NodeResponse, next: () => void): void => {
    const [asked] = (request.originalUrl ?? request.url ?? '').split('?');
    if (asked !== path || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.setHeader('cache-control', 'max-age=3600');
    response.end(request.method === 'HEAD' ? '' : body);
  };
}
