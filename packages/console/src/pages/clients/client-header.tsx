import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge, Notice } from '../../components/states.tsx';
import { switchName } from '../../components/switch-name.ts';
import { Time, timeOfSeconds } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { EndTokensDialog } from './end-tokens-dialog.tsx';
import { methodName } from './methods.ts';
import { RemoveClientDialog } from './remove-client-dialog.tsx';

/** Turns a client on and off; the message that says so turns it back. */
function useSwitch({ client_id, client_name, enabled }: Client): {
  readonly isPending: boolean;
  readonly toggle: () => Promise<void>;
} {
  const toasts = useToasts();
  const { mutateAsync: update, isPending } = useMutation(changes.updateClient);
  const toggle = async () => {
    try {
      await update({ client_id, enabled: !enabled });
      toasts.done(enabled ? `${client_name} is disabled.` : `${client_name} is enabled.`, () =>
        update({ client_id, enabled }),
      );
    } catch (failure) {
      toasts.failed(failure);
    }
  };
  return { isPending, toggle };
}

/** Which client it is, how it stands, and what can be done with it. */
export function ClientHeader({ client }: { readonly client: Client }) {
  const may = useMay();
  const [asking, setAsking] = useState<'delete' | 'end tokens'>();
  const path = pathOf('clients', client.client_id);
  const { isPending, toggle } = useSwitch(client);
  const editable = may('clients:write') && !client.built_in;
  return (
    <>
      <PageHeader
        title={client.client_name}
        back={{ to: '/clients', label: 'Clients' }}
        about={
          <span className="chips">
            {client.built_in && <Badge kind="accent">built in</Badge>}
            {client.enabled ? <Badge kind="good">enabled</Badge> : <Badge kind="bad">disabled</Badge>}
            {client.awaits_confirmation && <Badge kind="warn">waits for confirmation</Badge>}
            <Badge>{methodName(client.token_endpoint_auth_method)}</Badge>
            <span className="quiet">
              added <Time at={timeOfSeconds(client.client_id_issued_at)} />
            </span>
          </span>
        }
        actions={
          editable && (
            <>
              <ButtonLink to={`${path}/edit`} icon="edit">
                Edit
              </ButtonLink>
              <Button busy={isPending} onClick={() => void toggle()}>
                {switchName(client)}
              </Button>
              <Button onClick={() => setAsking('end tokens')}>End tokens</Button>
              <Button look="danger" icon="trash" onClick={() => setAsking('delete')}>
                Delete
              </Button>
            </>
          )
        }
      />
      {!client.enabled && (
        <Notice kind="warning">
          {client.awaits_confirmation
            ? 'A backup was restored, and nothing told whether its certificates, keys or secret were replaced since. Look at them, then confirm it.'
            : 'It is disabled: every request of it is refused, its tokens too.'}
        </Notice>
      )}
      {asking === 'delete' && <RemoveClientDialog client={client} onClose={() => setAsking(undefined)} />}
      {asking === 'end tokens' && <EndTokensDialog client={client} onClose={() => setAsking(undefined)} />}
    </>
  );
}
