import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { useToasts } from '../../components/toast.tsx';

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
  const { mutate, isPending, error } = useMutation({
    ...changes.setPassword,
    onSuccess: () => {
      toasts.done('The password is set.');
      onClose();
    },
  });
  return (
    <Dialog title={`Set the password of ${username}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({ username, password });
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
