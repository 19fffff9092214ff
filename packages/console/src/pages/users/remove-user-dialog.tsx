import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';

/** Asks before an account is deleted. */
export function RemoveUserDialog({
  username,
  onClose,
}: {
  readonly username: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.removeUser);
  return (
    <ConfirmDialog
      title={text('users.deletetitle', { username })}
      action={text('common.delete')}
      typed={username}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(username);
        toasts.done(text('users.deleted', { username }));
        navigate('/users', { replace: true });
      }}
    >
      <p>{text('users.deletetext')}</p>
    </ConfirmDialog>
  );
}
