import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Event } from '../api/admin-api.ts';
import { everyEvent } from '../api/every-event.ts';
import { queries } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { EventTable } from '../components/event-table.tsx';
import { type FilterOption, FilterSelect } from '../components/filter-select.tsx';
import { eventLabel } from '../components/outcome.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { useToasts } from '../components/toast.tsx';
import { setQuery, useRoute } from '../navigation/router.tsx';
import { useMayEverywhere } from '../session/me.tsx';
import { csvCell } from './csv-cell.ts';

const MOST_EXPORTED = 10_000;
const COLUMNS = [
  'event_id',
  'time',
  'type',
  'outcome',
  'actor',
  'object',
  'client_id',
  'username',
  'remote_address',
  'error',
  'because',
  'what',
  'evidence',
  'certificate',
  'changes',
  'detail',
  'sampled',
] as const;

const csvOf = (events: readonly Event[]): string =>
  [COLUMNS.join(','), ...events.map((event) => COLUMNS.map((name) => csvCell(event[name])).join(','))].join(
    '\r\n',
  );

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

const KINDS: readonly FilterOption[] = [
  { value: '', label: 'Everything' },
  { value: 'client.', label: 'Clients' },
  { value: 'user.', label: 'Users' },
  { value: 'token.', label: 'Tokens' },
  { value: 'grant.', label: 'Authorizations' },
  { value: 'session.', label: 'Sessions' },
  { value: 'consent.', label: 'Consents' },
  { value: 'truststore.', label: 'Trust store' },
  { value: 'signing_key.', label: 'Signing keys' },
  { value: 'admin.', label: 'Refused administration' },
  { value: 'configuration.', label: 'Configuration' },
];

const CLASSES: readonly FilterOption[] = [
  { value: '', label: 'Every class' },
  { value: 'administrative', label: 'Administrative' },
  { value: 'security', label: 'Security' },
  { value: 'traffic', label: 'Traffic' },
];

const OUTCOMES: readonly FilterOption[] = [
  { value: '', label: 'Every outcome' },
  { value: 'success', label: 'Ok' },
  { value: 'refused', label: 'Refused' },
  { value: 'failure', label: 'Failure' },
];

const SINCE: readonly FilterOption[] = [
  { value: '', label: 'All that is kept' },
  { value: '1', label: 'Last 24 hours' },
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
];

/** The start of the hour: a filter that would move with every second could not be paged through. */
const daysAgo = (days: string): number | undefined =>
  days === '' ? undefined : Math.floor(Date.now() / 3_600_000) * 3_600_000 - Number(days) * 86_400_000;

/** Of which types only a sample is listed, with how many there were. */
function Sampled({ since = 0, type }: { readonly since?: number; readonly type?: string }) {
  const mayEverywhere = useMayEverywhere();
  const { data } = useQuery({
    ...queries.eventCounts({ since, ...(type !== undefined && { type }) }),
    enabled: mayEverywhere('audit:read'),
  });
  const sampled = data?.items.filter((count) => count.sampled && count.count > count.kept) ?? [];
  if (sampled.length === 0) return null;
  return (
    <p className="quiet" role="note">
      Only a sample of these is listed:{' '}
      {sampled
        .map(({ type, count, kept }) => `${eventLabel(type)} (${count} in all, ${kept} kept)`)
        .join(', ')}
      .
    </p>
  );
}

/** Everything that was done and refused, to search and to take away. */
export function AuditPage() {
  const { query } = useRoute();
  const toasts = useToasts();
  const [busy, setBusy] = useState<'csv' | 'json'>();
  const type = query.get('type') ?? '';
  const outcome = query.get('outcome') ?? '';
  const search = query.get('search') ?? '';
  const days = query.get('days') ?? '';
  const since = daysAgo(days);
  const filter = {
    type,
    class: query.get('class') ?? '',
    outcome,
    search,
    ...(since !== undefined && { since }),
  };

  const take = async (format: 'csv' | 'json') => {
    setBusy(format);
    try {
      const { events, more } = await everyEvent(filter, MOST_EXPORTED);
      const day = new Date().toISOString().slice(0, 10);
      if (format === 'csv') download(`countersign-audit-${day}.csv`, 'text/csv', csvOf(events));
      else download(`countersign-audit-${day}.json`, 'application/json', JSON.stringify(events, null, 2));
      toasts.done(
        more
          ? `The newest ${events.length} events exported; narrow the filter for the others.`
          : `${events.length} events exported.`,
      );
    } catch (failure) {
      toasts.failed(failure);
    }
    setBusy(undefined);
  };

  return (
    <>
      <PageHeader
        title="Audit trail"
        about="Who did what, and what was refused. The audit log file has every event that is not one of a sample, for as long as you keep it."
        actions={
          <>
            <Button icon="download" busy={busy === 'csv'} onClick={() => void take('csv')}>
              CSV
            </Button>
            <Button icon="download" busy={busy === 'json'} onClick={() => void take('json')}>
              JSON
            </Button>
          </>
        }
      />
      <div className="filters">
        <SearchBox
          label="Search by event id, actor, client, user, address, cause or certificate"
          value={search}
          onSearch={(text) => setQuery({ search: text })}
        />
        <FilterSelect label="Kind of event" name="type" options={KINDS} />
        <FilterSelect label="Class" name="class" options={CLASSES} />
        <FilterSelect label="Outcome" name="outcome" options={OUTCOMES} />
        <FilterSelect label="Period" name="days" options={SINCE} />
      </div>
      <Sampled {...(since !== undefined && { since })} {...(type !== '' && { type })} />
      <EventTable filter={filter} empty={<p>No event matches.</p>} />
    </>
  );
}
