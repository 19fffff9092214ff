import { z } from 'zod';
import type { PageRequest } from '../storage/storage.ts';

/** Paging and searching, the same for every listing. */
export const PageQuery = z.object({
  search: z.string().max(200).optional(),
  after: z.string().max(1000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The storage's page request; absent members stay absent. */
export function pageRequest({ search, after, limit }: z.infer<typeof PageQuery>): PageRequest {
  return {
    limit,
    ...(search !== undefined && search !== '' && { search }),
    ...(after !== undefined && { after }),
  };
}
