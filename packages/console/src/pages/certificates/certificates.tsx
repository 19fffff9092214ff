import { useQuery } from '@tanstack/react-query';
import type { Watched } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Cell } from '../../components/cell.tsx';
import { DELIVERY_STATES } from '../../components/delivery-states.ts';
import { type FilterOption, FilterSelect } from '../../components/filter-select.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Pager, useCursor } from '../../components/pager.tsx';
import { Badge, Empty, Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { Link, useRoute } from '../../navigation/router.tsx';
import { End, KINDS, WatchedName } from './cells.tsx';

const LIMIT = 25;
const EVERY_MS = 60_000;

const KIND_OPTIONS: readonly FilterOption[] = [
  { value: '', label: 'Everything' },
  ...Object.entries(KINDS).map(([value, label]) => ({ value, label })),
];
const WITHIN: readonly FilterOption[] = [
  { value: '', label: 'Whenever it ends' },
  { value: '7d', label: 'Ends within 7 days' },
  { value: '30d', label: 'Ends within 30 days' },
  { value: '90d', label: 'Ends within 90 days' },
];
const STATES: readonly FilterOption[] = [
  { value: '', label: 'Used or not' },
  { value: 'unused', label: 'Not used' },
  { value: 'shared', label: 'Shared' },
  { value: 'expired', label: 'Has ended, however long ago' },
];

export function CertificatesPage() {
  const { query } = useRoute();
  const state = query.get('state') ?? '';
  const filter = {
    kind: query.get('kind') ?? '',
    expires_within: query.get('within') ?? '',
    ...(state !== '' && { [state]: 'true' }),
  };
  const cursor = useCursor(JSON.stringify(filter));
  const { data, error, isPending, refetch } = useQuery({
    ...queries.watched({ limit: LIMIT, ...filter, after: cursor.after }),
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <PageHeader
        title="Certificates"
        about="Everything that ends on a known day, the soonest first, and who was told of it."
      />
      <div className="filters">
        <FilterSelect label="Kind" name="kind" options={KIND_OPTIONS} />
        <FilterSelect label="End" name="within" options={WITHIN} />
        <FilterSelect label="Use" name="state" options={STATES} />
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={8} />}
      {data && data.items.length === 0 && (
        <Empty
          title={data.next === undefined ? 'Nothing matches.' : 'Nothing on this page.'}
          icon="certificate"
        >
          <p>Try fewer filters.</p>
        </Empty>
      )}
      {data && data.items.length > 0 && <WatchedTable items={data.items} />}
      {data && (data.items.length > 0 || data.next !== undefined) && (
        <Pager cursor={cursor} next={data.next} shown={data.items.length} />
      )}
    </>
  );
}

function WatchedTable({ items }: { readonly items: readonly Watched[] }) {
  return (
    <div className="card table-card">
      <table className="rows">
        <caption className="unseen">What ends, the soonest first</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Kind</th>
            <th scope="col">End</th>
            <th scope="col">Use</th>
            <th scope="col">Told</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={`${item.key} ${item.not_after}`}>
              <th scope="row">
                <WatchedName item={item} />
                {item.subject !== undefined && <span className="because break">{item.subject}</span>}
              </th>
              <Cell label="Kind">{KINDS[item.kind]}</Cell>
              <Cell label="End">
                <End item={item} />
              </Cell>
              <Cell label="Use">{isToldOf(item) && <Use item={item} />}</Cell>
              <Cell label="Told">{item.notices.length > 0 && <Notices notices={item.notices} />}</Cell>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const sharerOf = ({ as, client_id, name }: Watched['shared'][number]): string => {
  if (as === 'client') return client_id ?? 'a client';
  return name ?? (as === 'administrator' ? 'an administrator' : 'a person');
};

/** Whether there is anything to say of its use. */
const isToldOf = ({ unused, succeeded, shared, last_used_at }: Watched): boolean =>
  unused === true || succeeded === true || shared.length > 0 || last_used_at !== undefined;

/** Whether it is used, by whom else, and since when no more. */
function Use({ item: { unused, succeeded, shared, last_used_at } }: { readonly item: Watched }) {
  return (
    <div>
      <span className="chips">
        {succeeded && <Badge kind="good">succeeded</Badge>}
        {unused && <Badge kind="warn">not used</Badge>}
        {shared.length > 0 && <Badge kind="warn">shared</Badge>}
        {!unused && last_used_at !== undefined && (
          <span className="quiet">
            last <Time at={last_used_at} show="date" />
          </span>
        )}
      </span>
      {shared.length > 0 && <span className="because break">with {shared.map(sharerOf).join(', ')}</span>}
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
            {days === 0 ? 'that it ended' : `${days} ${days === 1 ? 'day' : 'days'} before`}
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
