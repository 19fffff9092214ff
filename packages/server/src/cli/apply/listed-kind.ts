import type { z } from 'zod';
import { type AdminCall, pathOf } from '../administration/admin-api-client.ts';
import { all } from '../administration/admin-api-listing.ts';
import type { Api } from './deployment.ts';
import { type Fields, type Kind, type Present, saidOf, withoutDefaults } from './resource.ts';
import { bodyIn, filledIn } from './resource-schema.ts';

/** A kind that the admin API lists whole, and of which it takes the whole in place of what was there. */
type Listed<Answer> = Pick<Kind, 'kind' | 'File'> & {
  /** What the admin API takes of one, and a file says of it. */
  readonly Specification: z.ZodObject;
  readonly Answer: z.ZodType<Answer>;
  nameOf(answer: Answer): string;
  /** The name of a new one, in its member of the admin API. */
  named(name: string): Fields;
  /** Where they are listed, and each stands below by its name. */
  readonly path: string;
  readonly reads: AdminCall['needs'];
  readonly writes: AdminCall['needs'];
  /** What is so where a file leaves it out. */
  readonly defaults: Fields;
};

export function listedKind<Answer extends { managed_by?: string | undefined; revision: number }>({
  kind,
  File,
  Specification,
  Answer,
  nameOf,
  named,
  path,
  reads,
  writes: needs,
  defaults,
}: Listed<Answer>): Kind {
  const presentOf = (answer: Answer): Present => {
    const { managed_by, revision } = answer;
    const name = nameOf(answer);
    return {
      name,
      id: name,
      revision,
      ...(managed_by !== undefined && { managed_by }),
      fields: filledIn(Specification, answer),
    };
  };
  const list = async (api: Api): Promise<readonly Present[]> =>
    (await api.read({ method: 'GET', path, needs: reads }, all(Answer))).items.map(presentOf);
  const pathTo = (id: string) => `${path}${pathOf`/${id}`}`;
  return {
    kind,
    File,
    keyOf: (name) => name,
    fieldsOf: async (given) => filledIn(Specification, bodyIn(File, given)),
    present: ({ api }) => list(api),
    async *all({ api }) {
      yield* await list(api);
    },
    bodyOf: async ({ fields }) => withoutDefaults(fields, defaults),
    create({ name, fields }, { label: managed_by, deployment: { api } }) {
      const body = { ...named(name), ...saidOf(fields), managed_by };
      return api.done({ method: 'POST', path, needs, body });
    },
    change({ id, revision }, { fields }, _changed, { label: managed_by, deployment: { api } }) {
      const body = { ...saidOf(fields), managed_by };
      return api.done({ method: 'PUT', path: pathTo(id), needs, body, ifMatch: [revision] });
    },
    remove: ({ id, revision }, { api }) =>
      api.done({ method: 'DELETE', path: pathTo(id), needs, ifMatch: [revision] }),
  };
}
