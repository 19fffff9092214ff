import { z } from 'zod';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { InitialAccessTokens } from '../registration/initial-access-tokens.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';

const Answer = z.object({
  token_id: z.string(),
  label: z.string(),
  clients_allowed: z.number(),
  clients_registered: z.number(),
  created_at: z.string(),
  expires_at: z.string(),
  /** The token itself, in the answer that made it alone. */
  initial_access_token: z.string().optional(),
});

/** An initial access token as administrators see it: everything but the token. */
export function initialAccessTokenAnswer(token: InitialAccessToken): z.infer<typeof Answer> {
  const { token_sha256: _hash, created_at, expires_at, ...rest } = token;
  return {
    ...rest,
    created_at: new Date(created_at).toISOString(),
    expires_at: new Date(expires_at).toISOString(),
  };
}

const Body = z.strictObject({
  label: z.string().min(1).max(200),
  /** Seconds. */
  lifetime: z.int().min(1).max(315_360_000).optional(),
  clients: z.int().min(1).max(1_000_000).optional(),
});
const ById = z.object({ token_id: z.string() });
const tag = 'registration';

/**
 * `/registration-tokens`: leave for others to register clients (RFC 7591 §3).
 * @param defaults `[registration]` of now: seconds, and clients a token
 */
export function initialAccessTokenRoutes(
  tokens: InitialAccessTokens,
  defaults: () => { readonly lifetime: number; readonly clients: number },
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/registration-tokens',
      summary: 'List initial access tokens, newest first',
      tag,
      scope: 'admin:read',
      response: z.object({ items: z.array(Answer) }),
      handle: async () => ({ items: (await tokens.list()).map(initialAccessTokenAnswer) }),
    }),
    adminRoute({
      method: 'POST',
      path: '/registration-tokens',
      summary: 'Make an initial access token; the answer shows it, once',
      tag,
      scope: 'admin:clients',
      body: Body,
      response: Answer,
      status: 201,
      handle: async ({ body, administrator }) => {
        const { lifetime, clients } = defaults();
        const wanted = {
          label: body.label,
          lifetime: body.lifetime ?? lifetime,
          clients: body.clients ?? clients,
        };
        const { token, record } = await tokens.add(wanted, administrator);
        return { ...initialAccessTokenAnswer(record), initial_access_token: token };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/registration-tokens/{token_id}',
      summary: 'Remove an initial access token; clients registered with it stay',
      tag,
      scope: 'admin:clients',
      params: ById,
      response: z.unknown(),
      status: 204,
      handle: async ({ params, administrator }) => {
        if (await tokens.remove(params.token_id, administrator)) return;
        throw new NotFound(`there is no initial access token ${params.token_id}`);
      },
    }),
  ];
}
