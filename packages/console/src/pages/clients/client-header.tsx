import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { hiddenMarks } from '../../components/hidden-marks.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge, Notice } from '../../components/states.tsx';
import { switchName } from '../../components/switch-name.ts';
import { fromNow, timeOfSeconds } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { certificateState } from './certificate-state.ts';
import { EndTokensDialog } from './end-tokens-dialog.tsx';
import { methodName } from './methods.ts';
import { RemoveClientDialog } from './remove-client-dialog.tsx';

const SOON_MS = 30 * 86_400_000;

/** Turns a client on and off; the message that says so turns it back. */
function useSwitch({ client_id, client_name: name, enabled }: Client): {
  readonly isPending: boolean;
  readonly toggle: () => Promise<void>;
} {
  const toasts = useToasts();
  const { mutateAsync: update, isPending } = useMutation(changes.updateClient);
  const toggle = async () => {
    try {
      await update({ client_id, enabled: !enabled });
      toasts.done(text(enabled ? 'client.isdisabled' : 'client.isenabled', { name }), () =>
        update({ client_id, enabled }),
      );
    } catch (failure) {
      toasts.failed(failure);
    }
  };
  return { isPending, toggle };
}

/** What keeps a client from getting tokens, or soon will, said before anything else of it. */
function ClientNotices({ client }: { readonly client: Client }) {
  const state = certificateState(client);
  const marks = hiddenMarks(client.client_name);
  const isSoon = state && !state.isOver && Date.parse(state.last) < Date.now() + SOON_MS;
  return (
    <>
      {!client.enabled && (
        <Notice kind="warning">
          {text(client.awaits_confirmation ? 'client.awaitstext' : 'client.disabledtext')}
        </Notice>
      )}
      {state?.isOver && (
        <Notice
          kind="error"
          title={text('client.expiredtitle', { count: state.count, distance: fromNow(state.last) })}
        >
          <p>{text('client.expiredtodo')}</p>
        </Notice>
      )}
      {isSoon && (
        <Notice kind="warning">{text('client.soontitle', { distance: fromNow(state.last) })}</Notice>
      )}
      {marks.length > 0 && <Notice kind="warning">{text('guard.marks', { shown: marks.join(', ') })}</Notice>}
    </>
  );
}

/** Which client it is, how it stands, and what can be done with it. */
export function ClientHeader({ client }: { readonly client: Client }) {
  const may = useMay();
  const [asking, setAsking] = useState<'delete' | 'end tokens'>();
  const { isPending, toggle } = useSwitch(client);
  const editable = may('clients:write') && !client.built_in;
  return (
    <>
      <PageHeader
        title={client.client_name}
        back={{ to: '/clients', label: text('common.clients') }}
        about={
          <span className="chips">
            {client.built_in && <Badge kind="accent">{text('client.builtin')}</Badge>}
            {client.enabled ? (
              <Badge kind="good">{text('common.enabled')}</Badge>
            ) : (
              <Badge kind="bad">{text('common.disabled')}</Badge>
            )}
            {client.awaits_confirmation && <Badge kind="warn">{text('client.awaits')}</Badge>}
            <Badge>{methodName(client.token_endpoint_auth_method)}</Badge>
            <span className="quiet">
              {text('client.added', { distance: fromNow(timeOfSeconds(client.client_id_issued_at)) })}
            </span>
          </span>
        }
        actions={
          editable && (
            <>
              <ButtonLink to={pathOf('clients', client.client_id, 'edit')} icon="edit">
                {text('common.edit')}
              </ButtonLink>
              <Button busy={isPending} onClick={() => void toggle()}>
                {switchName(client)}
              </Button>
              <Button onClick={() => setAsking('end tokens')}>{text('client.endtokens')}</Button>
              <Button look="danger" icon="trash" onClick={() => setAsking('delete')}>
                {text('common.delete')}
              </Button>
            </>
          )
        }
      />
      <ClientNotices client={client} />
      {asking === 'delete' && <RemoveClientDialog client={client} onClose={() => setAsking(undefined)} />}
      {asking === 'end tokens' && <EndTokensDialog client={client} onClose={() => setAsking(undefined)} />}
    </>
  );
}
