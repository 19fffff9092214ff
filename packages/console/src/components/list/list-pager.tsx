import { useState } from 'react';
import { text } from '../../words/words.tsx';
import { Button } from '../button.tsx';
import { dateOf } from '../time.tsx';
import type { ListColumn } from './list-definition.ts';
import type { ListPlace } from './list-place.ts';

/** Turns the pages of a list, and goes to where a letter, a word or a day begins. */
export function ListPager<Item>({
  of,
  place,
  cursors,
  next,
  isOld,
  column,
}: {
  /** What is listed: a place may have several lists. */
  readonly of: string;
  readonly place: ListPlace;
  /** Of the pages that are known, from the second on. */
  readonly cursors: readonly string[];
  readonly next: string | undefined;
  /** Whether the page that was turned to is not there yet. */
  readonly isOld: boolean;
  /** The one that the list is sorted by. */
  readonly column: ListColumn<Item> | undefined;
}) {
  const { page, from } = place;
  const isFirst = page === 1;
  const before = page === 2 ? undefined : cursors[page - 3];
  const last = cursors.length + 1;
  const isOne = isFirst && next === undefined && from === undefined;
  return (
    <nav className="pager list-pager" aria-label={text('list.pages', { of })}>
      {!isOne && (
        <>
          <Button small disabled={isFirst} onClick={() => place.turnTo(1, undefined)}>
            {text('common.first')}
          </Button>
          <Button
            small
            icon="back"
            // Of a page that was reached by an address nobody knows what stands before it.
            disabled={isFirst || isOld || (page > 2 && before === undefined)}
            onClick={() => place.turnTo(page - 1, before)}
          >
            {text('list.previous')}
          </Button>
          <span aria-current="page">{text('list.page', { page })}</span>
          <Button small disabled={next === undefined || isOld} onClick={() => place.turnTo(page + 1, next)}>
            {text('list.next')}
          </Button>
          {last > page + 1 && (
            <Button small onClick={() => place.turnTo(last, cursors[last - 2])}>
              {text('list.last', { page: last })}
            </Button>
          )}
          <span className="spread" />
        </>
      )}
      {from !== undefined && (
        <Button small look="quiet" icon="close" onClick={() => place.goTo('')}>
          {text('list.from', { from: column?.sort?.values === 'times' ? dateOf(from) : from })}
        </Button>
      )}
      {column?.sort?.values !== undefined && !(isOne && cursors.length === 0) && (
        <GoTo key={`${column.id} ${from}`} column={column} values={column.sort.values} place={place} />
      )}
    </nav>
  );
}

function GoTo<Item>({
  column,
  values,
  place,
}: {
  readonly column: ListColumn<Item>;
  readonly values: 'texts' | 'times';
  readonly place: ListPlace;
}) {
  const [value, setValue] = useState('');
  const label = text(values === 'texts' ? 'list.goto.text' : 'list.goto.date', { column: column.label });
  return (
    <form
      className="go-to"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim() !== '') place.goTo(value.trim());
      }}
    >
      <input
        type={values === 'texts' ? 'text' : 'date'}
        aria-label={label}
        placeholder={label}
        title={label}
        value={value}
        maxLength={100}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setValue(event.target.value)}
      />
      <Button small type="submit">
        {text('list.goto')}
      </Button>
    </form>
  );
}
