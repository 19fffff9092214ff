import { useEffect, useState } from 'react';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { type FileFormat, nameOfToday, saveFile } from './saved-file.ts';
import { Notice } from './states.tsx';
import { useToasts } from './toast.tsx';

/** What is exported as a file, and how many there are in it. */
export type Exported = { readonly file: Blob; readonly count: number };

/** Reads what is exported and has the browser save it; closing it stops that. */
export function ExportDialog({
  name,
  format,
  read,
  onClose,
}: {
  /** What the file is called, without day and ending. */
  readonly name: string;
  readonly format: FileFormat;
  /** @param onMore told how many there are so far */
  readonly read: (signal: AbortSignal, onMore: (count: number) => void) => Promise<Exported>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [count, setCount] = useState(0);
  const [failure, setFailure] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins when it is opened, and never again
  useEffect(() => {
    const aborting = new AbortController();
    const { signal } = aborting;
    void read(signal, setCount).then(
      (exported) => {
        if (signal.aborted) return;
        saveFile(nameOfToday(name, format), exported.file);
        toasts.done(text('list.export.done', { count: exported.count }));
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
