import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { ListingPage, ListingRequest, Sorting } from '../storage/storage.ts';
import { InvalidInput } from './route.ts';

/** Paging and searching, the same for every listing. */
export const PageQuery = z.object({
  search: z.string().max(200).optional().describe('Part of a name, in any case.'),
  after: z.string().max(1000).optional().describe('`next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/**
 * What a listing can be sorted by, and what the values of each are; the first is what it is sorted by unless asked. States are
 * too few to begin at one of them: filters choose one.
 */
type SortKeys<Key extends string> = Readonly<Record<Key, 'texts' | 'times' | 'states'>>;

/** Paging, searching, sorting and counting of a listing. @param keys the first one is the listing's own order */
export const sortedQuery = <Key extends string>(keys: SortKeys<Key>) => {
  const names = z.enum(keysOf(keys));
  return PageQuery.extend({
    sort: names.optional().describe(`What the listing is sorted by; ${Object.keys(keys)[0]} when absent.`),
    order: z.enum(['asc', 'desc']).default('asc'),
    from: z
      .string()
      .max(200)
      .optional()
      .describe(
        'Where the listing begins among the values of what it is sorted by: the beginning of a text, a time (RFC 3339) or a day. With after it is passed over.',
      ),
    total: z
      .literal('matching')
      .optional()
      .describe('Has the answer say how many there are of what the listing is narrowed to.'),
  });
};

const keysOf = <Key extends string>(keys: SortKeys<Key>): readonly Key[] =>
  Object.keys(keys).filter((key): key is Key => Object.hasOwn(keys, key));

/** The most that is counted of what matches; one more says that there are more. */
const MOST_COUNTED = 100_000;

/** How many match, in the answer where it was asked for. */
export const matchingMember = {
  matching: z
    .int()
    .optional()
    .describe(
      `Where total=matching asks for it, how many there are on all pages of what the listing is narrowed to; ${MOST_COUNTED + 1} stands for however many more than ${MOST_COUNTED}.`,
    ),
};

/** @param count counts to so many and no further */
export async function matchingIn(
  { total }: { readonly total?: 'matching' | undefined },
  count: (most: number) => Promise<number>,
): Promise<{ matching?: number }> {
  return total === undefined ? {} : { matching: await count(MOST_COUNTED + 1) };
}

const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIME = z.iso.datetime({ offset: true });
const DAY_MS = 86_400_000;

/** @throws InvalidInput */
function timeOf(from: string, descending: boolean): number {
  const isDay = DAY.test(from);
  const time = isDay || TIME.safeParse(from).success ? Date.parse(from) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new InvalidInput('from', `${JSON.stringify(from)} is neither a time (RFC 3339) nor a day`);
  }
  // The whole day, whichever way it is come to.
  return isDay && descending ? time + DAY_MS - 1 : time;
}

/** How the storage sorts what was asked. @throws InvalidInput */
export function sortingOf<Key extends string>(
  keys: SortKeys<Key>,
  {
    sort,
    order,
    from,
  }: {
    readonly sort?: Key | undefined;
    readonly order: 'asc' | 'desc';
    readonly from?: string | undefined;
  },
): Sorting<Key> {
  const key = sort ?? keysOf(keys)[0];
  const descending = order === 'desc';
  const isTime = key !== undefined && keys[key] === 'times';
  if (from && key !== undefined && keys[key] === 'states') {
    throw new InvalidInput('from', `no listing that is sorted by ${key} begins at one of its values`);
  }
  return {
    ...(sort !== undefined && { sort }),
    ...(descending && { descending }),
    ...(from !== undefined && from !== '' && { from: isTime ? timeOf(from, descending) : from }),
  };
}

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

/** What a listing is searched for, and nothing of where it is read. */
export const searchOf = ({ search }: ListingRequest): Pick<ListingRequest, 'search'> =>
  search === undefined ? {} : { search };
