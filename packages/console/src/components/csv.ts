/** A cell of a CSV file; what a spreadsheet would take for a formula stays text. */
export function csvCell(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line of a CSV file (RFC 4180), without its end. */
export const csvLine = (values: readonly unknown[]): string => values.map(csvCell).join(',');

/** A row in which a quotation mark is not closed, or something stands behind it; the first one is 1. */
export class UnreadableCsv extends Error {
  override readonly name = 'UnreadableCsv';
  readonly row: number;

  constructor(row: number) {
    super(`row ${row} is not CSV (RFC 4180)`);
    this.row = row;
  }
}

/** What {@link csvCell} keeps from being taken for a formula, as it was. */
const meant = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

/**
 * The rows of a CSV file (RFC 4180), the head among them; empty lines are none. Cells may be parted by semicolons, as
 * spreadsheets do where a comma stands in numbers.
 * @throws UnreadableCsv
 */
export function csvRows(file: string): readonly (readonly string[])[] {
  const head = file.split(/\r?\n/, 1)[0] ?? '';
  const between = head.includes(';') && !head.includes(',') ? ';' : ',';
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${between}\\r\\n]*))(${between}|\\r?\\n|$)`, 'y');
  const rows: string[][] = [];
  let row: string[] = [];
  while (cell.lastIndex < file.length || row.length > 0) {
    const at = cell.lastIndex;
    const found = cell.exec(file);
    if (!found) throw new UnreadableCsv(rows.length + 1);
    const [, quoted, plain = '', end] = found;
    row.push(meant(quoted?.replaceAll('""', '"') ?? plain));
    if (end === between) continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (cell.lastIndex === at) break;
  }
  return rows;
}
