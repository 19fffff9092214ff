import type { ListedPart, ListFilters, ReadList } from './list-definition.ts';

/** The most that the admin API gives at once. */
const MOST = 200;

/**
 * Everything that matches, read page after page.
 * @param onMore told how many there are so far
 * @throws ApiError; what an aborted request throws
 */
export async function everyListed<Item>(
  read: ReadList<Item>,
  { sort, order }: Pick<ListedPart, 'sort' | 'order'>,
  filters: ListFilters,
  signal: AbortSignal,
  onMore: (count: number) => void,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page = await read({ limit: MOST, sort, order, after }, filters).queryFn({ signal });
    items.push(...page.items);
    onMore(items.length);
    after = page.next;
  } while (after !== undefined);
  return items;
}
