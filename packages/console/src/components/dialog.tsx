import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { text } from '../words/words.tsx';
import { Button, IconButton } from './button.tsx';
import { TextField } from './field.tsx';
import { ErrorText } from './server-text.tsx';
import { Notice } from './states.tsx';

/** A modal dialog by the browser's own `<dialog>`: focus stays within, Escape closes, focus returns. */
export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    const first = dialog.current?.querySelector('input:not([hidden]), textarea');
    if (first instanceof HTMLElement) first.focus();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={wide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="dialog-content">
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton icon="close" label={text('common.close')} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Asks before something that cannot be undone; with `typed`, only after that text was typed. */
export function ConfirmDialog({
  title,
  action,
  typed,
  onConfirm,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly typed?: string;
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const [written, setWritten] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <div className="dialog-body">
          {children}
          {typed !== undefined && (
            <TextField
              label={text('component.typetoconfirm', { typed })}
              value={written}
              onChange={(event) => setWritten(event.target.value)}
            />
          )}
          {error !== undefined && (
            <Notice kind="error">
              <ErrorText error={error} />
            </Notice>
          )}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="danger" busy={busy} disabled={typed !== undefined && written !== typed}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
