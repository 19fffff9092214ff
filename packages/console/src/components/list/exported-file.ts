import { csvLine } from '../csv.ts';
import type { Exported } from '../export-dialog.tsx';
import { type FileFormat, fileOf } from '../saved-file.ts';
import { everyListed } from './every-listed.ts';
import type { ListColumn } from './list-definition.ts';
import { sortingOf } from './list-place.ts';
import type { WholeList } from './whole-list.ts';

/** The lines of a CSV file: the names of the columns, then a line an item. */
function csvOf<Item>(items: readonly Item[], columns: readonly ListColumn<Item>[]): string {
  const exported = columns.flatMap(({ id, exported: cell }) => (cell ? [{ id, cell }] : []));
  const lines = [
    csvLine(exported.map(({ id }) => id)),
    ...items.map((item) => csvLine(exported.map(({ cell }) => cell(item)))),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * What is chosen, or everything that matches: as the columns show it, or whole, as the admin API gives it.
 * @param onMore told how many there are so far
 * @throws ApiError; what an aborted request throws
 */
export async function exportedFile<Item>(
  { read, filters, place, columns, selection }: WholeList<Item>,
  format: FileFormat,
  signal: AbortSignal,
  onMore: (count: number) => void,
): Promise<Exported> {
  const chosen = [...selection.chosen.values()];
  const items =
    chosen.length > 0 ? chosen : await everyListed(read, sortingOf(place), filters, signal, onMore);
  const content = format === 'csv' ? csvOf(items, columns) : `${JSON.stringify(items, null, 2)}\n`;
  return { file: fileOf(format, [content]), count: items.length };
}
