import { useMutation } from '@tanstack/react-query';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';

/** Asks before the access tokens of a client are ended. */
export function EndTokensDialog({
  client,
  onClose,
}: {
  readonly client: Client;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync: end } = useMutation(changes.endClientTokens);
  return (
    <ConfirmDialog
      title={`End the tokens of ${client.client_name}?`}
      action="End tokens"
      onClose={onClose}
      onConfirm={async () => {
        await end(client.client_id);
        toasts.done(`The access tokens of ${client.client_name} have ended.`);
      }}
    >
      <p>
        Every access token it was issued before now ends at this server and at whoever asks it; one that is
        checked offline goes on until it expires. The client may ask for new ones, and refresh tokens of
        people stay. Disabling it refuses everything.
      </p>
    </ConfirmDialog>
  );
}
