/** What files that are exported may be, by their ending. */
export type FileFormat = 'csv' | 'json';

const TYPES: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv;charset=utf-8',
  json: 'application/json',
};

/** A file of a format. */
export const fileOf = (format: FileFormat, parts: readonly BlobPart[]): Blob =>
  new Blob([...parts], { type: TYPES[format] });

/** What a file is called that is made today. */
export const nameOfToday = (name: string, format: FileFormat): string =>
  `${name}-${new Date().toISOString().slice(0, 10)}.${format}`;

/** Has the browser save a file. */
export function saveFile(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
