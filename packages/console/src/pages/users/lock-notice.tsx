import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';

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
    <Notice kind="warning" title="Too many wrong passwords locked this account.">
      <p>
        Since <Time at={locked_at} show="exact" />. It opens by itself after a while.
      </p>
      {editable && (
        <Button small onClick={() => void onUnlock()}>
          Unlock now
        </Button>
      )}
    </Notice>
  );
}
