import { z } from 'zod';
import { RoleAnswer } from '../../admin/role-resource.ts';
import { foldCase } from '../../storage/search-text.ts';
import { pathOf } from '../administration/admin-api-client.ts';
import type { Deployment, Role } from './deployment.ts';
import { type Kind, type Present, withoutDefaults } from './resource.ts';
import { bodyIn, fileOf } from './resource-schema.ts';

const File = fileOf('role', { description: z.string().max(1000).default('') });

const presentOf = ({ role_id, name, description, managed_by, revision }: Role): Present => ({
  name,
  id: role_id,
  revision,
  ...(managed_by !== undefined && { managed_by }),
  fields: { name, description },
});

const list = async ({ roles }: Deployment): Promise<readonly Present[]> => (await roles.all()).map(presentOf);

const needs = 'people:write';

/** What applications know people, clients and groups by. */
export const roleKind: Kind = {
  kind: 'role',
  File,
  keyOf: foldCase,
  fieldsOf: async (given) => ({ name: given.name, description: bodyIn(File, given).description }),
  present: list,
  async *all(deployment) {
    yield* await list(deployment);
  },
  bodyOf: async ({ name, fields }) => withoutDefaults(fields, { name, description: '' }),
  async create({ fields }, { label: managed_by, deployment: { api, roles } }) {
    const body = { ...fields, managed_by };
    roles.add(await api.read({ method: 'POST', path: '/roles', needs, body }, RoleAnswer));
  },
  async change({ id, revision }, { fields }, _changed, { label: managed_by, deployment: { api, roles } }) {
    const path = pathOf`/roles/${id}`;
    const body = { ...fields, managed_by };
    roles.add(await api.read({ method: 'PATCH', path, needs, body, ifMatch: [revision] }, RoleAnswer));
  },
  remove: ({ id, revision }, { api }) =>
    api.done({ method: 'DELETE', path: pathOf`/roles/${id}`, needs, ifMatch: [revision] }),
};
