import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Checkbox, TextField } from '../../components/field.tsx';
import { useToasts } from '../../components/toast.tsx';
import { TemporaryPassword } from './temporary-password.tsx';

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Sets the password of an account. */
export function PasswordDialog({
  username,
  onClose,
}: {
  readonly username: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [password, setPassword] = useState('');
  const [temporary, setTemporary] = useState(false);
  const [end_sessions, setEndSessions] = useState(true);
  const { mutate, isPending, error } = useMutation({
    ...changes.setPassword,
    onSuccess: ({ sessions, grants }) => {
      toasts.done(
        end_sessions
          ? `The password is set; ended: ${counted(sessions, 'session')}, ${counted(grants, 'authorization')}.`
          : 'The password is set; sessions and authorizations go on.',
      );
      onClose();
    },
  });
  return (
    <Dialog title={`Set the password of ${username}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({ username, password, temporary, end_sessions });
        }}
      >
        <div className="dialog-body">
          <TextField
            label="New password"
            type="password"
            autoComplete="new-password"
            value={password}
            error={error?.message}
            hint="A lock, if there is one, is lifted."
            onChange={(event) => setPassword(event.target.value)}
          />
          <TemporaryPassword checked={temporary} onChange={setTemporary} />
          <Checkbox
            label="End sessions and authorizations"
            hint="Whoever is signed in with the old password is out, and every token issued for this person ends."
            checked={end_sessions}
            onChange={(event) => setEndSessions(event.target.checked)}
          />
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={password === ''}>
            Set password
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
