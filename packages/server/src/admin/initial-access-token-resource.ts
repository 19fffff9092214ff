import { z } from 'zod';
import type { InitialAccessToken } from '../client/initial-access-token.ts';
import type { InitialAccessTokens } from '../registration/initial-access-tokens.ts';
import type { GroupStore } from '../storage/storage.ts';
import { requireEverywhere } from './client-reach.ts';
import { allOf } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

export const InitialAccessTokenAnswer = z
  .object({
    token_id: z.string(),
    label: z.string(),
    clients_allowed: z.int(),
    clients_registered: z.int(),
    created_at: Timestamp,
    expires_at: Timestamp,
    group_id: z.string().optional().describe('The group that the clients it registers are put into.'),
    group: z.string().optional().describe('Its name; absent where the group is gone.'),
  })
  .meta({ id: 'InitialAccessToken' });
export const IssuedInitialAccessToken = z
  .object({
    ...InitialAccessTokenAnswer.shape,
    initial_access_token: z.string().describe('The token itself, shown once.'),
  })
  .meta({ id: 'IssuedInitialAccessToken' });

/** An initial access token as administrators see it: everything but the token. */
export async function initialAccessTokenAnswer(
  token: InitialAccessToken,
  groups: Pick<GroupStore, 'find'>,
): Promise<z.infer<typeof InitialAccessTokenAnswer>> {
  const { token_sha256: _hash, created_at, expires_at, ...rest } = token;
  const group = rest.group_id === undefined ? undefined : await groups.find(rest.group_id);
  return {
    ...rest,
    ...(group && { group: group.name }),
    created_at: timestamp(created_at),
    expires_at: timestamp(expires_at),
  };
}

/** All of them, as they are seen. */
export const initialAccessTokenAnswers = (
  tokens: readonly InitialAccessToken[],
  groups: Pick<GroupStore, 'find'>,
): Promise<z.infer<typeof InitialAccessTokenAnswer>[]> =>
  Promise.all(tokens.map((token) => initialAccessTokenAnswer(token, groups)));

const Body = z
  .strictObject({
    label: z.string().min(1).max(200).describe('Whom it is given to, for people.'),
    lifetime: z.int().min(1).max(315_360_000).optional().describe('Seconds.'),
    clients: z.int().min(1).max(1_000_000).optional().describe('How many it may register.'),
    group: z
      .string()
      .max(200)
      .optional()
      .describe('The name of the group that these clients are put into; none when absent.'),
  })
  .meta({ id: 'NewInitialAccessToken' });
const ById = z.object({ token_id: z.string() });
const tag = 'registration';

/**
 * `/registration-tokens`: leave for others to register clients (RFC 7591 §3).
 * @param defaults `[registration]` of now: seconds, and clients a token
 */
export function initialAccessTokenRoutes(
  tokens: InitialAccessTokens,
  groups: Pick<GroupStore, 'find'>,
  defaults: () => { readonly lifetime: number; readonly clients: number },
): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'GET',
      path: '/registration-tokens',
      summary: 'List initial access tokens, newest first',
      tag,
      area: 'clients',
      access: 'read',
      response: allOf('InitialAccessTokens', InitialAccessTokenAnswer),
      handle: async ({ administrator }) => {
        requireEverywhere(administrator, 'clients:read');
        return { items: await initialAccessTokenAnswers(await tokens.list(), groups) };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/registration-tokens',
      summary: 'Make an initial access token; the answer shows it, once',
      tag,
      area: 'clients',
      access: 'write',
      body: Body,
      response: IssuedInitialAccessToken,
      status: 201,
      handle: async ({ body, administrator }) => {
        requireEverywhere(administrator, 'clients:write');
        const { lifetime, clients } = defaults();
        const wanted = {
          label: body.label,
          lifetime: body.lifetime ?? lifetime,
          clients: body.clients ?? clients,
          group: body.group,
        };
        const { token, record } = await tokens.add(wanted, administrator);
        return { ...(await initialAccessTokenAnswer(record, groups)), initial_access_token: token };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/registration-tokens/{token_id}',
      summary: 'Remove an initial access token; clients registered with it stay',
      tag,
      area: 'clients',
      access: 'write',
      params: ById,
      handle: async ({ params, administrator }) => {
        requireEverywhere(administrator, 'clients:write');
        if (await tokens.remove(params.token_id, administrator)) return;
        throw new NotFound(`there is no initial access token ${params.token_id}`);
      },
    }),
  ];
}
