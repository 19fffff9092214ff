import { z } from 'zod';
import type { ListingRequest } from '../storage/storage.ts';

/** Paging and searching, the same for every listing. */
export const PageQuery = z.object({
  search: z.string().max(200).optional().describe('Part of a name, in any case.'),
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** One page of a listing, under a name of its own in the description. */
export const pageOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z
    .object({
      items: z.array(item),
      next: z.string().optional().describe('Given back as `after` to read on; absent on the last page.'),
    })
    .meta({ id });

/** Everything there is of a kind, under a name of its own in the description. */
export const allOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z.object({ items: z.array(item) }).meta({ id });

/** The storage's page request; absent members stay absent. */
export function pageRequest({ search, after, limit }: z.infer<typeof PageQuery>): ListingRequest {
  return {
    limit,
    ...(search !== undefined && search !== '' && { search }),
    ...(after !== undefined && { after }),
  };
}
