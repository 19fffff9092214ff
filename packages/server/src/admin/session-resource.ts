import { z } from 'zod';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Storage } from '../storage/storage.ts';
import type { BrowserSessions } from '../user-authentication/browser-sessions.ts';
import type { Administrator } from './administrator.ts';
import { PageQuery, pageRequest } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';

export type SessionResourceContext = Pick<
  Storage,
  'users' | 'clients' | 'sessions' | 'consents' | 'grants'
> & {
  readonly events: EventRecorder;
  /** Ends sessions as their owner would, so that the applications signed in to hear of it. */
  readonly browserSessions: Pick<BrowserSessions, 'endOne' | 'endAll'>;
};

const SessionAnswer = z.object({
  session_id: z.string(),
  username: z.string(),
  signed_in_at: z.string(),
  last_seen_at: z.string(),
  expires_at: z.string(),
  amr: z.array(z.string()),
  client_ids: z.array(z.string()),
  remote_address: z.string().optional(),
  user_agent: z.string().optional(),
});
const ConsentAnswer = z.object({
  username: z.string(),
  client_id: z.string(),
  client_name: z.string(),
  scopes: z.array(z.string()),
  granted_at: z.string(),
});
const GrantAnswer = z.object({
  grant_id: z.string(),
  username: z.string(),
  client_id: z.string(),
  client_name: z.string(),
  scope: z.string(),
  created_at: z.string(),
  expires_at: z.string(),
});

const OfUser = PageQuery.extend({ username: z.string().max(255).optional() });
const OfUserAndClient = OfUser.extend({ client_id: z.string().max(200).optional() });
const listing = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item), next: z.string().optional() });
const tag = 'sessions';
const iso = (at: number) => new Date(at).toISOString();

