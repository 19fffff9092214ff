import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { EventTable } from '../../components/event-table.tsx';
import { FilterSelect } from '../../components/filter-select.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { SearchBox } from '../../components/search-box.tsx';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { eventFilterOf, KIND_OPTIONS, OUTCOME_OPTIONS } from './event-filter.ts';

const EVERY_MS = 2000;
const NAMES = ['kind', 'type', 'outcome', 'search'];

/** What is happening now, as it comes in; connections that broke off stand apart. */
export function LivePage() {
  const { query } = useRoute();
  const [paused, setPaused] = useState(false);
  const given = Object.fromEntries(
    NAMES.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? '']] : [])),
  );
  return (
    <>
      <PageHeader
        title={text('shell.place.live')}
        about={
          <span className={`live-mark${paused ? ' paused' : ''}`} role="status">
            {text(paused ? 'audit.live.paused' : 'audit.live.following')}
          </span>
        }
        actions={
          <Button icon={paused ? 'play' : 'pause'} aria-pressed={paused} onClick={() => setPaused(!paused)}>
            {text(paused ? 'audit.live.follow' : 'audit.live.pause')}
          </Button>
        }
      />
      <div className="filters">
        <SearchBox
          label={text('audit.live.search')}
          value={query.get('search') ?? ''}
          onSearch={(words) => setQuery({ search: words })}
        />
        <FilterSelect label={text('audit.kind')} name="kind" options={KIND_OPTIONS} />
        <FilterSelect label={text('audit.outcome')} name="outcome" options={OUTCOME_OPTIONS} />
      </div>
      <EventTable
        filter={eventFilterOf(given)}
        every={paused ? undefined : EVERY_MS}
        empty={<p>{text('audit.live.empty')}</p>}
      />
    </>
  );
}
