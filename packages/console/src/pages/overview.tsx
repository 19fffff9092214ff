import { useState } from 'react';
import { queryOf } from '../api/request.ts';
import { useResource } from '../api/resource.ts';
import type { CertificateExpiry, Client, Event, Histogram, Page, SigningKey } from '../api/types.ts';
import { ButtonLink } from '../components/button.tsx';
import { type Bar, BarChart } from '../components/chart.tsx';
import { eventLabel } from '../components/outcome.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Segmented } from '../components/segmented.tsx';
import { Empty, Failed, Loading } from '../components/states.tsx';
import { fromNow } from '../components/time.tsx';
import { Link } from '../navigation/router.tsx';
import { useMay, useMe } from '../session/me.tsx';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RANGES = [
  { name: '1 hour', span: HOUR, bucket: 2 * MINUTE, everyLabel: 5 },
  { name: '24 hours', span: 24 * HOUR, bucket: HOUR, everyLabel: 4 },
  { name: '7 days', span: 7 * 24 * HOUR, bucket: 6 * HOUR, everyLabel: 4 },
] as const;

const hourMinute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayHour = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

function barsOf(histogram: Histogram, since: number, range: (typeof RANGES)[number]): Bar[] {
  const count = Math.ceil(range.span / range.bucket);
  return Array.from({ length: count }, (_, index) => {
    const time = since + index * range.bucket;
    const countOf = (...outcomes: readonly string[]) =>
      histogram.items
        .filter((item) => item.time === time && outcomes.includes(item.outcome))
        .reduce((sum, item) => sum + item.count, 0);
    return {
      label: (range.span > 24 * HOUR ? dayHour : hourMinute).format(time),
      parts: [
        { name: 'ok', value: countOf('success'), tone: 'good' },
        { name: 'refused', value: countOf('refused'), tone: 'bad' },
        { name: 'failed', value: countOf('failure'), tone: 'warn' },
      ],
    };
  });
}

function RequestsChart() {
  const [chosen, setChosen] = useState<string>('24 hours');
  const range = RANGES.find(({ name }) => name === chosen) ?? RANGES[1];
  const since = Math.floor((Date.now() - range.span) / range.bucket + 1) * range.bucket;
  const { data, error, reload } = useResource<Histogram>(
    `/events/histogram${queryOf({ since, bucket: range.bucket })}`,
    15_000,
  );
  return (
    <section className="card">
      <header className="card-head">
        <h2>Requests and refusals</h2>
        <Segmented
          legend="Period"
          options={RANGES.map(({ name }) => name)}
          chosen={chosen}
          onChoose={setChosen}
        />
      </header>
      {error && !data && <Failed error={error} retry={reload} />}
      {data ? (
        <BarChart
          title={`Requests and refusals, the last ${range.name}`}
          bars={barsOf(data, since, range)}
          everyLabel={range.everyLabel}
        />
      ) : (
        !error && <Loading rows={3} />
      )}
    </section>
  );
}

function ExpiryCard() {
  const { data, error, reload } = useResource<CertificateExpiry>('/certificates/expiry', 60_000);
  const bars: readonly Bar[] =
    data?.buckets.map(({ label, count }, index) => ({
      label,
      parts: [
        { name: 'certificates', value: count, tone: index === 0 ? 'bad' : index < 3 ? 'warn' : 'accent' },
      ],
    })) ?? [];
  return (
    <section className="card">
      <h2>Client certificates by days to expiry</h2>
      {error && !data && <Failed error={error} retry={reload} />}
      {!data && !error && <Loading rows={3} />}
      {data && (
        <>
          <BarChart title="Client certificates by days to expiry" bars={bars} />
          {data.soonest.length > 0 && (
            <ul className="rows-plain">
              {data.soonest.map((item) => (
                <li key={`${item.client_id} ${item['x5t#S256']}`}>
                  <Link to={`/clients/${encodeURIComponent(item.client_id)}?tab=certificates`}>
                    {item.client_name}
                  </Link>
                  <span className={Date.parse(item.not_after) < Date.now() ? 'bad-text' : 'quiet'}>
                    {Date.parse(item.not_after) < Date.now() ? 'expired' : 'expires'}{' '}
                    {fromNow(item.not_after)}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}

function RefusalsCard() {
  const { data, error, loading, reload } = useResource<Page<Event>>(
    '/events?outcome=refused&type=token.&limit=6',
    5000,
  );
  return (
    <section className="card">
      <header className="card-head">
        <h2>Token requests refused lately</h2>
        <ButtonLink to="/live?outcome=refused&type=token." look="quiet" small>
          All
        </ButtonLink>
      </header>
      {error && !data && <Failed error={error} retry={reload} />}
      {loading && <Loading rows={3} />}
      {data?.items.length === 0 && <p className="quiet">Nothing was refused.</p>}
      <ul className="rows-plain">
        {data?.items.map((event) => (
          <li key={event.event_id}>
            <Link to={`/live/${encodeURIComponent(event.event_id)}`}>
              {event.what ?? eventLabel(event.type)}
            </Link>
            <span className="quiet">
              {[event.client_id ?? event.username ?? event.remote_address, fromNow(event.time)]
                .filter(Boolean)
                .join(', ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function OverviewPage() {
  const me = useMe();
  const may = useMay();
  const clients = useResource<Page<Client>>('/clients?limit=2');
  const keys = useResource<{ items: readonly SigningKey[] }>('/signing-keys');
  const active = keys.data?.items.find(({ state }) => state === 'active');
  const own = (clients.data?.total ?? 0) - 1;
  return (
    <>
      <PageHeader
        title="Overview"
        about={
          <>
            <code>{me.issuer}</code> <span className="quiet">version {me.version}</span>
          </>
        }
        actions={
          may('admin:clients') && (
            <ButtonLink to="/clients/add" look="primary" icon="plus">
              Add a service provider
            </ButtonLink>
          )
        }
      />
      {clients.data && own <= 0 && (
        <section className="card welcome">
          <Empty title="Welcome. No service provider is registered yet." icon="clients">
            <p>
              Give an application a name and its certificate. It gets a client key, a secret, and a curl
              command that works at once.
            </p>
            {may('admin:clients') && (
              <ButtonLink to="/clients/add" look="primary" icon="plus">
                Add the first one
              </ButtonLink>
            )}
          </Empty>
        </section>
      )}
      <div className="tiles">
        <Link to="/clients" className="tile">
          <span>Service providers</span>
          <strong>{clients.data ? Math.max(own, 0).toLocaleString('en') : '…'}</strong>
        </Link>
        <Link to="/keys" className="tile">
          <span>Signing key</span>
          <strong>{active ? active.alg : '…'}</strong>
          {active && <small>since {fromNow(active.created_at)}</small>}
        </Link>
      </div>
      <RequestsChart />
      <div className="columns">
        <ExpiryCard />
        <RefusalsCard />
      </div>
    </>
  );
}
