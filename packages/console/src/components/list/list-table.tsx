import { type ReactNode, type RefObject, useId } from 'react';
import { text } from '../../words/words.tsx';
import { Cell } from '../cell.tsx';
import { Icon } from '../icon.tsx';
import type { ListColumn } from './list-definition.ts';
import type { ListPlace } from './list-place.ts';
import type { Selection } from './selection.ts';

type Sorted = { readonly by: string; readonly descending?: boolean } | undefined;

/** How the listing is sorted now: as it is asked for, else as the server does by itself. */
export const sortedNow = (place: ListPlace, sorted: Sorted): Sorted =>
  place.sort === undefined ? sorted : { by: place.sort, descending: place.descending };

function SortHead<Item>({
  column: { label, sort },
  place,
  sorted,
}: {
  readonly column: ListColumn<Item>;
  readonly place: ListPlace | undefined;
  readonly sorted: Sorted;
}) {
  if (sort === undefined || place === undefined) return <th scope="col">{label}</th>;
  const now = sortedNow(place, sorted);
  const isThis = now?.by === sort.by;
  const descending = isThis && now.descending === true;
  return (
    <th scope="col" {...(isThis && { 'aria-sort': descending ? 'descending' : 'ascending' })}>
      <button type="button" className="sort" onClick={() => place.sortBy(sort.by, isThis && !descending)}>
        {label}
        {isThis && (
          <span className={descending ? 'sort-mark down' : 'sort-mark'}>
            <Icon name="chevron" size={14} />
          </span>
        )}
      </button>
    </th>
  );
}

/** The rows of a page, with what chooses them and what sorts them. */
export function ListTable<Item>({
  caption,
  items,
  columns,
  keyOf,
  nameOf,
  place,
  sorted,
  selection,
  rowActions,
  isOld = false,
  table,
  onFollow,
}: {
  readonly caption: string;
  readonly items: readonly Item[];
  readonly columns: readonly ListColumn<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly nameOf: (item: Item) => string;
  /** Undefined for few, which nobody sorts. */
  readonly place?: ListPlace;
  readonly sorted?: Sorted;
  /** Undefined where nothing can be done with several. */
  readonly selection?: Selection<Item> | undefined;
  readonly rowActions?: ((item: Item) => ReactNode) | undefined;
  /** Whether what is shown is of the page before, until the next one is there. */
  readonly isOld?: boolean;
  readonly table?: RefObject<HTMLTableElement | null>;
  readonly onFollow?: (target: EventTarget) => void;
}) {
  const id = useId();
  const page = new Map(items.map((item) => [keyOf(item), item]));
  const isWhole = selection !== undefined && [...page.keys()].every(selection.has);
  const [first, ...others] = columns;
  return (
    <div className={isOld ? 'card table-card of-before' : 'card table-card'} aria-busy={isOld}>
      <table className="rows" ref={table} onClickCapture={(event) => onFollow?.(event.target)}>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {selection && (
              <th scope="col" className="choosing">
                <input
                  type="checkbox"
                  aria-label={text('list.select.page')}
                  checked={isWhole}
                  onChange={() => selection.togglePage(page)}
                />
              </th>
            )}
            {columns.map((column) => (
              <SortHead key={column.id} column={column} place={place} sorted={sorted} />
            ))}
            {rowActions && (
              <th scope="col">
                <span className="unseen">{text('common.actions')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map((item, index) => {
            const key = keyOf(item);
            return (
              <tr key={key} data-row={key} className={selection?.has(key) ? 'chosen' : undefined}>
                {selection && (
                  <td className="choosing">
                    <label htmlFor={`${id}${index}`}>
                      <span className="unseen">{text('list.select.one', { name: nameOf(item) })}</span>
                      <input
                        id={`${id}${index}`}
                        type="checkbox"
                        checked={selection.has(key)}
                        onChange={() => selection.toggle(key, item)}
                      />
                    </label>
                  </td>
                )}
                <th scope="row">{first?.show(item)}</th>
                {others.map((column) => (
                  <Cell key={column.id} label={column.label}>
                    {column.show(item)}
                  </Cell>
                ))}
                {rowActions && <td className="row-actions">{rowActions(item)}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
