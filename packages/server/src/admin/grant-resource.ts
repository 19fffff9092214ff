import { z } from 'zod';
import { changesBetween } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { tryChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import { withinReach } from './client-reach.ts';
import {
  eventOfDone,
  filterOf,
  namesOfPage,
  OfPersonAndClient,
  timedRequest,
  usernameOf,
} from './of-person.ts';
import { foundFor, refuseOverOwner } from './over-administrators.ts';
import { pageAnswer, pageOf } from './page.ts';
import { type AdminRoute, adminRoute, NotFound } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

const GrantAnswer = z
  .object({
    grant_id: z.string(),
    username: z.string(),
    client_id: z.string(),
    client_name: z.string(),
    scope: z.string(),
    created_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'Grant' });

const tag = 'sessions';

/** `/grants`: the authorizations that codes and tokens come from, and how they are revoked. */
export function grantRoutes(
  storage: Pick<Storage, 'users' | 'clients' | 'grants' | 'commit'>,
  events: EventRecorder,
): readonly AdminRoute[] {
  const { users, clients, grants } = storage;
  return [
    adminRoute({
      method: 'GET',
      path: '/grants',
      summary:
        'List the authorizations in force, newest first; codes and tokens come from them. Who reads clients alone sees those at these clients',
      tag,
      area: ['people', 'clients'],
      access: 'read',
      query: OfPersonAndClient,
      response: pageOf('GrantPage', GrantAnswer),
      handle: async ({ query, administrator, now }) => {
        const filter = await filterOf(users, query);
        if (!filter) return { items: [] };
        const { username, clientName } = namesOfPage({ users, clients });
        const seen = administrator.power.has('people:read') ? {} : withinReach(administrator, 'clients:read');
        const page = await grants.list({ ...filter, ...seen }, timedRequest(query), now);
        return pageAnswer(page, async ({ grant_id, sub, client_id, scope, created_at, expires_at }) => ({
          grant_id,
          username: await username(sub),
          client_id,
          client_name: await clientName(client_id),
          scope,
          created_at: timestamp(created_at),
          expires_at: timestamp(expires_at),
        }));
      },
    }),
    adminRoute({
      method: 'DELETE',
      path: '/grants/{grant_id}',
      summary: 'Revoke an authorization and every token that came from it',
      tag,
      area: 'people',
      access: 'write',
      params: z.object({ grant_id: z.string() }),
      handle: async ({ params: { grant_id }, administrator, now }) => {
        // Of one that cannot be read nobody knows whose it is; it ends all the same.
        const grant = await foundFor(administrator, grants.find(grant_id));
        const username = grant ? await usernameOf(users, grant.sub) : 'unknown';
        await refuseOverOwner(users, administrator, grant?.sub);
        const { outcome } = await tryChange(
          { storage, events },
          [grants.steps.end(grant_id, now)],
          eventOfDone(
            'grant.revoked',
            administrator,
            { kind: 'grant', id: grant_id },
            { username, ...(grant && { client_id: grant.client_id, sub: grant.sub }), grant_id },
            grant && changesBetween({ scope: grant.scope }, undefined),
          ),
        );
        if (outcome === 'refused') throw new NotFound(`there is no authorization ${grant_id} in force`);
      },
    }),
  ];
}
