import { useEffect, useState } from 'react';
import { text } from '../../words/words.tsx';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { Notice } from '../states.tsx';
import { useToasts } from '../toast.tsx';
import { everyListed } from './every-listed.ts';
import { type ExportFormat, saveFile } from './exported-file.ts';
import { sortingOf } from './list-place.ts';
import type { WholeList } from './whole-list.ts';

/** Reads what is chosen, or everything that matches, and has the browser save it; closing it stops that. */
export function ExportDialog<Item>({
  list: { name, read, filters, place, columns, selection },
  format,
  onClose,
}: {
  readonly list: WholeList<Item>;
  readonly format: ExportFormat;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [count, setCount] = useState(0);
  const [failure, setFailure] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins when it is opened, and never again
  useEffect(() => {
    const aborting = new AbortController();
    const { signal } = aborting;
    const some = [...selection.chosen.values()];
    const reading =
      some.length > 0
        ? Promise.resolve(some)
        : everyListed(read, sortingOf(place), filters, signal, setCount);
    void reading.then(
      (items) => {
        if (signal.aborted) return;
        saveFile(name, format, items, columns);
        toasts.done(text('list.export.done', { count: items.length }));
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
