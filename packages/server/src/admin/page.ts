import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { ListingPage, ListingRequest } from '../storage/storage.ts';

/** Paging and searching, the same for every listing. */
export const PageQuery = z.object({
  search: z.string().max(200).optional().describe('Part of a name, in any case.'),
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Narrows a listing of what has unique names. */
export const ExactName = z
  .string()
  .max(400)
  .optional()
  .describe('Only the one of this name, as names are compared; nothing else narrows it then.');

/** The page of the one that has a name, where there is one. */
export const ofName = <Item, Answer>(found: Item | undefined, answerOf: (item: Item) => Answer) => ({
  items: found === undefined ? [] : [answerOf(found)],
});

const UnreadableAnswer = z
  .object({
    record: z.string().describe('Names the record.'),
    why: z.string(),
  })
  .meta({ id: 'UnreadableRecord' });

/** One page of a listing, under a name of its own in the description. */
export const pageOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z
    .object({
      items: z.array(item),
      next: z.string().optional().describe('Given back as `after` to read on; absent on the last page.'),
      unreadable: z
        .array(UnreadableAnswer)
        .optional()
        .describe('What belongs on this page and cannot be read by this version of the server.'),
    })
    .meta({ id });

/** Everything there is of a kind, under a name of its own in the description. */
export const allOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z.object({ items: z.array(item) }).meta({ id });

/** Answers that are made at once; then others have their turn. */
const AT_ONCE = 10;

/** A page as it is answered, its items made one by one. */
export async function pageAnswer<Item, Answer>(
  { items, next, unreadable }: ListingPage<Item>,
  answerOf: (item: Item) => Answer | Promise<Answer>,
) {
  const answers: Answer[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    if (from > 0) await setImmediate();
    answers.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(answerOf))));
  }
  return {
    items: answers,
    ...(next !== undefined && { next }),
    ...(unreadable && { unreadable: unreadable.map(({ record, why }) => ({ record, why })) }),
  };
}

/** The storage's page request; absent members stay absent. */
export function pageRequest({ search, after, limit }: z.infer<typeof PageQuery>): ListingRequest {
  return {
    limit,
    ...(search !== undefined && search !== '' && { search }),
    ...(after !== undefined && { after }),
  };
}
