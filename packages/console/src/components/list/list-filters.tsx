import { useState } from 'react';
import { text } from '../../words/words.tsx';
import { Button, IconButton } from '../button.tsx';
import { TextField } from '../field.tsx';
import { SearchBox } from '../search-box.tsx';
import type { ListFilter } from './list-definition.ts';
import type { ListPlace } from './list-place.ts';
import type { ListPreferences } from './list-preferences.ts';
import { Menu } from './menu.tsx';
import { WrittenFilter } from './written-filter.tsx';

type Preferring = {
  readonly preferences: ListPreferences;
  readonly prefer: (changes: Partial<ListPreferences>) => void;
};

/** What narrows a list, and what was saved of it. */
export function ListFilters({
  search,
  filters,
  place,
  preferences,
  prefer,
}: Preferring & {
  readonly search: string | undefined;
  readonly filters: readonly ListFilter[];
  readonly place: ListPlace;
}) {
  if (search === undefined && filters.length === 0) return null;
  const given = place.filters.search ?? '';
  const none = Object.fromEntries(['search', ...filters.map(({ name }) => name)].map((name) => [name, '']));
  const isNarrowed = Object.keys(place.filters).length > 0;
  return (
    <div className="filters">
      {search !== undefined && (
        <SearchBox label={search} value={given} onSearch={(words) => place.narrow({ search: words })} />
      )}
      {filters.map((filter) => (
        <Filter
          key={filter.name}
          filter={filter}
          value={place.filters[filter.name] ?? ''}
          narrow={(value) => place.narrow({ [filter.name]: value })}
        />
      ))}
      {isNarrowed && (
        <Button small look="quiet" onClick={() => place.narrow(none)}>
          {text('list.filters.none')}
        </Button>
      )}
      <SavedFilters place={place} none={none} preferences={preferences} prefer={prefer} />
    </div>
  );
}

function Filter({
  filter,
  value,
  narrow,
}: {
  readonly filter: ListFilter;
  readonly value: string;
  readonly narrow: (value: string) => void;
}) {
  if ('options' in filter) {
    return (
      <select aria-label={filter.label} value={value} onChange={(event) => narrow(event.target.value)}>
        {filter.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    );
  }
  if (filter.onlyByLink && value === '') return null;
  return <WrittenFilter {...filter} value={value} narrow={narrow} />;
}

function SavedFilters({
  place,
  none,
  preferences: { saved },
  prefer,
}: Preferring & { readonly place: ListPlace; readonly none: Readonly<Record<string, string>> }) {
  const [name, setName] = useState('');
  const isNarrowed = Object.keys(place.filters).length > 0;
  const trimmed = name.trim();
  if (!isNarrowed && saved.length === 0) return null;
  return (
    <Menu label={text('list.saved')}>
      {(close) => (
        <>
          {saved.length > 0 && (
            <ul className="menu-list">
              {saved.map((filter) => (
                <li key={filter.name}>
                  <Button
                    small
                    look="quiet"
                    onClick={() => {
                      place.narrow({ ...none, ...filter.filters });
                      close();
                    }}
                  >
                    {filter.name}
                  </Button>
                  <IconButton
                    icon="trash"
                    label={text('list.saved.remove', { name: filter.name })}
                    onClick={() => prefer({ saved: saved.filter((other) => other !== filter) })}
                  />
                </li>
              ))}
            </ul>
          )}
          {isNarrowed && (
            <form
              onSubmit={(event) => {
                event.preventDefault();
                if (trimmed === '') return;
                const others = saved.filter((filter) => filter.name !== trimmed);
                prefer({ saved: [...others, { name: trimmed, filters: place.filters }] });
                setName('');
                close();
              }}
            >
              <TextField
                label={text('list.saved.name')}
                value={name}
                maxLength={60}
                onChange={(event) => setName(event.target.value)}
              />
              <Button small type="submit" disabled={trimmed === ''}>
                {text('list.saved.save')}
              </Button>
            </form>
          )}
        </>
      )}
    </Menu>
  );
}
