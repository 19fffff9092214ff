import { z } from 'zod';
import { everyItem } from '../../storage/every-item.ts';
import type { AdministratorPermission } from '../../user/administrator-permissions.ts';
import type { AdminApi } from './admin-api-client.ts';

/** Of most listings. */
export const LARGEST_PAGE = 200;

/** Everything there is of a kind, as the admin API answers it. */
export const all = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item) });

/** One page of a listing, likewise. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().exactOptional() });

/** Pages of a listing that the admin API has, as long as they are asked for. */
export const everyOf = <Item extends z.ZodType>(
  api: Pick<AdminApi, 'read'>,
  path: string,
  needs: AdministratorPermission,
  item: Item,
  query: Readonly<Record<string, string | boolean | undefined>> = {},
): AsyncIterable<z.output<Item>> =>
  everyItem(({ after }) =>
    api.read({ method: 'GET', path, needs, query: { ...query, after, limit: LARGEST_PAGE } }, page(item)),
  );
