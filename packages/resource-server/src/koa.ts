import type { IncomingMessage } from 'node:http';
import { keepToken } from './adapter/accepted-token.ts';
import { guardedRequest, type NodeRequest } from './adapter/node-request.ts';
import { type GuardOptions, guard } from './guard.ts';
import type { TokenVerifier } from './token-verifier.ts';

export { acceptedToken } from './adapter/accepted-token.ts';

export type KoaOptions = GuardOptions<NodeRequest>;

/** What of a Koa context is used. */
export type Context = {
  readonly req: IncomingMessage;
  readonly originalUrl: string;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
};

/** Middleware of Koa; the token is found by `acceptedToken(ctx.req)`. */
export function koaMiddleware(verifier: TokenVerifier, options: KoaOptions = {}) {
  const decide = guard(verifier, options);
  return async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    const { req } = context;
    const verdict = await decide(guardedRequest(req, context.originalUrl), req);
    if ('token' in verdict) {
      keepToken(req, verdict.token);
      context.set({ ...verdict.headers });
      await next();
      return;
    }
    const { status, headers, body } = verdict.answer;
    context.status = status;
    context.set({ ...headers });
    context.body = body;
  };
}
