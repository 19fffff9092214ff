import type { Watched } from '../../api/admin-api.ts';
import { queries, type WatchedFilter } from '../../api/queries.ts';
import { csvLine } from '../../components/csv.ts';

/** The most that the server gives at once. */
const PAGE = 200;

const COLUMNS: Readonly<Record<string, (item: Watched) => unknown>> = {
  not_after: ({ not_after }) => not_after,
  kind: ({ kind }) => kind,
  name: ({ name }) => name,
  subject: ({ subject }) => subject,
  'x5t#S256': (item) => item['x5t#S256'],
  client_id: ({ client_id }) => client_id,
  last_used_at: ({ last_used_at }) => last_used_at,
  unused: ({ unused }) => (unused === undefined ? undefined : String(unused)),
  succeeded: ({ succeeded }) => (succeeded ? 'true' : undefined),
  shared_with: ({ shared }) =>
    shared.map(({ as, client_id, name }) => [as, client_id ?? name].filter(Boolean).join(' ')).join('; '),
  told_days_before: ({ notices }) => notices.map(({ days }) => days).join('; '),
};

/** Everything that a filter lets through, read page after page, as the lines of a CSV file (RFC 4180). @throws ApiError */
export async function csvOfWatched(
  filter: WatchedFilter,
): Promise<{ readonly content: string; readonly count: number }> {
  const lines = [Object.keys(COLUMNS).join(',')];
  let after: string | undefined;
  do {
    const page = await queries.watched({ ...filter, limit: PAGE, after }).queryFn({});
    for (const item of page.items) lines.push(csvLine(Object.values(COLUMNS).map((cell) => cell(item))));
    after = page.next;
  } while (after !== undefined);
  return { content: `${lines.join('\r\n')}\r\n`, count: lines.length - 1 };
}
