import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { type EventFilter, queries } from '../api/queries.ts';
import { text } from '../words/words.tsx';
import { AllEvents } from './all-events.tsx';
import { Cell } from './cell.tsx';
import { WhatCell, whoCell, whomCell } from './event-cells.tsx';
import { useLeftPlace } from './list/left-place.ts';
import { OutcomeBadge } from './outcome.tsx';
import { Pager, useCursor } from './pager.tsx';
import { Empty, Failed, Loading } from './states.tsx';
import { Time } from './time.tsx';

/** Events, newest first; each opens its explanation. */
export function EventTable({
  filter,
  every,
  empty,
  limit = 50,
  paged = true,
  listed = '/live',
}: {
  readonly filter: EventFilter;
  /** Milliseconds between readings. */
  readonly every?: number | undefined;
  readonly empty: ReactNode;
  readonly limit?: number;
  readonly paged?: boolean;
  /** Where the pages of its events belong. */
  readonly listed?: string;
}) {
  const cursor = useCursor(JSON.stringify(filter));
  const [shownIds] = useState(() => new Set<string>());
  const { data, error, refetch } = useQuery({
    ...queries.events({ limit, ...filter, after: cursor.after }),
    refetchInterval: (cursor.after === undefined && every) || false,
  });
  const left = useLeftPlace(data !== undefined);
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
        <table
          className="rows events"
          ref={left.table}
          onClickCapture={({ target }) => left.onFollow(target)}
        >
          <caption className="unseen">{text('component.listcaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{text('common.time')}</th>
              <th scope="col">{text('common.whathappened')}</th>
              <th scope="col">{text('common.outcome')}</th>
              <th scope="col">{text('common.who')}</th>
              <th scope="col">{text('audit.whom')}</th>
              <th scope="col">{text('common.fromwhere')}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((event) => (
              <tr
                key={event.event_id}
                data-row={event.event_id}
                className={fresh.has(event.event_id) ? 'fresh' : ''}
              >
                <td data-label={text('common.time')} className="glance">
                  <Time at={event.time} show="zoned" />
                </td>
                <th scope="row">
                  <WhatCell event={event} listed={listed} />
                </th>
                <td data-label={text('common.outcome')} className="glance">
                  <OutcomeBadge outcome={event.outcome} />
                </td>
                <Cell label={text('common.who')}>{whoCell(event)}</Cell>
                <Cell label={text('audit.whom')}>{whomCell(event)}</Cell>
                <Cell label={text('common.fromwhere')}>{event.remote_address}</Cell>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {paged && <Pager cursor={cursor} next={data.next} shown={data.items.length} />}
      {filter.client_id !== undefined && (
        <p>
          <AllEvents
            narrowed={{ client_id: filter.client_id }}
            label={text('audit.all.of', { name: filter.client_id })}
          />
        </p>
      )}
    </>
  );
}
