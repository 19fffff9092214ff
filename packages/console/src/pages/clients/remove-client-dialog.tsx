import { useMutation } from '@tanstack/react-query';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';

/** Asks before a client is deleted. */
export function RemoveClientDialog({
  client,
  onClose,
}: {
  readonly client: Client;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.removeClient);
  return (
    <ConfirmDialog
      title={text('client.deletetitle', { name: client.client_name })}
      action={text('common.delete')}
      typed={client.client_name}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(client.client_id);
        toasts.done(text('client.deleted', { name: client.client_name }));
        navigate('/clients', { replace: true });
      }}
    >
      <p>{text('client.deletetext')}</p>
    </ConfirmDialog>
  );
}
