import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { type Bar, BarChart } from '../../components/chart.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { Link } from '../../navigation/router.tsx';
import { End, WatchedName } from '../certificates/cells.tsx';

const EVERY_MS = 60_000;
const SHOWN = 5;

/** How long the registered certificates are good for, and what ends next. */
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
        </>
      )}
      <Soonest />
    </section>
  );
}

/** What ends next, whatever it is: the first of the list of certificates. */
function Soonest() {
  const { data } = useQuery({ ...queries.watched({ limit: SHOWN }), refetchInterval: EVERY_MS });
  if (!data || data.items.length === 0) return null;
  return (
    <>
      <h3>What ends next</h3>
      <ul className="rows-plain">
        {data.items.map((item) => (
          <li key={`${item.key} ${item.not_after}`}>
            <WatchedName item={item} />
            <End item={item} />
          </li>
        ))}
      </ul>
      <p>
        <Link to="/certificates">Everything that ends</Link>
      </p>
    </>
  );
}
