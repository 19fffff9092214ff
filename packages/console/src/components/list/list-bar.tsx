import { useState } from 'react';
import { numberText, text } from '../../words/words.tsx';
import { Button } from '../button.tsx';
import { ExportDialog } from '../export-dialog.tsx';
import { Checkbox } from '../field.tsx';
import type { FileFormat } from '../saved-file.ts';
import { exportedFile } from './exported-file.ts';
import type { ListColumn } from './list-definition.ts';
import { type ListPreferences, PAGE_SIZES } from './list-preferences.ts';
import { sortedNow } from './list-table.tsx';
import { Menu } from './menu.tsx';
import type { WholeList } from './whole-list.ts';

/** The most that the server counts; one more stands for however many there are. */
const MOST_COUNTED = 100_000;

/** How many match, as far as they are counted. */
export const countText = (matching: number): string =>
  matching > MOST_COUNTED
    ? text('list.count.more', { most: MOST_COUNTED })
    : text('list.count', { count: matching });

/** What there is, and how the person wants to see it. */
export function ListBar<Item>({
  shown,
  preferences,
  prefer,
  isExported,
  sorted,
  ...list
}: WholeList<Item> & {
  readonly shown: readonly ListColumn<Item>[];
  readonly preferences: ListPreferences;
  readonly prefer: (changes: Partial<ListPreferences>) => void;
  readonly isExported: boolean;
  readonly sorted: { readonly by: string; readonly descending?: boolean } | undefined;
}) {
  const { columns, place, matching } = list;
  const [exporting, setExporting] = useState<FileFormat>();
  const sortable = columns.flatMap(({ id, label, sort }) => (sort ? [{ id, label, by: sort.by }] : []));
  const now = sortedNow(place, sorted);
  return (
    <div className="list-bar">
      <span className="quiet" role="status">
        {matching !== undefined && countText(matching)}
      </span>
      <span className="spread" />
      {sortable.length > 0 && (
        <select
          className="sort-choice"
          aria-label={text('list.sort')}
          value={`${now?.by ?? ''} ${now?.descending ? 'desc' : 'asc'}`}
          onChange={(event) => {
            const [by = '', order] = event.target.value.split(' ');
            place.sortBy(by, order === 'desc');
          }}
        >
          {sortable.flatMap(({ id, label, by }) => [
            <option key={id} value={`${by} asc`}>
              {text('list.sort.up', { column: label })}
            </option>,
            <option key={`${id} desc`} value={`${by} desc`}>
              {text('list.sort.down', { column: label })}
            </option>,
          ])}
        </select>
      )}
      <Menu label={text('list.columns')}>
        <fieldset>
          <legend className="unseen">{text('list.columns')}</legend>
          {columns.slice(1).map(({ id, label }) => {
            const isShown = shown.some((column) => column.id === id);
            const ids = shown.slice(1).map((column) => column.id);
            return (
              <Checkbox
                key={id}
                label={label}
                checked={isShown}
                onChange={() =>
                  prefer({ columns: isShown ? ids.filter((other) => other !== id) : [...ids, id] })
                }
              />
            );
          })}
        </fieldset>
      </Menu>
      {isExported && (
        <Menu label={text('common.export')} icon="download">
          {(close) =>
            (['csv', 'json'] as const).map((format) => (
              <Button
                key={format}
                small
                look="quiet"
                onClick={() => {
                  close();
                  setExporting(format);
                }}
              >
                {text(list.selection.chosen.size > 0 ? 'list.export.chosen' : 'list.export.all', {
                  format: format.toUpperCase(),
                  count: list.selection.chosen.size,
                })}
              </Button>
            ))
          }
        </Menu>
      )}
      <select
        aria-label={text('list.size')}
        value={preferences.size}
        onChange={(event) => {
          prefer({ size: Number(event.target.value) });
          place.turnTo(1, undefined);
        }}
      >
        {PAGE_SIZES.map((size) => (
          <option key={size} value={size}>
            {text('list.size.of', { size: numberText(size) })}
          </option>
        ))}
      </select>
      {exporting !== undefined && (
        <ExportDialog
          name={list.name}
          format={exporting}
          read={(signal, onMore) => exportedFile(list, exporting, signal, onMore)}
          onClose={() => setExporting(undefined)}
        />
      )}
    </div>
  );
}
