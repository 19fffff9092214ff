import { z } from 'zod';
import { changesBetween } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/storage-errors.ts';
import {
  eventOfDone,
  filterOf,
  namesOfPage,
  OfPersonAndClient,
  timedRequest,
  userNamed,
} from './of-person.ts';
import { refuseOverAdministrators } from './over-administrators.ts';
import { pageAnswer, pageOf } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const ConsentAnswer = z
  .object({
    username: z.string(),
    client_id: z.string(),
    client_name: z.string(),
    scopes: z.array(z.string()),
    granted_at: Timestamp,
  })
  .meta({ id: 'Consent' });

const tag = 'sessions';

/** `/consents`: what people agreed to share with clients, and how it is taken back. */
export function consentRoutes(
  storage: Pick<Storage, 'users' | 'clients' | 'consents' | 'grants' | 'commit'>,
  events: EventRecorder,
): readonly AdminRoute[] {
  const { users, clients, consents, grants } = storage;
  return [
    adminRoute({
      method: 'GET',
      path: '/consents',
      summary: 'List what people agreed to share with clients, newest first',
      tag,
      area: 'people',
      access: 'read',
      query: OfPersonAndClient,
      response: pageOf('ConsentPage', ConsentAnswer),
      handle: async ({ query }) => {
        const filter = await filterOf(users, query);
        if (!filter) return { items: [] };
        const { username, clientName } = namesOfPage({ users, clients });
        const page = await consents.list(filter, timedRequest(query));
        return pageAnswer(page, async ({ sub, client_id, scopes, granted_at }) => ({
          username: await username(sub),
          client_id,
          client_name: await clientName(client_id),
          scopes: [...scopes],
          granted_at: timestamp(granted_at),
        }));
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/users/{username}/consents/{client_id}',
      summary: 'Forget a consent and revoke what the client holds for the person',
      tag,
      area: 'people',
      access: 'write',
      params: z.object({ username: z.string(), client_id: z.string() }),
      handle: async ({ params, administrator, now }) => {
        const user = await userNamed(users, params.username);
        refuseOverAdministrators(administrator, user);
        const { sub, username } = user;
        const { client_id } = params;
        const { outcome } = await tryChange(
          { storage, events },
          [consents.steps.remove(sub, client_id), grants.steps.revokeAll({ sub, client_id }, now)],
          eventOfDone(
            'consent.revoked',
            administrator,
            { kind: 'consent', id: `${sub} ${client_id}` },
            { username, client_id, sub, grants: await grants.count({ sub, client_id }, now) },
            // Of one that cannot be read it is not known what it said; it ends all the same.
            changesBetween(
              { scopes: (await unlessUnreadable(consents.find(sub, client_id)))?.scopes },
              undefined,
            ),
          ),
        );
        if (outcome === 'refused') throw new NotFound(`${username} gave no consent to ${client_id}`);
      },
    }),
  ];
}
