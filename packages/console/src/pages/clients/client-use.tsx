import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { CauseText } from '../../components/cause-text.tsx';
import { BarChart } from '../../components/chart.tsx';
import { eventLabel } from '../../components/outcome.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { dateOf, Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';

const DAYS = 30;
/** For how many days the server keeps its counts. */
const KEPT_DAYS = 90;
const EVERY_MS = 10_000;

/** How much a client is used: when last, how often a day, and what was refused last, with the reason. */
export function ClientUse({ client_id }: { readonly client_id: string }) {
  const {
    data: use,
    error,
    refetch,
  } = useQuery({ ...queries.clientUse(client_id, DAYS), refetchInterval: EVERY_MS });
  return (
    <section className="card story">
      <h2>{text('client.use')}</h2>
      {error && !use && <Failed error={error} retry={refetch} />}
      {!use && !error && <Loading rows={4} />}
      {use && (
        <>
          <dl className="facts">
            <div>
              <dt>{text('client.lastissued')}</dt>
              <dd>
                {use.last_issued_at === undefined ? (
                  <span className="quiet">{text('client.neverissued', { days: KEPT_DAYS })}</span>
                ) : (
                  <>
                    <Time at={use.last_issued_at} />{' '}
                    <span className="quiet">
                      <Time at={use.last_issued_at} show="zoned" />
                    </span>
                  </>
                )}
              </dd>
            </div>
            <LastRefusal client_id={client_id} />
          </dl>
          <TokensADay days={use.days} since={use.counted_since} />
        </>
      )}
    </section>
  );
}

function LastRefusal({ client_id }: { readonly client_id: string }) {
  const { data } = useQuery({
    ...queries.events({ client_id, outcome: 'refused', limit: 1 }),
    refetchInterval: EVERY_MS,
  });
  const [last] = data?.items ?? [];
  return (
    <div>
      <dt>{text('client.lastrefused')}</dt>
      <dd>
        {last ? (
          <>
            <Time at={last.time} />{' '}
            <Link to={pathOf('live', last.event_id)}>
              <CauseText event={last} part="what" instead={eventLabel(last.type)} />
            </Link>
          </>
        ) : (
          <span className="quiet">{data ? text('client.neverrefused') : text('common.loading')}</span>
        )}
      </dd>
    </div>
  );
}

function TokensADay({
  days,
  since,
}: {
  readonly days: readonly { readonly day: string; readonly tokens: number }[];
  readonly since: string | undefined;
}) {
  if (since === undefined) return <p className="quiet">{text('client.notcounted')}</p>;
  const total = days.reduce((sum, { tokens }) => sum + tokens, 0);
  return (
    <>
      <h3>{text('client.tokensaday')}</h3>
      <p className="quiet">
        {text('client.tokenstotal', {
          count: total,
          span: text('common.days', { count: days.length }),
        })}
      </p>
      <BarChart
        title={text('client.tokensaday')}
        everyLabel={7}
        bars={days.map(({ day, tokens }) => ({
          label: dateOf(`${day}T12:00:00Z`),
          parts: [{ name: text('client.tokenscount'), value: tokens, tone: 'good' }],
        }))}
      />
      <p className="quiet">{text('client.countedsince', { date: dateOf(`${since}T12:00:00Z`) })}</p>
    </>
  );
}
