import { z } from 'zod';
import type { Changes } from '../event/changes.ts';
import type { EventDraft, EventObject } from '../event/event.ts';
import type { EventType } from '../event/event-types.ts';
import type { Storage, TimedRequest } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import type { User } from '../user/user.ts';
import type { Administrator } from './administrator.ts';
import { PageQuery, pageRequest } from './page.ts';
import { NotFound } from './route.ts';

/** A path that names an account. */
export const ByUsername = z.object({ username: z.string() });

/** Narrows a listing to what is one person's. */
export const OfPerson = PageQuery.extend({
  username: z.string().max(255).optional(),
  order: z.enum(['desc', 'asc']).default('desc').describe('The newest first, or the oldest.'),
});

/** Narrows a listing to what is one person's at one client. */
export const OfPersonAndClient = OfPerson.extend({ client_id: z.string().max(200).optional() });

/** @throws NotFound */
export async function userNamed(users: Storage['users'], username: string): Promise<User> {
  const user = await users.findByUsername(username);
  if (!user) throw new NotFound(`no account has the username ${JSON.stringify(username)}`);
  return user;
}

/** The filter of a listing; undefined for one that nothing can match. */
export async function filterOf(
  users: Storage['users'],
  {
    username,
    client_id,
  }: { readonly username?: string | undefined; readonly client_id?: string | undefined },
) {
  const user = username ? await users.findByUsername(username) : undefined;
  if (username && !user) return undefined;
  return { ...(user && { sub: user.sub }), ...(client_id && { client_id }) };
}

/** The username of a `sub`; the `sub` itself once the account is gone. */
export const usernameOf = async (users: Storage['users'], sub: string): Promise<string> =>
  (await unlessUnreadable(users.find(sub)))?.username ?? sub;

/** The names of one page's people and clients: each is looked up once. */
export function namesOfPage({ users, clients }: Pick<Storage, 'users' | 'clients'>) {
  const once = (look: (key: string) => Promise<string>) => {
    const remembered = new Map<string, Promise<string>>();
    return (key: string): Promise<string> => {
      const found = remembered.get(key) ?? look(key);
      remembered.set(key, found);
      return found;
    };
  };
  return {
    username: once((sub) => usernameOf(users, sub)),
    clientName: once(
      async (client_id) =>
        (await unlessUnreadable(clients.find(client_id)))?.metadata.client_name ?? client_id,
    ),
  };
}

/** What an administrator did about a person: one event, which names both, and what it was done to. */
export function eventOfDone(
  type: EventType,
  by: Administrator,
  object: EventObject,
  about: { readonly username: string; readonly client_id?: string; readonly [detail: string]: unknown },
  changes?: Changes,
): EventDraft {
  const { username, client_id, ...detail } = about;
  return {
    type,
    outcome: 'success',
    username,
    ...(client_id !== undefined && { client_id }),
    actor: by,
    object,
    ...(changes && { changes }),
    ...(Object.keys(detail).length > 0 && { detail }),
  };
}

/** A page of a listing by time, read the way that was asked. */
export const timedRequest = ({ order, ...page }: z.infer<typeof OfPerson>): TimedRequest => ({
  ...pageRequest(page),
  ...(order === 'asc' && { isOldestFirst: true }),
});
