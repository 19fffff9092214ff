import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Watched, WatchedCounts } from '../../api/admin-api.ts';
import { queries, type WatchedFilter } from '../../api/queries.ts';
import { queryOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { DELIVERY_STATES } from '../../components/delivery-states.ts';
import { type FilterOption, FilterSelect } from '../../components/filter-select.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { fileOf, nameOfToday, saveFile } from '../../components/saved-file.ts';
import { Badge, Empty, Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { Link, setQuery, useRoute } from '../../navigation/router.tsx';
import { rich, text } from '../../words/words.tsx';
import { End, KINDS, WatchedName } from './cells.tsx';
import { csvOfWatched } from './csv.ts';
import { Timeline } from './timeline.tsx';
import { countOf, windowText } from './windows.tsx';

const LIMIT = 25;
const EVERY_MS = 60_000;
const DAYS = [7, 30, 90, 180, 365] as const;

const KIND_OPTIONS: readonly FilterOption[] = [
  { value: '', label: text('certificates.filter.everything') },
  ...Object.entries(KINDS).map(([value, label]) => ({ value, label })),
];
const STATES: readonly FilterOption[] = [
  { value: '', label: text('certificates.filter.ahead') },
  { value: 'lately', label: text('certificates.filter.lately') },
  { value: 'unused', label: text('certificates.filter.unused') },
  { value: 'shared', label: text('certificates.filter.shared') },
  { value: 'expired', label: text('certificates.filter.expired') },
];

const within = (days: number): FilterOption => ({
  value: `${days}d`,
  label: text('certificates.filter.within', { count: days }),
});
const daysIn = (span: string): number | undefined => {
  const [, days] = /^(\d{1,6})d$/.exec(span) ?? [];
  return days === undefined ? undefined : Number(days);
};

/** Those of a listing; one that a link came with stands among them. */
function withinOptions(chosen: string): readonly FilterOption[] {
  const days = daysIn(chosen);
  const all =
    days === undefined ? [...DAYS] : [...new Set([...DAYS, days])].sort((one, other) => one - other);
  return [{ value: '', label: text('certificates.filter.whenever') }, ...all.map(within)];
}

/** What the address of the page says, for the server. */
function filterOf(query: URLSearchParams): WatchedFilter {
  const state = query.get('state') ?? '';
  const after = query.get('after') ?? '';
  const byUse = state === 'unused' || state === 'shared';
  return {
    kind: query.get('kind') ?? '',
    expires_within: query.get('within') ?? '',
    expires_after: after,
    ...(state === '' && { expired: 'false' }),
    ...(state === 'expired' && { expired: 'true' }),
    ...(byUse && { [state]: 'true' }),
  };
}

export function CertificatesPage() {
  const { query } = useRoute();
  const filter = filterOf(query);
  const cursor = useCursor(JSON.stringify(filter));
  const { data, error, isPending, refetch } = useQuery({
    ...queries.watched({ limit: LIMIT, ...filter, after: cursor.after }),
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <PageHeader
        title={text('certificates.title')}
        about={text('certificates.about')}
        actions={<ExportButton filter={filter} />}
      />
      {filter.expired !== 'true' && <Timeline filter={filter} />}
      <div className="filters">
        <FilterSelect label={text('common.kind')} name="kind" options={KIND_OPTIONS} />
        <FilterSelect
          label={text('certificates.filter.end')}
          name="within"
          options={withinOptions(filter.expires_within ?? '')}
        />
        <FilterSelect label={text('certificates.filter.which')} name="state" options={STATES} />
        <Beyond filter={filter} />
      </div>
      <Totals filter={filter} />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={8} />}
      {data && data.items.length === 0 && (
        <Empty
          title={text(data.next === undefined ? 'common.nomatch' : 'certificates.nothingonpage')}
          icon="certificate"
        >
          <p>{text('certificates.fewer')}</p>
        </Empty>
      )}
      {data && data.items.length > 0 && <WatchedTable items={data.items} />}
      {data && (data.items.length > 0 || data.next !== undefined) && (
        <Pager cursor={cursor} next={data.next} shown={data.items.length} />
      )}
    </>
  );
}

/** That nearer ends are left out, as a link of a count has it; pressed, they are there again. */
function Beyond({ filter: { expires_after = '', expires_within = '' } }: { readonly filter: WatchedFilter }) {
  const from = daysIn(expires_after);
  if (from === undefined) return null;
  const until = daysIn(expires_within);
  const window = windowText({ from_days: from, ...(until !== undefined && { until_days: until }) });
  return (
    <Button small icon="close" onClick={() => setQuery({ after: '', within: '' })}>
      {text('certificates.narrowed', { window })}
    </Button>
  );
}

/** How many there are, where the bounds are those that are counted by; and how many have ended. */
function Totals({ filter }: { readonly filter: WatchedFilter }) {
  const { data } = useQuery({
    ...queries.watchedCounts({ kind: filter.kind ?? '' }),
    refetchInterval: EVERY_MS,
  });
  if (!data) return null;
  const ended = data.windows.filter(({ from_days, unknown }) => from_days === undefined && !unknown);
  const endedCount = ended.reduce((sum, window) => sum + countOf(window), 0);
  const total = totalOf(data.windows, filter);
  return (
    <p className="quiet totals" role="status">
      {total !== undefined && <strong>{text('certificates.total', { count: total })}</strong>}
      {filter.expired === 'false' && endedCount > 0 && (
        <Link to={`/certificates${queryOf({ kind: filter.kind, state: 'expired' })}`}>
          {text('certificates.endedcount', { count: endedCount })}
        </Link>
      )}
    </p>
  );
}

/** Undefined where the counts do not say. */
function totalOf(
  windows: WatchedCounts['windows'],
  { expired, unused, shared, expires_after = '', expires_within = '' }: WatchedFilter,
): number | undefined {
  if (expired === undefined || unused !== undefined || shared !== undefined) return undefined;
  const from = daysIn(expires_after) ?? 0;
  const until = daysIn(expires_within);
  const bounds = windows.flatMap(({ from_days }) => from_days ?? []);
  if (!bounds.includes(from) || (until !== undefined && !bounds.includes(until))) return undefined;
  return windows
    .filter(({ from_days, unknown }) => {
      if (expired === 'true') return from_days === undefined && !unknown;
      if (unknown) return until === undefined && from === 0;
      return from_days !== undefined && from_days >= from && (until === undefined || from_days < until);
    })
    .reduce((sum, window) => sum + countOf(window), 0);
}

/** Has the browser save everything that the filter lets through. */
function ExportButton({ filter }: { readonly filter: WatchedFilter }) {
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      const { content, count } = await csvOfWatched(filter);
      saveFile(nameOfToday('countersign-certificates', 'csv'), fileOf('csv', [content]));
      toasts.done(text('certificates.exported', { count }));
    } catch (failure) {
      toasts.failed(failure);
    }
    setBusy(false);
  };
  return (
    <Button icon="download" busy={busy} onClick={() => void take()}>
      {text('certificates.exportcsv')}
    </Button>
  );
}

