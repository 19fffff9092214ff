import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';

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
      title={`Delete ${username}?`}
      action="Delete"
      typed={username}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(username);
        toasts.done(`${username} is deleted.`);
        navigate('/users', { replace: true });
      }}
    >
      <p>The account goes with its sessions, consents and tokens. This cannot be undone.</p>
    </ConfirmDialog>
  );
}
