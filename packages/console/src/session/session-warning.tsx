import { useEffect, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { placeNow } from '../navigation/router.tsx';
import { rich, text } from '../words/words.tsx';
import { beginSignIn, signOut } from './oidc.ts';
import { currentTokens } from './session.ts';

const WARN_BEFORE_MS = 5 * 60_000;

const clock = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

/** Says in time that the session will end, and ends it in time. */
export function SessionWarning({
  ends_at,
  onEnded,
}: {
  readonly ends_at: number;
  readonly onEnded: () => void;
}) {
  const [left, setLeft] = useState(ends_at - Date.now());
  const [dismissed, setDismissed] = useState(false);
  useEffect(() => {
    const timer = setInterval(() => {
      const now = ends_at - Date.now();
      setLeft(now);
      if (now <= 0) {
        clearInterval(timer);
        onEnded();
      }
    }, 1000);
    return () => clearInterval(timer);
  }, [ends_at, onEnded]);

  if (left > WARN_BEFORE_MS || left <= 0 || dismissed) return null;
  return (
    <Dialog title={text('session.ending')} onClose={() => setDismissed(true)}>
      <div className="dialog-body">
        <p>{rich('session.endingtext', { left: <strong className="numbers">{clock(left)}</strong> })}</p>
      </div>
      <footer>
        <Button
          onClick={() => {
            const tokens = currentTokens();
            if (tokens) void signOut(tokens);
          }}
        >
          {text('shell.signout')}
        </Button>
        <Button onClick={() => setDismissed(true)}>{text('session.stay')}</Button>
        <Button look="primary" onClick={() => void beginSignIn(placeNow(), 'login')}>
          {text('session.again')}
        </Button>
      </footer>
    </Dialog>
  );
}
