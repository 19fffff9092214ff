import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { rich, text } from '../../words/words.tsx';

/** Says that guessing locked the account, and lifts the lock. */
export function LockNotice({
  locked_at,
  editable,
  onUnlock,
}: {
  readonly locked_at: string;
  readonly editable: boolean;
  readonly onUnlock: () => Promise<void>;
}) {
  return (
    <Notice kind="warning" title={text('users.lockedtitle')}>
      <p>{rich('users.lockedsince', { time: <Time at={locked_at} show="exact" /> })}</p>
      {editable && (
        <Button small onClick={() => void onUnlock()}>
          {text('users.unlock')}
        </Button>
      )}
    </Notice>
  );
}
