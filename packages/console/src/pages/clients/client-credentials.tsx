import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CopyValue } from '../../components/copy.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Checkbox } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { methodName, usesClientSecret } from './methods.ts';
import { forgetRevealed, reveal, revealedFor } from './revealed-secret.ts';

/** Client key and secret; a secret is shown once, when it was made. */
export function ClientCredentials({ client }: { readonly client: Client }) {
  const may = useMay();
  const toasts = useToasts();
  const [secret, setSecret] = useState(() => revealedFor(client.client_id));
  const [asking, setAsking] = useState(false);
  const [end_tokens, setEndTokens] = useState(true);
  const { mutateAsync: renew } = useMutation(changes.renewClientSecret);
  const { token_endpoint_auth_method: method } = client;
  const isUsed = usesClientSecret(method);
  const ask = () => {
    setEndTokens(true);
    setAsking(true);
  };
  const hide = () => {
    forgetRevealed();
    setSecret(undefined);
  };
  return (
    <>
      <dl className="facts">
        <div>
          <dt>OAuth client key</dt>
          <dd>
            <CopyValue value={client.client_id} what="client key" />
          </dd>
        </div>
        <div>
          <dt>OAuth client secret</dt>
          <dd>
            {secret !== undefined ? (
              <CopyValue value={secret} what="client secret" />
            ) : client.has_client_secret ? (
              <span className="quiet">
                kept as a hash; it was shown once{!isUsed && '; authenticates nothing'}
              </span>
            ) : (
              <span className="quiet">none</span>
            )}
          </dd>
        </div>
      </dl>
      {secret !== undefined && (
        <Notice kind="warning" title="This is the only time the secret is shown.">
          {isUsed ? (
            <p>Copy it now. The server keeps its hash alone.</p>
          ) : (
            <p>
              <strong>It authenticates nothing.</strong> This client proves itself by its method alone (
              {methodName(method)}); a request with the secret is refused. Copy it only where a form asks for
              one.
            </p>
          )}
          <Button small onClick={hide}>
            I have copied it
          </Button>
        </Notice>
      )}
      {may('clients:write') && !client.built_in && client.token_endpoint_auth_method !== 'none' && (
        <Button icon="refresh" onClick={ask}>
          {client.has_client_secret ? 'Regenerate the secret' : 'Generate a secret'}
        </Button>
      )}
      {asking && (
        <ConfirmDialog
          title="Regenerate the secret?"
          action="Regenerate"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            const { client_secret } = await renew({ client_id: client.client_id, end_tokens });
            reveal(client.client_id, client_secret);
            setSecret(client_secret);
            toasts.done(
              end_tokens
                ? 'A new secret was made; the old one has ended, and every access token issued before.'
                : 'A new secret was made; the old one has ended, access tokens go on.',
            );
          }}
        >
          {isUsed ? (
            <p>The old secret ends at once. Whoever uses it must get the new one.</p>
          ) : (
            <p>
              The secret authenticates nothing, the new one no more than the old: this client proves itself by
              its method alone ({methodName(method)}).
            </p>
          )}
          <Checkbox
            label="End its access tokens"
            hint={
              isUsed
                ? 'Whoever got one with the old secret cannot use it any more; the client asks for new ones.'
                : 'Whoever has one cannot use it any more; the client asks for new ones.'
            }
            checked={end_tokens}
            onChange={(event) => setEndTokens(event.target.checked)}
          />
        </ConfirmDialog>
      )}
    </>
  );
}
