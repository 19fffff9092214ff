import { IncomingMessage } from 'node:http';
import { keepToken } from './adapter/accepted-token.ts';
import { guardedRequest } from './adapter/node-request.ts';
import { type Connection, guardedWebRequest, responseOf } from './adapter/web.ts';
import { type GuardOptions, guard } from './guard.ts';
import type { TokenVerifier } from './token-verifier.ts';

export { acceptedToken } from './adapter/accepted-token.ts';

/** What of a Hono context is used. */
export type Context = {
  readonly req: { readonly raw: Request };
  readonly env: unknown;
  header(name: string, value: string): void;
};

export type HonoOptions = GuardOptions<Request> & {
  /** Says what is known of the connection, where Hono does not run on Node.js. */
  readonly connectionOf?: (context: Context) => Connection;
};

/** The request of Node.js that `@hono/node-server` brings along. */
function incomingOf({ env }: Context): IncomingMessage | undefined {
  const incoming = typeof env === 'object' && env !== null && 'incoming' in env ? env.incoming : undefined;
  return incoming instanceof IncomingMessage ? incoming : undefined;
}

/** Middleware of Hono; the token is found by `acceptedToken(c.req.raw)`. */
export function honoMiddleware(verifier: TokenVerifier, options: HonoOptions = {}) {
  const { connectionOf, ...others } = options;
  const decide = guard(verifier, others);
  return async (context: Context, next: () => Promise<void>): Promise<Response | undefined> => {
    const { raw } = context.req;
    const incoming = connectionOf === undefined ? incomingOf(context) : undefined;
    const guarded = incoming
      ? guardedRequest(incoming)
      : guardedWebRequest(raw, connectionOf?.(context) ?? {});
    const verdict = await decide(guarded, raw);
    if ('answer' in verdict) return responseOf(verdict.answer);
    keepToken(raw, verdict.token);
    for (const [name, value] of Object.entries(verdict.headers)) context.header(name, value);
    await next();
    return undefined;
  };
}
