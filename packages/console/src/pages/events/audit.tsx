import { useQuery } from '@tanstack/react-query';
import type { Event } from '../../api/admin-api.ts';
import { type EventFilter, queries } from '../../api/queries.ts';
import { auditOf, thumbprintOf } from '../../components/event-about.ts';
import { WhatCell, whoCell, whomCell } from '../../components/event-cells.tsx';
import { List } from '../../components/list/list.tsx';
import type { ListColumn, ListFilters } from '../../components/list/list-definition.ts';
import { eventLabel, OutcomeBadge } from '../../components/outcome.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Time } from '../../components/time.tsx';
import { Link, useRoute } from '../../navigation/router.tsx';
import { useMayEverywhere } from '../../session/me.tsx';
import { listText, rich, text } from '../../words/words.tsx';
import { EventExport } from './event-export.tsx';
import { eventFilterOf, FILTERS, isNoiseLeftOut } from './event-filter.ts';

const COLUMNS: readonly ListColumn<Event>[] = [
  {
    id: 'what',
    label: text('common.whathappened'),
    show: (event) => <WhatCell event={event} listed="/audit" />,
  },
  { id: 'time', label: text('common.when'), show: ({ time }) => <Time at={time} show="zoned" /> },
  {
    id: 'outcome',
    label: text('common.outcome'),
    show: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
  },
  { id: 'who', label: text('common.who'), show: whoCell },
  { id: 'whom', label: text('audit.whom'), show: whomCell },
  {
    id: 'address',
    label: text('common.fromwhere'),
    show: ({ remote_address: address }) =>
      address !== undefined && <Link to={auditOf({ address, kind: 'all' })}>{address}</Link>,
  },
  {
    id: 'certificate',
    label: text('common.certificate'),
    hidden: true,
    show: (event) => {
      const thumbprint = thumbprintOf(event);
      return (
        thumbprint !== undefined && (
          <Link to={auditOf({ certificate: thumbprint })}>
            <code>{thumbprint}</code>
          </Link>
        )
      );
    },
  },
  {
    id: 'because',
    label: text('common.cause'),
    hidden: true,
    show: ({ because }) => because !== undefined && <code>{because}</code>,
  },
  { id: 'type', label: text('audit.type'), hidden: true, show: ({ type }) => <code>{type}</code> },
  {
    id: 'event_id',
    label: text('audit.eventid'),
    hidden: true,
    show: ({ event_id }) => <code>{event_id}</code>,
  },
];

/** The kind of the types that are sampled, by their family. */
const KIND_OF_SAMPLED: Readonly<Record<string, string>> = {
  token: 'token',
  handshake: 'connection',
  connection: 'connection',
  request: 'connection',
  certificate: 'certificate',
  certificate_header: 'certificate',
  listener: 'server',
};

const isListed = (type: string, { kind, except }: Pick<EventFilter, 'kind' | 'except'>): boolean => {
  const own = new Map(Object.entries(KIND_OF_SAMPLED)).get(type.split('.')[0] ?? '');
  return (kind === undefined || kind === own) && own !== except;
};

/** Of which of the types that are listed there is only a sample, with how many there were. */
function Sampled({ filter }: { readonly filter: EventFilter }) {
  const { since = 0, until, type } = filter;
  const mayEverywhere = useMayEverywhere();
  const { data } = useQuery({
    ...queries.eventCounts({
      since,
      ...(until !== undefined && { until }),
      ...(type !== undefined && { type }),
    }),
    enabled: mayEverywhere('audit:read'),
  });
  const sampled =
    data?.items.filter(
      (count) => count.sampled && count.count > count.kept && isListed(count.type, filter),
    ) ?? [];
  if (sampled.length === 0) return null;
  const types = listText(
    sampled.map((count) =>
      text('audit.sampled.type', { type: eventLabel(count.type), count: count.count, kept: count.kept }),
    ),
  );
  return (
    <p className="quiet" role="note">
      {text('audit.sampled', { types })}
    </p>
  );
}

const NAMES = ['search', ...FILTERS.map(({ name }) => name)];

/** Everything that was done and refused, to search and to take away. */
export function AuditPage() {
  const { query } = useRoute();
  const given: ListFilters = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = query.get(name) ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
  const filter = eventFilterOf(given);
  return (
    <>
      <PageHeader
        title={text('shell.place.audit')}
        about={text('audit.about')}
        actions={<EventExport filter={filter} />}
      />
      <Sampled filter={filter} />
      {isNoiseLeftOut(given) && (
        <p className="quiet" role="note">
          {rich('audit.noise', {
            link: <Link to={auditOf({ kind: 'connection' })}>{text('audit.noise.show')}</Link>,
          })}
        </p>
      )}
      <List
        name="audit"
        caption={text('audit.caption')}
        columns={COLUMNS}
        keyOf={({ event_id }) => event_id}
        nameOf={({ event_id }) => event_id}
        read={({ limit, after }, filters) => queries.events({ ...eventFilterOf(filters), limit, after })}
        search={text('audit.search')}
        filters={FILTERS}
        icon="audit"
        empty={text('audit.empty')}
        noMatch={text('audit.nomatch')}
      />
    </>
  );
}
