import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import type { IconName } from '../icon.tsx';
import { Empty, Failed, Loading } from '../states.tsx';
import { Unreadable } from '../unreadable.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { usePagesSeen } from './known-pages.ts';
import { useLeftPlace } from './left-place.ts';
import { ListBar } from './list-bar.tsx';
import type { BulkAction, ListColumn, ListFilter, ReadList } from './list-definition.ts';
import { ListFilters } from './list-filters.tsx';
import { ListPager } from './list-pager.tsx';
import { partAt, useListPlace } from './list-place.ts';
import { useListPreferences } from './list-preferences.ts';
import { ListTable } from './list-table.tsx';
import { useSelection } from './selection.ts';

/** What is to be known of a list; everything but what it is of has a default. */
export type ListProps<Item> = {
  /** Names it in what the browser remembers, and exported files. */
  readonly name: string;
  /** What it is of, in a word or two, for who does not see it. */
  readonly caption: string;
  /** The first one names the item; it is always there. */
  readonly columns: readonly ListColumn<Item>[];
  readonly keyOf: (item: Item) => string;
  /** How the item is called, where something is said of one of several. */
  readonly nameOf: (item: Item) => string;
  readonly read: ReadList<Item>;
  /** Whether the server counts what matches, where `total` asks for it. */
  readonly isCounted?: boolean;
  /** Where nothing is asked to be sorted, what the server sorts by, and how. */
  readonly sorted?: { readonly by: string; readonly descending?: boolean };
  /** The label of the search; absent, nothing is searched for. */
  readonly search?: string;
  readonly filters?: readonly ListFilter[];
  /** Narrows the list whatever is chosen. */
  readonly always?: Readonly<Record<string, string>>;
  readonly actions?: readonly BulkAction<Item>[];
  /** Whether what is listed can be saved as a file. */
  readonly isExported?: boolean;
  /** False for a list that is a part of a page, which keeps its place for itself. */
  readonly inAddress?: boolean;
  /** A last column of what can be done with one item. */
  readonly rowActions?: (item: Item) => ReactNode;
  /** Read again so often, in milliseconds. */
  readonly every?: number;
  readonly icon?: IconName;
  /** What is said where there is nothing: at all, and where nothing matches. */
  readonly empty: string;
  readonly emptyHint?: ReactNode;
  readonly noMatch: string;
  readonly noMatchHint?: ReactNode;
};

/**
 * A list of whatever there may be many of: sorted, narrowed, searched and turned over by the server, its place kept in the
 * address; columns, page size and saved filters as the person wants them; several chosen, changed and exported at once.
 */
export function List<Item>(props: ListProps<Item>) {
  const { name, columns, keyOf, read, search, filters = [], always, actions = [], inAddress = true } = props;
  const [preferences, prefer] = useListPreferences(name);
  const names = [...(search === undefined ? [] : ['search']), ...filters.map((filter) => filter.name)];
  const place = useListPlace(inAddress, names, preferences);
  const asked = { ...place.filters, ...always };
  const narrowed = JSON.stringify(asked);
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...read(partAt(place, preferences.size), asked),
    placeholderData: keepPreviousData,
    ...(props.every !== undefined && { refetchInterval: props.every }),
  });
  const counting = useQuery({
    ...read({ limit: 1, total: 'matching' }, asked),
    enabled: props.isCounted === true,
    placeholderData: keepPreviousData,
  });
  const pages = usePagesSeen(inAddress ? name : undefined, `${place.listing}${JSON.stringify(always)}`);
  const next = isPlaceholderData ? undefined : data?.next;
  useEffect(() => {
    if (next !== undefined) pages.learn(place.page, next);
  });
  const selection = useSelection<Item>(narrowed);
  const left = useLeftPlace(data !== undefined && !isPlaceholderData);
  const shown = columns.filter(
    ({ id, hidden = false }, index) => index === 0 || (preferences.columns?.includes(id) ?? !hidden),
  );
  const isNarrowed = Object.keys(place.filters).length > 0;
  const matching = props.isCounted ? counting.data?.matching : undefined;
  const whole = {
    name,
    read,
    filters: asked,
    place,
    columns,
    selection,
    keyOf,
    nameOf: props.nameOf,
    matching,
  };
  return (
    <section className="list" aria-label={props.caption}>
      <ListFilters
        search={search}
        filters={filters}
        place={place}
        preferences={preferences}
        prefer={prefer}
      />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading rows={8} />}
      <Unreadable records={data?.unreadable} />
      {data?.items.length === 0 && (
        <Empty
          title={isNarrowed || place.from ? props.noMatch : props.empty}
          {...(props.icon && { icon: props.icon })}
        >
          {isNarrowed ? props.noMatchHint : props.emptyHint}
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <>
          <ListBar
            {...whole}
            shown={shown}
            preferences={preferences}
            prefer={prefer}
            isExported={props.isExported ?? false}
            sorted={props.sorted}
          />
          {actions.length > 0 && <BulkBar {...whole} page={data.items} actions={actions} />}
          <ListTable
            caption={props.caption}
            items={data.items}
            columns={shown}
            keyOf={keyOf}
            nameOf={props.nameOf}
            place={place}
            sorted={props.sorted}
            selection={actions.length > 0 ? selection : undefined}
            rowActions={props.rowActions}
            isOld={isPlaceholderData}
            table={left.table}
            onFollow={left.onFollow}
          />
        </>
      )}
      {data && (
        <ListPager
          of={props.caption}
          place={place}
          cursors={pages.cursors}
          next={data.next}
          isOld={isPlaceholderData}
          column={columns.find(
            ({ sort }) => sort !== undefined && sort.by === (place.sort ?? props.sorted?.by),
          )}
        />
      )}
    </section>
  );
}