function WatchedTable({ items }: { readonly items: readonly Watched[] }) {
  return (
    <div className="card table-card">
      <table className="rows">
        <caption className="unseen">{text('certificates.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{text('common.name')}</th>
            <th scope="col">{text('common.kind')}</th>
            <th scope="col">{text('certificates.filter.end')}</th>
            <th scope="col">{text('common.use')}</th>
            <th scope="col">{text('certificates.told')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.key} ${item.not_after}`}>
              <th scope="row">
                <WatchedName item={item} />
                {item.subject !== undefined && <span className="because break">{item.subject}</span>}
              </th>
              <Cell label={text('common.kind')}>{KINDS[item.kind]}</Cell>
              <Cell label={text('certificates.filter.end')}>
                <End item={item} />
              </Cell>
              <Cell label={text('common.use')}>{isToldOf(item) && <Use item={item} />}</Cell>
              <Cell label={text('certificates.told')}>
                {item.notices.length > 0 && <Notices notices={item.notices} />}
              </Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const sharerOf = ({ as, client_id, name }: Watched['shared'][number]): string => {
  if (as === 'client') return client_id ?? text('certificates.aclient');
  return name ?? text(as === 'administrator' ? 'certificates.anadministrator' : 'certificates.aperson');
};

/** Whether there is anything to say of its use. */
const isToldOf = ({ unused, succeeded, shared, last_used_at }: Watched): boolean =>
  unused === true || succeeded === true || shared.length > 0 || last_used_at !== undefined;

/** Whether it is used, by whom else, and since when no more. */
function Use({ item: { unused, succeeded, shared, last_used_at } }: { readonly item: Watched }) {
  return (
    <div>
      <span className="chips">
        {succeeded && <Badge kind="good">{text('certificates.succeeded')}</Badge>}
        {unused && <Badge kind="warn">{text('certificates.unused')}</Badge>}
        {shared.length > 0 && <Badge kind="warn">{text('certificates.shared')}</Badge>}
        {!unused && last_used_at !== undefined && (
          <span className="quiet">
            {rich('certificates.last', { date: <Time at={last_used_at} show="date" /> })}
          </span>
        )}
      </span>
      {shared.length > 0 && (
        <span className="because break">
          {text('certificates.sharedwith', { names: shared.map(sharerOf).join(', ') })}
        </span>
      )}
    </div>
  );
}

/** When somebody was told of the end, and who. */
function Notices({ notices }: { readonly notices: Watched['notices'] }) {
  return (
    <ul className="plain">
      {notices.map(({ days, event_id, time, deliveries }) => (
        <li key={event_id}>
          <Link to={`/live/${encodeURIComponent(event_id)}`}>
            {days === 0 ? text('certificates.toldended') : text('certificates.toldbefore', { count: days })}
          </Link>
          , <Time at={time} />
          {deliveries.map(({ webhook, state, time: at }) => (
            <span key={`${webhook} ${at}`} className="because">
              {webhook}: {DELIVERY_STATES[state].label} <Time at={at} />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}
