import { useEffect, useState } from 'react';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { holdsPrivateKey } from './private-key.ts';
import { Notice } from './states.tsx';

/** The text that is about to come into an input. */
function comingIn(event: InputEvent): string {
  return event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
}

/** Lets no private key into any input of the console, and says what to do about the key. */
export function PrivateKeyGuard() {
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    // Before the input has it: what is refused here stands nowhere, and is sent nowhere.
    const before = (event: InputEvent) => {
      if (!holdsPrivateKey(comingIn(event))) return;
      event.preventDefault();
      event.stopPropagation();
      setRefused(true);
    };
    const pasted = (event: ClipboardEvent) => {
      if (!holdsPrivateKey(event.clipboardData?.getData('text/plain') ?? '')) return;
      event.preventDefault();
      event.stopPropagation();
      setRefused(true);
    };
    document.addEventListener('beforeinput', before, true);
    document.addEventListener('paste', pasted, true);
    return () => {
      document.removeEventListener('beforeinput', before, true);
      document.removeEventListener('paste', pasted, true);
    };
  }, []);
  if (!refused) return null;
  const close = () => setRefused(false);
  return (
    <Dialog title={text('guard.keytitle')} onClose={close}>
      <div className="dialog-body">
        <Notice kind="error" title={text('guard.keyrefused')}>
          <p>{text('guard.keyexposed')}</p>
        </Notice>
        <p>{text('guard.keytodo')}</p>
      </div>
      <footer>
        <Button look="primary" onClick={close}>
          {text('guard.understood')}
        </Button>
      </footer>
    </Dialog>
  );
}
