import { useState } from 'react';
import { Button } from '../components/button.tsx';
import { EventTable } from '../components/event-table.tsx';
import { type FilterOption, FilterSelect } from '../components/filter-select.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { setQuery, useRoute } from '../navigation/router.tsx';

const EVERY_MS = 2000;

const KINDS: readonly FilterOption[] = [
  { value: '', label: 'Everything' },
  { value: 'token.', label: 'Token requests' },
  { value: 'handshake.', label: 'Handshakes' },
  { value: 'certificate.', label: 'Certificates' },
  { value: 'authorization.', label: 'Sign-ins' },
  { value: 'admin.', label: 'Administration' },
];

const OUTCOMES: readonly FilterOption[] = [
  { value: '', label: 'Every outcome' },
  { value: 'refused', label: 'Refused' },
  { value: 'success', label: 'Ok' },
  { value: 'failure', label: 'Failure' },
];

/** What is happening now: handshakes and token requests as they come in. */
export function LivePage() {
  const { query } = useRoute();
  const [paused, setPaused] = useState(false);
  const type = query.get('type') ?? '';
  const outcome = query.get('outcome') ?? '';
  const search = query.get('search') ?? '';
  return (
    <>
      <PageHeader
        title="Live view"
        about={
          <span className={`live-mark${paused ? ' paused' : ''}`} role="status">
            {paused ? 'paused' : 'following'}
          </span>
        }
        actions={
          <Button icon={paused ? 'play' : 'pause'} aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {paused ? 'Follow' : 'Pause'}
          </Button>
        }
      />
      <div className="filters">
        <SearchBox
          label="Search by event id, client, user or cause"
          value={search}
          onSearch={(text) => setQuery({ search: text })}
        />
        <FilterSelect label="Kind of event" name="type" options={KINDS} />
        <FilterSelect label="Outcome" name="outcome" options={OUTCOMES} />
      </div>
      <EventTable
        filter={{ type, outcome, search }}
        every={paused ? undefined : EVERY_MS}
        empty={<p>As soon as a client connects, it shows up here.</p>}
      />
    </>
  );
}
