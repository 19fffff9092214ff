import { useEffect, useState } from 'react';
import type { Event } from '../../api/admin-api.ts';
import { type EventFilter, queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { thumbprintOf } from '../../components/event-about.ts';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { csvCell } from '../csv-cell.ts';

/** The largest page of events. */
const PAGE = 500;

type Format = 'csv' | 'json';

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

const lineOf = (event: Event): string =>
  Object.values(CELLS)
    .map((cell) => csvCell(cell(event)))
    .join(',');

/** How a file of a format begins, what stands between two events, and how it ends. */
const FILES = {
  csv: {
    type: 'text/csv;charset=utf-8',
    head: `${Object.keys(CELLS).join(',')}\r\n`,
    event: (event: Event) => `${lineOf(event)}\r\n`,
    between: '',
    end: '',
  },
  json: {
    type: 'application/json',
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
async function fileOf(
  format: Format,
  filter: EventFilter,
  signal: AbortSignal,
  onMore: (count: number) => void,
): Promise<{ readonly file: Blob; readonly count: number }> {
  const { type, head, event: textOf, between, end } = FILES[format];
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
  return { file: new Blob(parts, { type }), count };
}

function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** Reads all of it and has the browser save it; closing it stops that. */
function ExportDialog({
  filter,
  format,
  onClose,
}: {
  readonly filter: EventFilter;
  readonly format: Format;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [count, setCount] = useState(0);
  const [failure, setFailure] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins when it is opened, and never again
  useEffect(() => {
    const aborting = new AbortController();
    const { signal } = aborting;
    fileOf(format, filter, signal, setCount).then(
      (whole) => {
        if (signal.aborted) return;
        save(`countersign-audit-${new Date().toISOString().slice(0, 10)}.${format}`, whole.file);
        toasts.done(text('list.export.done', { count: whole.count }));
        onClose();
      },
      (error: unknown) => {
        if (!signal.aborted) setFailure(error instanceof Error ? error.message : String(error));
      },
    );
    return () => aborting.abort();
  }, []);
  return (
    <Dialog title={text('common.export')} onClose={onClose}>
      <div className="dialog-body">
        {failure === undefined ? (
          <p role="status">{text('list.reading', { count })}</p>
        ) : (
          <Notice kind="error">{failure}</Notice>
        )}
      </div>
      <footer>
        <Button onClick={onClose}>{text('common.cancel')}</Button>
      </footer>
    </Dialog>
  );
}

/** The buttons that take away all that the filter lets through. */
export function EventExport({ filter }: { readonly filter: EventFilter }) {
  const [exporting, setExporting] = useState<Format>();
  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <Button key={format} icon="download" onClick={() => setExporting(format)}>
          {format.toUpperCase()}
        </Button>
      ))}
      {exporting !== undefined && (
        <ExportDialog filter={filter} format={exporting} onClose={() => setExporting(undefined)} />
      )}
    </>
  );
}
