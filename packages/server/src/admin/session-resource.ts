import { z } from 'zod';
import { browserName } from '../endpoint/sign-in/browser-name.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { commitChange, tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { Session } from '../user/session.ts';
import type { BrowserSessions } from '../user-authentication/browser-sessions.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import {
  ByUsername,
  eventOfDone,
  filterOf,
  namesOfPage,
  OfPerson,
  timedRequest,
  userNamed,
  usernameOf,
} from './of-person.ts';
import { foundFor, refuseOverAdministrators, refuseOverOwner } from './over-administrators.ts';
import { pageAnswer, pageOf } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { SignedOut } from './signed-out.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const SessionAnswer = z
  .object({
    session_id: z.string(),
    username: z.string(),
    signed_in_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    amr: z.array(z.string()).describe('How the person signed in (RFC 8176).'),
    client_ids: z.array(z.string()).describe('The clients signed in to.'),
    remote_address: z.string().optional(),
    user_agent: z.string().optional(),
    device: z
      .string()
      .optional()
      .describe('Browser and system, as far as user_agent names them: `Firefox, Linux`.'),
  })
  .meta({ id: 'Session' });
function sessionAnswer(session: Session, username: string): z.infer<typeof SessionAnswer> {
  const { remote_address, user_agent } = session;
  const device = browserName(user_agent);
  return {
    session_id: session.session_id,
    username,
    signed_in_at: timestamp(session.auth_time * 1000),
    last_seen_at: timestamp(session.last_seen_at),
    expires_at: timestamp(session.prolonged_until ?? session.expires_at),
    amr: [...session.amr],
    client_ids: [...session.client_ids],
    ...(remote_address !== undefined && { remote_address }),
    ...(user_agent !== undefined && { user_agent }),
    ...(device !== undefined && { device }),
  };
}

const tag = 'sessions';

/**
 * `/sessions`: where people are signed in, and how that is ended.
 * @param browserSessions ends sessions as their owner would, so that the applications signed in to hear of it
 */
export function sessionRoutes(
  storage: Pick<Storage, 'users' | 'clients' | 'sessions' | 'commit'>,
  browserSessions: Pick<BrowserSessions, 'ending'>,
  endAccess: EndAccess,
  events: EventRecorder,
): readonly AdminRoute[] {
  const { users, clients, sessions } = storage;
  return [
    adminRoute({
      method: 'GET',
      path: '/sessions',
      summary: 'List the sessions in which people are signed in, newest first',
      tag,
      area: 'people',
      access: 'read',
      query: OfPerson,
      response: pageOf('SessionPage', SessionAnswer),
      handle: async ({ query, now }) => {
        const filter = await filterOf(users, { username: query.username });
        if (!filter) return { items: [] };
        const { username } = namesOfPage({ users, clients });
        return pageAnswer(await sessions.list(filter, timedRequest(query), now), async (session) =>
          sessionAnswer(session, await username(session.sub)),
        );
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/sessions/{session_id}',
      summary: 'End a session: the person must sign in again',
      tag,
      area: 'people',
      access: 'write',
      params: z.object({ session_id: z.string() }),
      handle: async ({ params: { session_id }, administrator }) => {
        const session = await foundFor(administrator, sessions.find(session_id));
        // Of one that cannot be read nobody knows whose it is; it ends all the same.
        const ending = session && browserSessions.ending(session);
        const username = session ? await usernameOf(users, session.sub) : 'unknown';
        await refuseOverOwner(users, administrator, session?.sub);
        const { outcome } = await tryChange(
          { storage, events },
          ending?.steps ?? [sessions.steps.remove(session_id)],
          eventOfDone(
            'session.ended',
            administrator,
            { kind: 'session', id: session_id },
            { username, ...(session && { sub: session.sub }), session_id },
          ),
        );
        if (outcome === 'refused') throw new NotFound(`there is no session ${session_id}`);
        ending?.settle();
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/sessions',
      summary: 'End all sessions of a person and revoke everything issued to them',
      tag,
      area: 'people',
      access: 'write',
      params: ByUsername,
      response: SignedOut,
      handle: async ({ params, administrator }) => {
        const user = await userNamed(users, params.username);
        refuseOverAdministrators(administrator, user);
        const { sub, username } = user;
        const ending = await endAccess({ sub });
        await commitChange(
          { storage, events },
          ending.steps,
          eventOfDone(
            'user.signed_out',
            administrator,
            { kind: 'user', id: sub },
            { username, sub, ...ending.detail },
          ),
        );
        ending.settle();
        return ending.ended;
      },
    }),
  ];
}
