import { csvCell } from '../../pages/csv-cell.ts';
import type { ListColumn } from './list-definition.ts';

export type ExportFormat = 'csv' | 'json';

/** The lines of a CSV file (RFC 4180): the names of the columns, then a line an item. */
export function csvOf<Item>(items: readonly Item[], columns: readonly ListColumn<Item>[]): string {
  const exported = columns.flatMap(({ id, exported: cell }) => (cell ? [{ id, cell }] : []));
  const lines = [
    exported.map(({ id }) => csvCell(id)).join(','),
    ...items.map((item) => exported.map(({ cell }) => csvCell(cell(item))).join(',')),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Has the browser save items: as the columns show them, or whole, as the admin API gives them. */
export function saveFile<Item>(
  name: string,
  format: ExportFormat,
  items: readonly Item[],
  columns: readonly ListColumn<Item>[],
): void {
  const content = format === 'csv' ? csvOf(items, columns) : `${JSON.stringify(items, null, 2)}\n`;
  const type = format === 'csv' ? 'text/csv;charset=utf-8' : 'application/json';
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}-${new Date().toISOString().slice(0, 10)}.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
