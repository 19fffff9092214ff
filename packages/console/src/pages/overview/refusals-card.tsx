import { useQuery } from '@tanstack/react-query';
import type { Event } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { CauseText } from '../../components/cause-text.tsx';
import { eventLabel } from '../../components/outcome.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { fromNow } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';

const LIMIT = 6;
const EVERY_MS = 5000;

const whoOf = ({ client_id, username, remote_address }: Event): string | undefined =>
  client_id ?? username ?? remote_address;

/** The token requests refused last. */
export function RefusalsCard() {
  const { data, error, isPending, refetch } = useQuery({
    ...queries.events({ outcome: 'refused', type: 'token.', limit: LIMIT }),
    refetchInterval: EVERY_MS,
  });
  return (
    <section className="card">
      <header className="card-head">
        <h2>{text('overview.refusedlately')}</h2>
        <ButtonLink to="/live?outcome=refused&type=token." look="quiet" small>
          {text('common.all')}
        </ButtonLink>
      </header>
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={3} />}
      {data?.items.length === 0 && <p className="quiet">{text('overview.nothingrefused')}</p>}
      <ul className="rows-plain">
        {data?.items.map((event) => (
          <li key={event.event_id}>
            <Link to={`/live/${encodeURIComponent(event.event_id)}`}>
              <CauseText event={event} part="what" instead={eventLabel(event.type)} />
            </Link>
            <span className="quiet">
              {whoOf(event) !== undefined && <span translate="no">{whoOf(event)}, </span>}
              {fromNow(event.time)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
