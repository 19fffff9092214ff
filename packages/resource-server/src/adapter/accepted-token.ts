import type { AcceptedToken } from '../token-verifier.ts';

const accepted = new WeakMap<object, AcceptedToken>();

/** Keeps the token of a request for the route behind the middleware. */
export const keepToken = (request: object, token: AcceptedToken): void => {
  accepted.set(request, token);
};

/**
 * The token a middleware of this package accepted for a request.
 * @param request of Node.js, Express or Web, or what carries one in `raw` as Fastify's does
 * @throws Error when none did: the route is not protected
 */
export function acceptedToken(request: object): AcceptedToken {
  const carried = 'raw' in request && typeof request.raw === 'object' ? request.raw : undefined;
  const token = accepted.get(request) ?? (carried ? accepted.get(carried) : undefined);
  if (token === undefined)
    throw new Error('no access token was accepted for this request: is the route protected?');
  return token;
}
