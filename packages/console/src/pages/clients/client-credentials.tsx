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
import { text } from '../../words/words.tsx';
import { methodName, usesClientSecret } from './methods.ts';
import { forgetRevealed, reveal, revealedFor } from './revealed-secret.ts';

/** The client_id, and the secret of a client that proves itself with one. */
export function ClientCredentials({ client }: { readonly client: Client }) {
  const { client_id, token_endpoint_auth_method: method } = client;
  return (
    <>
      <dl className="facts">
        <div>
          <dt>
            client_id <span className="quiet">({text('client.key')})</span>
          </dt>
          <dd>
            <CopyValue value={client_id} what="client_id" />
          </dd>
        </div>
      </dl>
      {usesClientSecret(method) ? (
        <ClientSecret client={client} />
      ) : (
        <p className="quiet">
          {method === 'none'
            ? text('client.publictext')
            : text('client.provedby', { method: methodName(method) })}
        </p>
      )}
    </>
  );
}

/** A secret is shown once, when it was made. */
function ClientSecret({ client }: { readonly client: Client }) {
  const may = useMay();
  const [secret, setSecret] = useState(() => revealedFor(client.client_id));
  const [asking, setAsking] = useState(false);
  const hide = () => {
    forgetRevealed();
    setSecret(undefined);
  };
  return (
    <>
      <dl className="facts">
        <div>
          <dt>client_secret</dt>
          <dd>
            {secret !== undefined ? (
              <CopyValue value={secret} what="client_secret" />
            ) : (
              <span className="quiet">
                {client.has_client_secret ? text('client.keptashash') : text('common.none')}
              </span>
            )}
          </dd>
        </div>
      </dl>
      {secret !== undefined && (
        <Notice kind="warning" title={text('client.onlytime')}>
          <p>{text('client.copynow')}</p>
          <Button small onClick={hide}>
            {text('client.copieddone')}
          </Button>
        </Notice>
      )}
      {may('clients:write') && !client.built_in && (
        <Button icon="refresh" onClick={() => setAsking(true)}>
          {text(client.has_client_secret ? 'client.regenerate' : 'client.generate')}
        </Button>
      )}
      {asking && <RegenerateDialog client={client} onMade={setSecret} onClose={() => setAsking(false)} />}
    </>
  );
}

/** Asks before the secret of a client is replaced. */
function RegenerateDialog({
  client: { client_id },
  onMade,
  onClose,
}: {
  readonly client: Client;
  readonly onMade: (secret: string | undefined) => void;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [end_tokens, setEndTokens] = useState(true);
  const { mutateAsync: renew } = useMutation(changes.renewClientSecret);
  return (
    <ConfirmDialog
      title={text('client.regeneratetitle')}
      action={text('client.regenerate')}
      onClose={onClose}
      onConfirm={async () => {
        const { client_secret } = await renew({ client_id, end_tokens });
        reveal(client_id, client_secret);
        onMade(client_secret);
        toasts.done(text(end_tokens ? 'client.renewed' : 'client.renewedalone'));
      }}
    >
      <p>{text('client.regeneratetext')}</p>
      <Checkbox
        label={text('client.endaccess')}
        hint={text('client.endaccesshint')}
        checked={end_tokens}
        onChange={(event) => setEndTokens(event.target.checked)}
      />
    </ConfirmDialog>
  );
}
