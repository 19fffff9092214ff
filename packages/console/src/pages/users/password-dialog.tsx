import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Checkbox, TextField } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { generatedPassword } from './generated-password.ts';
import { TemporaryPassword } from './temporary-password.tsx';

/** Sets the password of an account: one that is typed, or a temporary one that is made here. */
export function PasswordDialog({
  username,
  onClose,
}: {
  readonly username: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [password, setPassword] = useState('');
  const [isMade, setIsMade] = useState(false);
  const [temporary, setTemporary] = useState(false);
  const [end_sessions, setEndSessions] = useState(true);
  const { mutate, isPending, error } = useMutation({
    ...changes.setPassword,
    onSuccess: ({ sessions, grants }) => {
      toasts.done(
        end_sessions
          ? text('users.passwordset', {
              sessions: text('users.sessioncount', { count: sessions }),
              grants: text('users.grantcount', { count: grants }),
            })
          : text('users.passwordkept'),
      );
      onClose();
    },
  });
  const make = () => {
    setPassword(generatedPassword());
    setIsMade(true);
    setTemporary(true);
  };
  return (
    <Dialog title={text('users.passwordof', { username })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          mutate({ username, password, temporary, end_sessions });
        }}
      >
        <div className="dialog-body">
          {isMade ? (
            <>
              <p>{text('users.generatedhint', { button: text('users.setpassword') })}</p>
              <CopyValue value={password} what={text('users.generated', { username })} />
              {error && <Notice kind="error">{error.message}</Notice>}
            </>
          ) : (
            <>
              <TextField
                label={text('common.newpassword')}
                type="password"
                autoComplete="new-password"
                value={password}
                error={error?.message}
                hint={text('users.lockhint')}
                onChange={(event) => setPassword(event.target.value)}
              />
              <p>
                <Button small onClick={make}>
                  {text('users.generate')}
                </Button>
              </p>
            </>
          )}
          <TemporaryPassword checked={temporary} onChange={setTemporary} />
          <Checkbox
            label={text('users.endall')}
            hint={text('users.endallpassword')}
            checked={end_sessions}
            onChange={(event) => setEndSessions(event.target.checked)}
          />
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={password === ''}>
            {text('users.setpassword')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
