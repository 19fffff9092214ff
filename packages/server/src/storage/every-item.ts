import type { ListingPage } from './storage.ts';

/** Large enough for few queries, small enough for little memory. */
const LIMIT = 100;

/** Every item of a listing, page after page, as far as it is asked for. */
export async function* everyItem<T>(
  list: (page: { readonly limit: number; readonly after?: string }) => Promise<ListingPage<T>>,
): AsyncGenerator<T, void> {
  let after: string | undefined;
  do {
    const page = await list({ limit: LIMIT, ...(after !== undefined && { after }) });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}