/** `/sessions`, `/consents` and `/grants`: what people opened and allowed, and how it is taken back. */
export function sessionRoutes(context: SessionResourceContext): readonly AdminRoute[] {
  const { users, clients, sessions, consents, grants, events, browserSessions } = context;

  const userNamed = async (username: string) => {
    const user = await users.findByUsername(username);
    if (!user) throw new NotFound(`no account has the username ${JSON.stringify(username)}`);
    return user;
  };

  /** The filter of a listing; `undefined` for one that nothing can match. */
  const filterOf = async ({
    username,
    client_id,
  }: {
    username?: string | undefined;
    client_id?: string | undefined;
  }) => {
    const user = username ? await users.findByUsername(username) : undefined;
    if (username && !user) return undefined;
    return { ...(user && { sub: user.sub }), ...(client_id && { client_id }) };
  };

  /** Each name is looked up once a page. */
  const names = () => {
    const remembered = new Map<string, Promise<string>>();
    const once = (key: string, look: () => Promise<string>) => {
      const found = remembered.get(key) ?? look();
      remembered.set(key, found);
      return found;
    };
    return {
      username: (sub: string) => once(`u ${sub}`, async () => (await users.find(sub))?.username ?? sub),
      clientName: (client_id: string) =>
        once(
          `c ${client_id}`,
          async () => (await clients.find(client_id))?.metadata.client_name ?? client_id,
        ),
    };
  };

  const record = (type: string, by: Administrator, about: Readonly<Record<string, string>>) => {
    const { username, client_id, ...detail } = about;
    events.record({
      type,
      outcome: 'success',
      ...(username !== undefined && { username }),
      ...(client_id !== undefined && { client_id }),
      detail: { by: by.name, through: by.through, ...detail },
    });
  };

  return [
    adminRoute({
      method: 'GET',
      path: '/sessions',
      summary: 'List the sessions in which people are signed in, newest first',
      tag,
      scope: 'admin:read',
      query: OfUser,
      response: listing(SessionAnswer),
      handle: async ({ query }) => {
        const filter = await filterOf({ username: query.username });
        if (!filter) return { items: [] };
        const { items, next } = await sessions.list(filter, pageRequest(query), Date.now());
        const { username } = names();
        return {
          items: await Promise.all(
            items.map(async (session) => ({
              session_id: session.session_id,
              username: await username(session.sub),
              signed_in_at: iso(session.auth_time * 1000),
              last_seen_at: iso(session.last_seen_at),
              expires_at: iso(session.expires_at),
              amr: [...session.amr],
              client_ids: [...session.client_ids],
              ...(session.remote_address !== undefined && { remote_address: session.remote_address }),
              ...(session.user_agent !== undefined && { user_agent: session.user_agent }),
            })),
          ),
          ...(next !== undefined && { next }),
        };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/sessions/{session_id}',
      summary: 'End a session: the person must sign in again',
      tag,
      scope: 'admin:users',
      params: z.object({ session_id: z.string() }),
      response: z.unknown(),
      status: 204,
      handle: async ({ params, administrator }) => {
        const session = await sessions.find(params.session_id);
        if (!session || !(await browserSessions.endOne(session))) {
          throw new NotFound(`there is no session ${params.session_id}`);
        }
        const username = (await users.find(session.sub))?.username ?? session.sub;
        record('session.ended', administrator, { username, session_id: params.session_id });
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/sessions',
      summary: 'End all sessions of a person and revoke everything issued to them',
      tag,
      scope: 'admin:users',
      params: z.object({ username: z.string() }),
      response: z.object({ sessions: z.number(), grants: z.number() }),
      handle: async ({ params, administrator }) => {
        const { sub, username } = await userNamed(params.username);
        const ended = {
          sessions: await browserSessions.endAll({ sub }),
          grants: await grants.revokeAll({ sub }, Date.now()),
        };
        record('user.signed_out', administrator, { username });
        return ended;
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/consents',
      summary: 'List what people agreed to share with clients, newest first',
      tag,
      scope: 'admin:read',
      query: OfUserAndClient,
      response: listing(ConsentAnswer),
      handle: async ({ query }) => {
        const filter = await filterOf(query);
        if (!filter) return { items: [] };
        const { items, next } = await consents.list(filter, pageRequest(query));
        const { username, clientName } = names();
        return {
          items: await Promise.all(
            items.map(async ({ sub, client_id, scopes, granted_at }) => ({
              username: await username(sub),
              client_id,
              client_name: await clientName(client_id),
              scopes: [...scopes],
              granted_at: iso(granted_at),
            })),
          ),
          ...(next !== undefined && { next }),
        };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/consents/{client_id}',
      summary: 'Forget a consent and revoke what the client holds for the person',
      tag,
      scope: 'admin:users',
      params: z.object({ username: z.string(), client_id: z.string() }),
      response: z.unknown(),
      status: 204,
      handle: async ({ params, administrator }) => {
        const { sub, username } = await userNamed(params.username);
        const { client_id } = params;
        if (!(await consents.remove(sub, client_id))) {
          throw new NotFound(`${username} gave no consent to ${client_id}`);
        }
        await grants.revokeAll({ sub, client_id }, Date.now());
        record('consent.revoked', administrator, { username, client_id });
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/grants',
      summary: 'List the authorizations in force, newest first; codes and tokens come from them',
      tag,
      scope: 'admin:read',
      query: OfUserAndClient,
      response: listing(GrantAnswer),
      handle: async ({ query }) => {
        const filter = await filterOf(query);
        if (!filter) return { items: [] };
        const { items, next } = await grants.list(filter, pageRequest(query), Date.now());
        const { username, clientName } = names();
        return {
          items: await Promise.all(
            items.map(async ({ grant_id, sub, client_id, scope, created_at, expires_at }) => ({
              grant_id,
              username: await username(sub),
              client_id,
              client_name: await clientName(client_id),
              scope,
              created_at: iso(created_at),
              expires_at: iso(expires_at),
            })),
          ),
          ...(next !== undefined && { next }),
        };
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/grants/{grant_id}',
      summary: 'Revoke an authorization and every token that came from it',
      tag,
      scope: 'admin:users',
      params: z.object({ grant_id: z.string() }),
      response: z.unknown(),
      status: 204,
      handle: async ({ params, administrator }) => {
        const grant = await grants.find(params.grant_id);
        if (!grant || !(await grants.revoke(params.grant_id, Date.now()))) {
          throw new NotFound(`there is no authorization ${params.grant_id} in force`);
        }
        const username = (await users.find(grant.sub))?.username ?? grant.sub;
        record('grant.revoked', administrator, {
          username,
          client_id: grant.client_id,
          grant_id: params.grant_id,
        });
      },
    }),
  ];
}
