import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Checkbox } from '../../components/field.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import type { Factor } from './factor.ts';

const ABOUT = {
  totp: 'users.removetext',
  passkey: 'users.removetext',
  certificate: 'users.removecertificatetext',
  recovery_code: 'users.removecodestext',
} as const;

/** Asks before a second factor of somebody is removed. */
export function RemoveFactorDialog({
  username,
  factor,
  onClose,
}: {
  readonly username: string;
  readonly factor: Factor;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [end_sessions, setEndSessions] = useState(true);
  const { mutateAsync } = useMutation(changes.removeCredentials);
  const { kind, credential_id, name } = factor;
  return (
    <ConfirmDialog
      title={text('users.removetitle', { factor: name })}
      action={text('common.remove')}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync({ username, kind, credential_id, end_sessions });
        toasts.done(text('users.factorremoved', { factor: name }));
      }}
    >
      <p>{text(ABOUT[kind], { username })}</p>
      <Checkbox
        label={text('users.endall')}
        hint={text('users.endallfactor')}
        checked={end_sessions}
        onChange={(event) => setEndSessions(event.target.checked)}
      />
    </ConfirmDialog>
  );
}
