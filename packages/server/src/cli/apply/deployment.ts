import type { z } from 'zod';
import { GroupAnswer } from '../../admin/group-resource.ts';
import { RoleAnswer } from '../../admin/role-resource.ts';
import { SettingsAnswer } from '../../admin/settings-resource.ts';
import { ClientMetadata } from '../../client/client-metadata.ts';
import type { RegistrationDefaults } from '../../client/response-algorithm.ts';
import { foldCase } from '../../storage/search-text.ts';
import type { AdminApi } from '../administration/admin-api-client.ts';
import { everyOf } from '../administration/admin-api-listing.ts';

/** What is asked of the admin API. */
export type Api = Pick<AdminApi, 'read' | 'readRevised' | 'done' | 'find'>;

/** Groups or roles by their names, read when one is asked for first. */
export type Named<Item> = {
  all(): Promise<readonly Item[]>;
  /** Undefined where there is none of that name. */
  id(name: string): Promise<string | undefined>;
  /** Notes one that was made. */
  add(item: Item): void;
};

function named<Item extends { readonly name: string }>(
  read: () => AsyncIterable<Item>,
  idOf: (item: Item) => string,
): Named<Item> {
  let known: Promise<Map<string, Item>> | undefined;
  const items = () => {
    known ??= Array.fromAsync(read()).then(
      (found) => new Map(found.map((item) => [foldCase(item.name), item] as const)),
    );
    return known;
  };
  return {
    all: async () => [...(await items()).values()],
    async id(name) {
      const item = (await items()).get(foldCase(name));
      return item && idOf(item);
    },
    add: (item) => void known?.then((found) => found.set(foldCase(item.name), item)),
  };
}

export type Group = z.output<typeof GroupAnswer>;
export type Role = z.output<typeof RoleAnswer>;

/** What is applied to, and what is known of it. */
export type Deployment = {
  readonly api: Api;
  readonly groups: Named<Group>;
  readonly roles: Named<Role>;
  /** What the deployment says of what a client does not. */
  registrationDefaults(): Promise<RegistrationDefaults>;
};

const SIGNING_ALGORITHM = 'oauth.signing_algorithm';

async function readDefaults(api: Api): Promise<RegistrationDefaults> {
  const { sections } = await api.read(
    { method: 'GET', path: '/settings', needs: 'settings:read' },
    SettingsAnswer,
  );
  const setting = sections.flatMap(({ settings }) => settings).find(({ key }) => key === SIGNING_ALGORITHM);
  if (setting?.value === undefined) return {};
  const { data: signing_algorithm } = ClientMetadata.shape.id_token_signed_response_alg.safeParse(
    JSON.parse(setting.value),
  );
  return { signing_algorithm };
}

/** What the admin API leads to. */
export function deploymentAt(api: Api): Deployment {
  let defaults: Promise<RegistrationDefaults> | undefined;
  return {
    api,
    groups: named(
      () => everyOf(api, '/groups', 'people:read', GroupAnswer),
      ({ group_id }) => group_id,
    ),
    roles: named(
      () => everyOf(api, '/roles', 'people:read', RoleAnswer),
      ({ role_id }) => role_id,
    ),
    registrationDefaults() {
      defaults ??= readDefaults(api);
      return defaults;
    },
  };
}
