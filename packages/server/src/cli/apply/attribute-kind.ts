import { z } from 'zod';
import { AttributeAnswer } from '../../admin/attribute-resource.ts';
import { AttributeSpecification } from '../../user/attribute-definition.ts';
import { pathOf } from '../administration/admin-api-client.ts';
import type { Api } from './deployment.ts';
import { type Fields, type Kind, type Present, saidOf, withoutDefaults } from './resource.ts';
import { bodyIn, fileOf, filledIn } from './resource-schema.ts';

const File = fileOf('attribute', AttributeSpecification.shape);
const All = z.object({ items: z.array(AttributeAnswer) });

const presentOf = (answer: z.output<typeof AttributeAnswer>): Present => {
  const { name, managed_by, revision } = answer;
  return {
    name,
    id: name,
    revision,
    ...(managed_by !== undefined && { managed_by }),
    fields: filledIn(AttributeSpecification, answer),
  };
};

const list = async (api: Api): Promise<readonly Present[]> =>
  (await api.read({ method: 'GET', path: '/attributes', needs: 'people:read' }, All)).items.map(presentOf);

const needs = 'people:write';

/** What people can have beside their names. */
export const attributeKind: Kind = {
  kind: 'attribute',
  File,
  keyOf: (name) => name,
  fieldsOf: async (given): Promise<Fields> => filledIn(AttributeSpecification, bodyIn(File, given)),
  present: ({ api }) => list(api),
  async *all({ api }) {
    yield* await list(api);
  },
  bodyOf: async ({ fields }) => withoutDefaults(fields, { list: false }),
  async create({ name, fields }, { label: managed_by, deployment: { api } }) {
    const body = { name, ...saidOf(fields), managed_by };
    await api.done({ method: 'POST', path: '/attributes', needs, body });
  },
  async change({ id, revision }, { fields }, _changed, { label: managed_by, deployment: { api } }) {
    const body = { ...saidOf(fields), managed_by };
    await api.done({ method: 'PUT', path: pathOf`/attributes/${id}`, needs, body, ifMatch: [revision] });
  },
  remove: ({ id, revision }, { api }) =>
    api.done({ method: 'DELETE', path: pathOf`/attributes/${id}`, needs, ifMatch: [revision] }),
};
