import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InitialAccessToken } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge, Empty, Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMayEverywhere } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { MakeTokenDialog } from './make-token-dialog.tsx';

/** Leave for others to register clients: who has it, how much of it is used, and its end. */
export function RegistrationTokensPage() {
  const mayEverywhere = useMayEverywhere();
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useQuery(queries.registrationTokens());
  const editable = mayEverywhere('clients:write');
  return (
    <>
      <PageHeader
        title={text('registration.title')}
        about={text('registration.about')}
        actions={
          editable && (
            <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
              {text('registration.make')}
            </Button>
          )
        }
      />
      {error && !data && <Failed error={error} retry={refetch} />}
      {!data && !error && <Loading rows={4} />}
      {data?.items.length === 0 && (
        <Empty title={text('registration.empty')} icon="keys">
          <p>{text('registration.emptytext')}</p>
        </Empty>
      )}
      {data && data.items.length > 0 && <TokenTable tokens={data.items} editable={editable} />}
      {making && <MakeTokenDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function TokenTable({
  tokens,
  editable,
}: {
  readonly tokens: readonly InitialAccessToken[];
  readonly editable: boolean;
}) {
  const [ending, setEnding] = useState<InitialAccessToken>();
  return (
    <div className="card table-card">
      <table className="rows">
        <caption className="unseen">{text('registration.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{text('registration.label')}</th>
            <th scope="col">{text('registration.registered')}</th>
            <th scope="col">{text('common.group')}</th>
            <th scope="col">{text('common.created')}</th>
            <th scope="col">{text('common.expires')}</th>
            <th scope="col">{text('registration.state')}</th>
            {editable && <th scope="col">{text('common.actions')}</th>}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.token_id}>
              <th scope="row">{token.label}</th>
              <td data-label={text('registration.registered')}>
                {text('registration.used', {
                  used: token.clients_registered,
                  allowed: token.clients_allowed,
                })}
              </td>
              <td data-label={text('common.group')}>
                <GroupOf token={token} />
              </td>
              <td data-label={text('common.created')}>
                <Time at={token.created_at} />
              </td>
              <td data-label={text('common.expires')}>
                <Time at={token.expires_at} />
              </td>
              <td data-label={text('registration.state')}>
                <StateOf token={token} />
              </td>
              {editable && (
                <td className="row-actions">
                  <Button
                    small
                    aria-label={text('registration.endlabel', { label: token.label })}
                    onClick={() => setEnding(token)}
                  >
                    {text('registration.end')}
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {ending && <EndDialog token={ending} onClose={() => setEnding(undefined)} />}
    </div>
  );
}

function GroupOf({ token: { group, group_id } }: { readonly token: InitialAccessToken }) {
  if (group_id === undefined) return <span className="quiet">–</span>;
  if (group === undefined) return <Badge kind="bad">{text('registration.groupgone')}</Badge>;
  return <Link to={pathOf('groups', group_id)}>{group}</Link>;
}

function StateOf({ token }: { readonly token: InitialAccessToken }) {
  if (Date.parse(token.expires_at) <= Date.now()) return <Badge>{text('registration.ended')}</Badge>;
  if (token.clients_registered >= token.clients_allowed) return <Badge>{text('registration.spent')}</Badge>;
  return <Badge kind="good">{text('registration.good')}</Badge>;
}

function EndDialog({
  token: { token_id, label },
  onClose,
}: {
  readonly token: InitialAccessToken;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync: end } = useMutation(changes.endRegistrationToken);
  return (
    <ConfirmDialog
      title={text('registration.endtitle', { label })}
      action={text('registration.end')}
      onClose={onClose}
      onConfirm={async () => {
        await end(token_id);
        toasts.done(text('registration.endeddone', { label }));
      }}
    >
      <p>{text('registration.endtext')}</p>
    </ConfirmDialog>
  );
}
