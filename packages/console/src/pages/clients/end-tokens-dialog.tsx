import { useMutation } from '@tanstack/react-query';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';

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
      title={text('client.endtokenstitle', { name: client.client_name })}
      action={text('client.endtokens')}
      onClose={onClose}
      onConfirm={async () => {
        await end(client.client_id);
        toasts.done(text('client.tokensended', { name: client.client_name }));
      }}
    >
      <p>{text('client.endtokenstext')}</p>
    </ConfirmDialog>
  );
}
