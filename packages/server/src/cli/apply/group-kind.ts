import { z } from 'zod';
import { GroupAnswer } from '../../admin/group-resource.ts';
import { foldCase } from '../../storage/search-text.ts';
import { type AdminCall, pathOf } from '../administration/admin-api-client.ts';
import { belongingFields, HOLDS, settleBelonging, sortedNames } from './belonging.ts';
import type { Deployment, Group } from './deployment.ts';
import { InvalidResource, type Kind, type Present, type Wanted, withoutDefaults } from './resource.ts';
import { bodyIn, fileOf } from './resource-schema.ts';

const File = fileOf('group', {
  description: z.string().max(1000).default(''),
  parent: z.string().min(1).max(200).optional().describe('The name of the group that contains it.'),
  holds: HOLDS,
});

const presentOf = ({
  group_id,
  name,
  description,
  parent_name,
  roles,
  managed_by,
  revision,
}: Group): Present => ({
  name,
  id: group_id,
  revision,
  ...(managed_by !== undefined && { managed_by }),
  fields: {
    name,
    description,
    parent: parent_name,
    ...(roles && { holds: sortedNames(roles.map((role) => role.name)) }),
  },
});

/** A group with the roles it holds. */
const whole = async ({ api }: Deployment, { group_id }: Group): Promise<Present> =>
  presentOf(
    await api.read({ method: 'GET', path: pathOf`/groups/${group_id}`, needs: 'people:read' }, GroupAnswer),
  );

/** What the admin API takes of a group. */
async function bodyOf(
  { fields }: Wanted,
  { groups }: Deployment,
): Promise<{ name: unknown; description: unknown; parent: string | undefined }> {
  const { name, description, parent } = fields;
  if (typeof parent !== 'string') return { name, description, parent: undefined };
  const id = await groups.id(parent);
  if (id === undefined)
    throw new InvalidResource('parent', `names ${JSON.stringify(parent)}, which there is not`);
  return { name, description, parent: id };
}

const needs = 'people:write';

/** People and clients that belong together. */
export const groupKind: Kind = {
  kind: 'group',
  File,
  keyOf: foldCase,
  async fieldsOf(given) {
    const { description, parent, holds } = bodyIn(File, given);
    return { name: given.name, description, parent, ...belongingFields({ holds }) };
  },
  async present(deployment, { wanted }) {
    const looked = new Set(
      wanted.filter(({ fields }) => fields.holds !== undefined).map(({ name }) => foldCase(name)),
    );
    const all = await deployment.groups.all();
    return await Promise.all(
      all.map((group) => (looked.has(foldCase(group.name)) ? whole(deployment, group) : presentOf(group))),
    );
  },
  async *all(deployment) {
    for (const group of await deployment.groups.all()) yield await whole(deployment, group);
  },
  bodyOf: async ({ name, fields }) => withoutDefaults(fields, { name, description: '', holds: [] }),
  async create(wanted, { label: managed_by, deployment }) {
    const { api, groups } = deployment;
    const body = { ...(await bodyOf(wanted, deployment)), managed_by };
    const made = await api.read({ method: 'POST', path: '/groups', needs, body }, GroupAnswer);
    groups.add(made);
    await settleBelonging(deployment, { group: made.group_id }, {}, wanted.fields);
  },
  async change({ id, revision, fields }, wanted, changed, { label: managed_by, deployment }) {
    const { api, groups } = deployment;
    const { parent = null, ...rest } = await bodyOf(wanted, deployment);
    const isMoved = changed.includes('parent');
    const asked: AdminCall = {
      method: 'PATCH',
      path: pathOf`/groups/${id}`,
      // So it is with the group that contains another.
      needs: isMoved ? ['people:write', 'clients:write'] : needs,
      body: { ...rest, ...(isMoved && { parent }), managed_by },
      ifMatch: [revision],
    };
    groups.add(await api.read(asked, GroupAnswer));
    await settleBelonging(deployment, { group: id }, fields, wanted.fields);
  },
  remove: ({ id, revision }, { api }) =>
    api.done({ method: 'DELETE', path: pathOf`/groups/${id}`, needs, ifMatch: [revision] }),
};
