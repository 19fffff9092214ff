import { useQuery } from '@tanstack/react-query';
import type { Event } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { pathOf, queryOf } from '../../api/request.ts';
import { actorName, throughText } from '../../components/event-about.ts';
import { eventLabel } from '../../components/outcome.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';

const SHOWN = 8;
const LONGEST = 80;

/** A value of an audit trail on part of a line. */
function shortly(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–';
  if (typeof value === 'boolean') return text(value ? 'common.yes' : 'common.no');
  if (Array.isArray(value)) {
    const words: readonly unknown[] = value;
    const joined = words.join(' ');
    const isShort = words.every((each) => typeof each === 'string') && joined.length <= LONGEST;
    if (words.length === 0) return text('common.none');
    return isShort ? joined : text('client.values', { count: words.length });
  }
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length <= LONGEST ? written : `${written.slice(0, LONGEST)}…`;
}

/** Who changed what of a client, newest first; each change opens its event. */
export function ClientChangeList({ client_id }: { readonly client_id: string }) {
  const { data, error, refetch } = useQuery(
    queries.events({ client_id, class: 'administrative', limit: SHOWN }),
  );
  return (
    <section className="card story">
      <h2>{text('client.whochanged')}</h2>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      {data?.items.length === 0 && <p className="quiet">{text('client.nochanges')}</p>}
      {data && data.items.length > 0 && (
        <>
          <ol className="change-list">
            {data.items.map((event) => (
              <Change key={event.event_id} event={event} />
            ))}
          </ol>
          <p>
            <Link to={`/audit${queryOf({ client_id })}`}>{text('client.allchanges')}</Link>
          </p>
        </>
      )}
    </section>
  );
}

function Change({ event }: { readonly event: Event }) {
  const changed = Object.entries(event.changes ?? {});
  const isNew = changed.every(([, { old }]) => old === undefined);
  return (
    <li>
      <p>
        <Link to={pathOf('live', event.event_id)}>{eventLabel(event.type)}</Link> <Time at={event.time} />
        {event.actor && (
          <>
            {' · '}
            <strong>{actorName(event.actor)}</strong>{' '}
            <span className="quiet">{throughText(event.actor.through)}</span>
          </>
        )}
      </p>
      {!isNew && (
        <ul>
          {changed.map(([field, { old, new: now }]) => (
            <li key={field}>{text('client.changed', { field, old: shortly(old), new: shortly(now) })}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
