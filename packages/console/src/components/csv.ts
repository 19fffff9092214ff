/** A cell of a CSV file; what a spreadsheet would take for a formula stays text. */
export function csvCell(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A line of a CSV file (RFC 4180), without its end. */
export const csvLine = (values: readonly unknown[]): string => values.map(csvCell).join(',');
