import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type { Event } from '../api/admin-api.ts';
import { type EventFilter, queries } from '../api/queries.ts';
import { Link } from '../navigation/router.tsx';
import { text } from '../words/words.tsx';
import { Cell } from './cell.tsx';
import { eventLabel, OutcomeBadge } from './outcome.tsx';
import { Pager, useCursor } from './pager.tsx';
import { Empty, Failed, Loading } from './states.tsx';
import { clockTime, zonedTime } from './time.tsx';

/** Whoever did it, then whoever it is about: the person, the client, or both. */
function who({ actor, username, client_id }: Event): ReactNode {
  if (actor === undefined && username === undefined && client_id === undefined) return undefined;
  return (
    <span className="who-cell">
      {actor !== undefined && actor.name !== client_id && <strong>{actor.name}</strong>}
      {username !== undefined && username !== actor?.name && <span>{username}</span>}
      {client_id !== undefined && <code>{client_id}</code>}
    </span>
  );
}

/** Events, newest first; each opens its explanation. */
export function EventTable({
  filter,
  every,
  empty,
  limit = 50,
  paged = true,
}: {
  readonly filter: EventFilter;
  /** Milliseconds between readings. */
  readonly every?: number | undefined;
  readonly empty: ReactNode;
  readonly limit?: number;
  readonly paged?: boolean;
}) {
  const cursor = useCursor(JSON.stringify(filter));
  const [shownIds] = useState(() => new Set<string>());
  const { data, error, refetch } = useQuery({
    ...queries.events({ limit, ...filter, after: cursor.after }),
    refetchInterval: (cursor.after === undefined && every) || false,
  });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={6} />;
  if (data.items.length === 0)
    return (
      <Empty title={text('common.nothinghere')} icon="live">
        {empty}
      </Empty>
    );
  const first = shownIds.size === 0;
  const fresh = new Set(
    data.items.filter(({ event_id }) => !first && !shownIds.has(event_id)).map(({ event_id }) => event_id),
  );
  for (const { event_id } of data.items) shownIds.add(event_id);
  return (
    <>
      <div className="card table-card">
        <table className="rows events">
          <caption className="unseen">{text('component.listcaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{text('common.time')}</th>
              <th scope="col">{text('common.whathappened')}</th>
              <th scope="col">{text('common.outcome')}</th>
              <th scope="col">{text('common.who')}</th>
              <th scope="col">{text('common.fromwhere')}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((event) => (
              <tr key={event.event_id} className={fresh.has(event.event_id) ? 'fresh' : ''}>
                <td data-label={text('common.time')}>
                  <time dateTime={event.time} title={zonedTime(event.time)}>
                    {clockTime(event.time)}
                  </time>
                </td>
                <th scope="row">
                  <Link to={`/live/${encodeURIComponent(event.event_id)}`}>{eventLabel(event.type)}</Link>
                  {event.what !== undefined && <span className="because">{event.what}</span>}
                  {event.sampled && <span className="because">{text('component.sampled')}</span>}
                </th>
                <td data-label={text('common.outcome')}>
                  <OutcomeBadge outcome={event.outcome} />
                </td>
                <Cell label={text('common.who')}>{who(event)}</Cell>
                <Cell label={text('common.fromwhere')}>{event.remote_address}</Cell>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {paged && <Pager cursor={cursor} next={data.next} shown={data.items.length} />}
    </>
  );
}
