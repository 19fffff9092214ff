import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';
import { text } from '../words/words.tsx';
import { Button, IconButton } from './button.tsx';

type Toast = {
  readonly id: number;
  readonly said: string;
  readonly kind: 'done' | 'failed';
  readonly undo: (() => Promise<unknown>) | undefined;
};

export type Toasts = {
  /** Says that something is done; `undo` takes it back for as long as the message shows. */
  readonly done: (said: string, undo?: () => Promise<unknown>) => void;
  readonly failed: (error: unknown) => void;
};

const Context = createContext<Toasts>({ done: () => {}, failed: () => {} });
export const useToasts = (): Toasts => useContext(Context);

const SHOWN_MS = 9000;

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const nextId = useRef(1);

  const dismiss = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  const add = useCallback(
    (toast: Omit<Toast, 'id'>) => {
      const id = nextId.current++;
      setToasts((shown) => [...shown.slice(-2), { ...toast, id }]);
      setTimeout(() => dismiss(id), SHOWN_MS);
    },
    [dismiss],
  );
  const toasting = useMemo<Toasts>(
    () => ({
      done: (said, undo) => add({ said, kind: 'done', undo }),
      failed: (error) =>
        add({
          said: error instanceof Error ? error.message : String(error),
          kind: 'failed',
          undo: undefined,
        }),
    }),
    [add],
  );

  const undo = async (toast: Toast) => {
    dismiss(toast.id);
    try {
      await toast.undo?.();
      toasting.done(text('common.undone'));
    } catch (error) {
      toasting.failed(error);
    }
  };

  return (
    <Context value={toasting}>
      {children}
      <div className="toasts" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast ${toast.kind}`}>
            <span>{toast.said}</span>
            {toast.undo && (
              <Button small look="quiet" onClick={() => void undo(toast)}>
                {text('common.undo')}
              </Button>
            )}
            <IconButton icon="close" label={text('common.dismiss')} onClick={() => dismiss(toast.id)} />
          </div>
        ))}
      </div>
    </Context>
  );
}
