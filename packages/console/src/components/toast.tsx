import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { text } from '../words/words.tsx';
import { Button, IconButton } from './button.tsx';
import { ErrorText } from './server-text.tsx';

type Toast = {
  readonly id: number;
  readonly said: ReactNode;
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

const SHOWN_MS = 12_000;
const MOST = 3;
const KEY = 'countersign.messages';
/** Goes to the messages from anywhere, and from there to the next. */
const HOTKEY = 'F8';

/** Whether messages go by themselves: until they are dismissed for whoever needs longer (WCAG 2.2.1). */
type Staying = 'a-while' | 'until-dismissed';

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const [staying, setStaying] = useState<Staying>(
    localStorage.getItem(KEY) === 'until-dismissed' ? 'until-dismissed' : 'a-while',
  );
  const [held, setHeld] = useState(false);
  const nextId = useRef(1);
  const region = useRef<HTMLElement>(null);

  const dismiss = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  const add = useCallback((toast: Omit<Toast, 'id'>) => {
    const id = nextId.current++;
    setToasts((shown) => [...shown.slice(1 - MOST), { ...toast, id }]);
  }, []);
  const toasting = useMemo<Toasts>(
    () => ({
      done: (said, undo) => add({ said, kind: 'done', undo }),
      failed: (error) =>
        add({
          said: <ErrorText error={error} />,
          kind: 'failed',
          undo: undefined,
        }),
    }),
    [add],
  );
  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      if (event.key !== HOTKEY || event.altKey || event.ctrlKey || event.metaKey) return;
      const messages = [...(region.current?.querySelectorAll('.toast') ?? [])];
      // The newest first: what it says was just done.
      const controls = messages.reverse().flatMap((message) => [...message.querySelectorAll('button')]);
      if (controls.length === 0) return;
      event.preventDefault();
      const at = controls.findIndex((control) => control.matches(':focus'));
      controls[(at + 1) % controls.length]?.focus();
    };
    window.addEventListener('keydown', go);
    return () => window.removeEventListener('keydown', go);
  }, []);

  const undo = async (toast: Toast) => {
    dismiss(toast.id);
    try {
      await toast.undo?.();
      toasting.done(text('common.undone'));
    } catch (error) {
      toasting.failed(error);
    }
  };
  const stay = (next: Staying) => {
    setStaying(next);
    localStorage.setItem(KEY, next);
  };

  return (
    <Context value={toasting}>
      {children}
      <section
        ref={region}
        className="toasts"
        aria-label={text('component.messages', { key: HOTKEY })}
        onMouseEnter={() => setHeld(true)}
        onMouseLeave={() => setHeld(region.current?.contains(document.activeElement) ?? false)}
        onFocus={() => setHeld(true)}
        onBlur={() => setHeld(false)}
      >
        <div aria-live="polite">
          {toasts.map((toast) => (
            <Message
              key={toast.id}
              toast={toast}
              shownMs={held || staying === 'until-dismissed' ? undefined : SHOWN_MS}
              onUndo={() => void undo(toast)}
              onDismiss={() => dismiss(toast.id)}
            />
          ))}
        </div>
        {toasts.length > 0 && (
          <label className="toasts-stay">
            <input
              type="checkbox"
              checked={staying === 'until-dismissed'}
              onChange={({ target }) => stay(target.checked ? 'until-dismissed' : 'a-while')}
            />
            {text('component.messagesstay')}
          </label>
        )}
      </section>
    </Context>
  );
}

function Message({
  toast,
  shownMs,
  onUndo,
  onDismiss,
}: {
  readonly toast: Toast;
  /** How long it stays from now on; undefined while nothing takes it away. */
  readonly shownMs: number | undefined;
  readonly onUndo: () => void;
  readonly onDismiss: () => void;
}) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another way to dismiss is no reason to begin anew
  useEffect(() => {
    if (shownMs === undefined) return;
    const timer = setTimeout(onDismiss, shownMs);
    return () => clearTimeout(timer);
  }, [shownMs]);
  return (
    <div className={`toast ${toast.kind}`}>
      <span>{toast.said}</span>
      {toast.undo && (
        <Button small look="quiet" onClick={onUndo}>
          {text('common.undo')}
        </Button>
      )}
      <IconButton icon="close" label={text('common.dismiss')} onClick={onDismiss} />
    </div>
  );
}
