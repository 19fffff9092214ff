import { useState } from 'react';
import type { Event } from '../../api/admin-api.ts';
import { type EventFilter, queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { csvLine } from '../../components/csv.ts';
import { thumbprintOf } from '../../components/event-about.ts';
import { ExportDialog, type Exported } from '../../components/export-dialog.tsx';
import { type FileFormat, fileOf } from '../../components/saved-file.ts';

/** The largest page of events. */
const PAGE = 500;

/** What a line of the CSV file has of an event, by the name of its column. */
const CELLS: Readonly<Record<string, (event: Event) => unknown>> = {
  event_id: ({ event_id }) => event_id,
  time: ({ time }) => time,
  type: ({ type }) => type,
  outcome: ({ outcome }) => outcome,
  actor: ({ actor }) => actor?.name,
  through: ({ actor }) => actor?.through,
  acted_with_client: ({ actor }) => actor?.client_id,
  object_kind: ({ object }) => object?.kind,
  object: ({ object }) => object?.id,
  client_id: ({ client_id }) => client_id,
  username: ({ username }) => username,
  remote_address: ({ remote_address }) => remote_address,
  error: ({ error }) => error,
  because: ({ because }) => because,
  what: ({ what }) => what,
  'x5t#S256': thumbprintOf,
  certificate: ({ certificate }) => certificate,
  evidence: ({ evidence }) => evidence,
  changes: ({ changes }) => changes,
  detail: ({ detail }) => detail,
  sampled: ({ sampled }) => sampled,
  trace_id: ({ trace_id }) => trace_id,
};

const lineOf = (event: Event): string => csvLine(Object.values(CELLS).map((cell) => cell(event)));

/** How a file of a format begins, what stands between two events, and how it ends. */
const FILES = {
  csv: {
    head: `${Object.keys(CELLS).join(',')}\r\n`,
    event: (event: Event) => `${lineOf(event)}\r\n`,
    between: '',
    end: '',
  },
  json: {
    head: '[\n',
    event: (event: Event) => JSON.stringify(event),
    between: ',\n',
    end: '\n]\n',
  },
} as const;

/**
 * Everything that a filter lets through as a file, newest first. Each page becomes text the browser keeps by itself, so
 * that however much it is never is in memory at once.
 * @param onMore told how many there are so far
 * @throws ApiError; what an aborted request throws
 */
async function exportedEvents(
  format: FileFormat,
  filter: EventFilter,
  signal: AbortSignal,
  onMore: (count: number) => void,
): Promise<Exported> {
  const { head, event: textOf, between, end } = FILES[format];
  const parts: Blob[] = [new Blob([head])];
  let count = 0;
  let after: string | undefined;
  do {
    const page = await queries.events({ ...filter, limit: PAGE, after }).queryFn({ signal });
    const written = page.items.map(textOf).join(between);
    parts.push(new Blob([count > 0 && page.items.length > 0 ? between : '', written]));
    count += page.items.length;
    onMore(count);
    after = page.next;
  } while (after !== undefined);
  parts.push(new Blob([end]));
  return { file: fileOf(format, parts), count };
}

/** The buttons that take away all that the filter lets through. */
export function EventExport({ filter }: { readonly filter: EventFilter }) {
  const [exporting, setExporting] = useState<FileFormat>();
  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <Button key={format} icon="download" onClick={() => setExporting(format)}>
          {format.toUpperCase()}
        </Button>
      ))}
      {exporting !== undefined && (
        <ExportDialog
          name="countersign-audit"
          format={exporting}
          read={(signal, onMore) => exportedEvents(exporting, filter, signal, onMore)}
          onClose={() => setExporting(undefined)}
        />
      )}
    </>
  );
}
