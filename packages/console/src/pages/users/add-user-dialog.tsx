import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Role } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextField } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { RolePicker } from './role-picker.tsx';
import { TemporaryPassword } from './temporary-password.tsx';

/** Makes an account and goes to it. */
export function AddUserDialog({ onClose }: { readonly onClose: () => void }) {
  const toasts = useToasts();
  const may = useMay();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [temporary, setTemporary] = useState(false);
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>([]);
  const { mutate, isPending, error } = useMutation({
    ...changes.addUser,
    onSuccess: () => {
      toasts.done(text('users.added', { username }));
      onClose();
      navigate(pathOf('users', username));
    },
  });
  const add = () =>
    mutate({
      username,
      password,
      temporary,
      roles,
      claims: {
        ...(name.trim() && { name: name.trim() }),
        ...(email.trim() && { email: email.trim() }),
      },
    });
  return (
    <Dialog title={text('users.add')} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <div className="dialog-body">
          <TextField
            label={text('common.username')}
            value={username}
            maxLength={255}
            required
            onChange={(event) => setUsername(event.target.value)}
          />
          <TextField
            label={text('common.password')}
            type="password"
            autoComplete="new-password"
            value={password}
            required
            onChange={(event) => setPassword(event.target.value)}
          />
          <TemporaryPassword checked={temporary} onChange={setTemporary} />
          <div className="row">
            <TextField
              label={text('common.name')}
              optional
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
            <TextField
              label={text('common.email')}
              optional
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </div>
          {may('administrators:write') && <RolePicker roles={roles} onChange={setRoles} />}
          {error && <Notice kind="error">{error.message}</Notice>}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={username === '' || password === ''}>
            {text('common.add')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
