import { z } from 'zod';
import type { ListingPage } from '../storage/storage.ts';
import type { Holder, NamedHolder } from '../user/group.ts';
import { pageAnswer, pageOf } from './page.ts';
import { Timestamp, timestamp } from './timestamp.ts';

/** A page of people, clients or groups that belong to something is asked for without a search. */
export const HolderPageQuery = z.object({
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const holderPageRequest = ({ after, limit }: z.infer<typeof HolderPageQuery>) => ({
  limit,
  ...(after !== undefined && { after }),
});

const added_at = Timestamp.describe('Since when.');

export const HoldingPerson = z
  .object({ sub: z.string(), username: z.string(), added_at })
  .meta({ id: 'HoldingPerson' });
export const HoldingClient = z
  .object({ client_id: z.string(), client_name: z.string(), added_at })
  .meta({ id: 'HoldingClient' });
export const HoldingGroup = z
  .object({ group_id: z.string(), name: z.string(), added_at })
  .meta({ id: 'HoldingGroup' });
export const PersonPage = pageOf('HoldingPersonPage', HoldingPerson);
export const ClientPage = pageOf('HoldingClientPage', HoldingClient);
export const GroupPage = pageOf('HoldingGroupPage', HoldingGroup);

export const peopleAnswer = (page: ListingPage<NamedHolder>) =>
  pageAnswer(page, ({ id, name, added_at }) => ({ sub: id, username: name, added_at: timestamp(added_at) }));

export const clientsAnswer = (page: ListingPage<NamedHolder>) =>
  pageAnswer(page, ({ id, name, added_at }) => ({
    client_id: id,
    client_name: name,
    added_at: timestamp(added_at),
  }));

export const groupsAnswer = (page: ListingPage<NamedHolder>) =>
  pageAnswer(page, ({ id, name, added_at }) => ({ group_id: id, name, added_at: timestamp(added_at) }));

/** How many there are of each kind. */
export const HolderCounts = z
  .object({ people: z.int(), clients: z.int(), groups: z.int() })
  .meta({ id: 'HolderCounts' });

export const asPerson = (sub: string) => ({ kind: 'person', id: sub }) as const satisfies Holder;
export const asClient = (client_id: string) => ({ kind: 'client', id: client_id }) as const satisfies Holder;
export const asGroup = (group_id: string) => ({ kind: 'group', id: group_id }) as const satisfies Holder;
