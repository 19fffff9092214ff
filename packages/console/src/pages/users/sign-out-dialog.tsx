import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';

/** Asks before a person is signed out everywhere. */
export function SignOutDialog({
  username,
  onClose,
}: {
  readonly username: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.signUserOut);
  return (
    <ConfirmDialog
      title={text('users.signouttitle', { username })}
      action={text('users.signoutaction')}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(username);
        toasts.done(text('users.signedout'));
      }}
    >
      <p>{text('users.signouttext', { username })}</p>
    </ConfirmDialog>
  );
}
