import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';

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
      title={`Sign ${username} out everywhere?`}
      action="Sign out"
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(username);
        toasts.done('All sessions and tokens have ended.');
      }}
    >
      <p>All sessions end and every token issued to {username} is revoked.</p>
    </ConfirmDialog>
  );
}
