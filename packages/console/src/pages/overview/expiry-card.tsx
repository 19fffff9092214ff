import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { type Bar, BarChart } from '../../components/chart.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';

const EVERY_MS = 60_000;

/** How long the registered certificates are good for, and those that end next. */
export function ExpiryCard() {
  const { data, error, refetch } = useQuery({ ...queries.certificateExpiry(), refetchInterval: EVERY_MS });
  const bars: readonly Bar[] =
    data?.buckets.map(({ label, count }, index) => ({
      label,
      parts: [
        { name: 'certificates', value: count, tone: index === 0 ? 'bad' : index < 3 ? 'warn' : 'accent' },
      ],
    })) ?? [];
  const uncounted = data?.buckets.filter(({ more }) => more) ?? [];
  return (
    <section className="card">
      <h2>Client certificates by days to expiry</h2>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading rows={3} />}
      {data && (
        <>
          <BarChart title="Client certificates by days to expiry" bars={bars} />
          {uncounted.length > 0 && (
            <p className="quiet">More than are counted: {uncounted.map(({ label }) => label).join(', ')}.</p>
          )}
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
