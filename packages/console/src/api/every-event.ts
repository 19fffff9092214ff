import type { Event } from './admin-api.ts';
import { type EventFilter, queries } from './queries.ts';

const PAGE = 500;

/**
 * Reads all events a filter lets through, newest first, page after page.
 * @param most how many at most; the page that reaches it is still whole
 * @returns them, and whether there are more
 * @throws ApiError
 */
export async function everyEvent(
  filter: EventFilter,
  most: number,
): Promise<{ readonly events: readonly Event[]; readonly more: boolean }> {
  const events: Event[] = [];
  let after: string | undefined;
  do {
    const page = await queries.events({ ...filter, limit: PAGE, after }).queryFn({});
    events.push(...page.items);
    after = page.next;
  } while (after !== undefined && events.length < most);
  return { events, more: after !== undefined };
}
