import { z } from 'zod';
import type { UserStore } from '../storage/storage.ts';
import type { Holder } from '../user/group.ts';
import type { Administrator } from './administrator.ts';
import { requireEverywhere } from './client-reach.ts';
import { asClient, asGroup, asPerson } from './holder-answers.ts';
import { type AdminRoute, adminRoute, InvalidInput, NotFound } from './route.ts';

/** Of one kind in one request. */
const MOST = 1000;
const names = (what: string) => z.array(z.string().max(400)).max(MOST).default([]).describe(what);

/** Several people and clients by their names. */
export const NamedMembers = z
  .strictObject({ people: names('Usernames.'), clients: names('Values of `client_id`.') })
  .meta({ id: 'NamedMembers' });
/** Several people, clients and groups by their names. */
export const NamedHolders = z
  .strictObject({ ...NamedMembers.shape, groups: names('Values of `group_id`.') })
  .meta({ id: 'NamedHolders' });
type Named = Pick<z.output<typeof NamedHolders>, 'people' | 'clients'> &
  Partial<z.output<typeof NamedHolders>>;

export const AddedHolders = z
  .object({
    added: z.int().describe('How many of them are new.'),
    there_before: z.int().describe('How many of them were there already.'),
  })
  .meta({ id: 'AddedHolders' });

/** Everybody who is named. @throws NotFound; InvalidInput where nobody is */
async function holdersOf(
  users: Pick<UserStore, 'subOf'>,
  { people, clients, groups = [] }: Named,
): Promise<readonly Holder[]> {
  if (people.length + clients.length + groups.length === 0)
    throw new InvalidInput('people', 'nobody is named');
  const persons = await Promise.all(
    people.map(async (username) => {
      const sub = await users.subOf(username);
      if (sub === undefined) throw new NotFound(`no account has the username ${JSON.stringify(username)}`);
      return asPerson(sub);
    }),
  );
  return [...persons, ...clients.map(asClient), ...groups.map(asGroup)];
}

/** Takes several into a group or gives them a role in one unit of work, and takes them out again. */
export function holderBulkRoutes<Body extends Named, Params>(
  users: Pick<UserStore, 'subOf'>,
  about: {
    /** Of those who are in it, below which `/add` and `/remove` stand. */
    readonly path: string;
    readonly params: z.ZodType<Params>;
    readonly body: z.ZodType<Body>;
    readonly tag: string;
    readonly summaries: { readonly add: string; readonly remove: string };
    /** Whether who says which clients these are gives power over them. */
    readonly isReach: boolean;
    /** @returns those who are new */
    add(params: Params, holders: readonly Holder[], by: Administrator): Promise<readonly Holder[]>;
    remove(params: Params, holders: readonly Holder[], by: Administrator): Promise<void>;
  },
): readonly AdminRoute[] {
  const { path, params, body, tag, summaries } = about;
  const named = (given: Body, administrator: Administrator) => {
    if (about.isReach && given.clients.length > 0) requireEverywhere(administrator, 'clients:write');
    return holdersOf(users, given);
  };
  return [
    adminRoute({
      method: 'POST',
      path: `${path}/add`,
      summary: summaries.add,
      tag,
      area: 'people',
      access: 'write',
      params,
      body,
      response: AddedHolders,
      handle: async ({ params, body: given, administrator }) => {
        const holders = await named(given, administrator);
        const { length: added } = await about.add(params, holders, administrator);
        return { added, there_before: holders.length - added };
      },
    }),
    adminRoute({
      method: 'POST',
      path: `${path}/remove`,
      summary: summaries.remove,
      tag,
      area: 'people',
      access: 'write',
      params,
      body,
      handle: async ({ params, body: given, administrator }) =>
        about.remove(params, await named(given, administrator), administrator),
    }),
  ];
}
