import { z } from 'zod';
import { foldCase } from '../../storage/search-text.ts';
import { type AdminCall, pathOf } from '../administration/admin-api-client.ts';
import type { Deployment } from './deployment.ts';
import { type Fields, InvalidResource } from './resource.ts';

const Names = z.array(z.string().min(1).max(200)).max(1000);

/** The groups and roles that a file may name, by their names. */
export const MEMBER_OF = Names.optional().describe(
  'Names of the groups that it is a member of itself. Where it is left out memberships are not looked at.',
);
export const HOLDS = Names.optional().describe(
  'Names of the roles that it holds itself. Where it is left out roles are not looked at.',
);

/** Each name once, whatever its case, in order. */
export const sortedNames = (names: Iterable<string>): readonly string[] =>
  [...new Map(Array.from(names, (name) => [foldCase(name), name] as const))]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([, name]) => name);

/** The members that name groups and roles, whose names are the same in any case. */
const NAMING: ReadonlySet<string> = new Set(['parent', 'member_of', 'holds']);

/** The value of a member as it is compared. */
export function comparable(member: string, value: unknown): unknown {
  if (!NAMING.has(member)) return value;
  if (Array.isArray(value)) return value.map((name) => foldCase(String(name)));
  return typeof value === 'string' ? foldCase(value) : value;
}

/** `member_of` and `holds` of a file, as they are compared: each name once, in order; missing where nobody says them. */
export const belongingFields = ({
  member_of,
  holds,
}: {
  readonly member_of?: readonly string[] | undefined;
  readonly holds?: readonly string[] | undefined;
}): Fields => ({
  ...(member_of && { member_of: sortedNames(member_of) }),
  ...(holds && { holds: sortedNames(holds) }),
});

/** Where one belongs to something in the admin API. */
type Place = {
  readonly what: 'member_of' | 'holds';
  path(id: string): string;
  readonly needs: AdminCall['needs'];
};

const ofClient = (client_id: string): readonly Place[] => [
  {
    what: 'member_of',
    path: (group_id) => pathOf`/groups/${group_id}/clients/${client_id}`,
    needs: ['people:write', 'clients:write'],
  },
  {
    what: 'holds',
    path: (role_id) => pathOf`/roles/${role_id}/clients/${client_id}`,
    needs: 'people:write',
  },
];
const ofGroup = (group_id: string): readonly Place[] => [
  {
    what: 'holds',
    path: (role_id) => pathOf`/roles/${role_id}/groups/${group_id}`,
    needs: 'people:write',
  },
];

const namesIn = (fields: Fields, what: Place['what']): readonly string[] => {
  const names = fields[what];
  return Array.isArray(names) ? names : [];
};

/** Makes somebody a member and holder of what is wanted, and of nothing else, as far as the file says. */
export async function settleBelonging(
  { api, groups, roles }: Deployment,
  who: { readonly client: string } | { readonly group: string },
  before: Fields,
  wanted: Fields,
): Promise<void> {
  for (const { what, path, needs } of 'client' in who ? ofClient(who.client) : ofGroup(who.group)) {
    if (wanted[what] === undefined) continue;
    const known = what === 'member_of' ? groups : roles;
    const idOf = async (name: string) => {
      const id = await known.id(name);
      if (id === undefined)
        throw new InvalidResource(what, `names ${JSON.stringify(name)}, which there is not`);
      return id;
    };
    const had = new Set(namesIn(before, what).map(foldCase));
    const has = new Set(namesIn(wanted, what).map(foldCase));
    for (const name of has.difference(had))
      await api.done({ method: 'PUT', path: path(await idOf(name)), needs });
    for (const name of had.difference(has))
      await api.done({ method: 'DELETE', path: path(await idOf(name)), needs });
  }
}
