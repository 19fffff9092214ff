import { useMutation } from '@tanstack/react-query';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';

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
      title={`Delete ${client.client_name}?`}
      action="Delete"
      typed={client.client_name}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(client.client_id);
        toasts.done(`${client.client_name} is deleted.`);
        navigate('/clients', { replace: true });
      }}
    >
      <p>
        Its key, certificates, consents and every token end at once, and this cannot be undone. Disabling it
        keeps everything.
      </p>
    </ConfirmDialog>
  );
}
