import { keepToken } from './adapter/accepted-token.ts';
import { guardedRequest, type NodeRequest } from './adapter/node-request.ts';
import { type GuardOptions, guard } from './guard.ts';
import type { TokenVerifier } from './token-verifier.ts';

export { acceptedToken } from './adapter/accepted-token.ts';

export type FastifyOptions = GuardOptions<NodeRequest>;

/** What of a Fastify reply is used. */
export type Reply = {
  code(status: number): Reply;
  headers(values: Record<string, string>): Reply;
  send(payload: unknown): unknown;
};

/** A `preHandler` hook, or an `onRequest` hook, which refuses before a body is read. */
export function fastifyPreHandler(verifier: TokenVerifier, options: FastifyOptions = {}) {
  const decide = guard(verifier, options);
  return async (request: { readonly raw: NodeRequest }, reply: Reply): Promise<unknown> => {
    const { raw } = request;
    const verdict = await decide(guardedRequest(raw), raw);
    if ('token' in verdict) {
      keepToken(raw, verdict.token);
      reply.headers({ ...verdict.headers });
      return undefined;
    }
    const { status, headers, body } = verdict.answer;
    return reply
      .code(status)
      .headers({ ...headers })
      .send(body);
  };
}
