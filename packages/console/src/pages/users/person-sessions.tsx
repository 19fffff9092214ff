import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Session } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { Link } from '../../navigation/router.tsx';
import { rich, text } from '../../words/words.tsx';

const LIMIT = 50;
const EVERY_MS = 10_000;

const WAYS: Readonly<Record<string, string>> = {
  pwd: text('users.howpwd'),
  otp: text('users.howotp'),
  pop: text('users.howpop'),
};

const deviceOf = ({ device }: Session): string => device ?? text('users.deviceunknown');
const waysOf = ({ amr }: Session): string =>
  amr.flatMap((method) => (method === 'mfa' ? [] : [WAYS[method] ?? method])).join(' + ');

/** Where a person is signed in: each device, since when, from where, how, and the way to end it. */
export function PersonSessions({
  username,
  editable,
}: {
  readonly username: string;
  readonly editable: boolean;
}) {
  const { data, error, refetch } = useQuery({
    ...queries.sessions({ limit: LIMIT, username, after: undefined }),
    refetchInterval: EVERY_MS,
  });
  const [ending, setEnding] = useState<Session>();
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={2} />;
  if (data.items.length === 0) return <Empty title={text('users.nosessions')} icon="sessions" />;
  return (
    <>
      <div className="card table-card">
        <table className="rows">
          <caption className="unseen">{text('common.sessions')}</caption>
          <thead>
            <tr>
              <th scope="col">{text('users.device')}</th>
              <th scope="col">{text('common.address')}</th>
              <th scope="col">{text('users.signedin')}</th>
              <th scope="col">{text('common.seen')}</th>
              <th scope="col">{text('users.how')}</th>
              <th scope="col">{text('users.applications')}</th>
              {editable && (
                <th scope="col">
                  <span className="unseen">{text('common.actions')}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.items.map((session) => (
              <SessionRow
                key={session.session_id}
                session={session}
                onEnd={editable ? () => setEnding(session) : undefined}
              />
            ))}
          </tbody>
        </table>
      </div>
      {data.next !== undefined && (
        <p className="quiet">
          {rich('users.sessionsmore', {
            count: LIMIT,
            place: <Link to="/access">{text('users.access')}</Link>,
          })}
        </p>
      )}
      {ending && <EndSessionDialog session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function SessionRow({
  session,
  onEnd,
}: {
  readonly session: Session;
  readonly onEnd: (() => void) | undefined;
}) {
  const { client_ids, remote_address, user_agent, signed_in_at, last_seen_at } = session;
  const device = deviceOf(session);
  return (
    <tr>
      <th scope="row" title={user_agent}>
        {device}
      </th>
      <Cell label={text('common.address')}>{remote_address}</Cell>
      <td data-label={text('users.signedin')}>
        <Time at={signed_in_at} />
      </td>
      <td data-label={text('common.seen')}>
        <Time at={last_seen_at} />
      </td>
      <Cell label={text('users.how')}>{waysOf(session)}</Cell>
      <Cell label={text('users.applications')}>
        {client_ids.length > 0 && (
          <span className="chips">
            {client_ids.map((client_id) => (
              <Link key={client_id} to={pathOf('clients', client_id)}>
                {client_id}
              </Link>
            ))}
          </span>
        )}
      </Cell>
      {onEnd && (
        <td className="row-actions">
          <Button small aria-label={text('users.endsessionof', { device })} onClick={onEnd}>
            {text('users.endsession')}
          </Button>
        </td>
      )}
    </tr>
  );
}

function EndSessionDialog({ session, onClose }: { readonly session: Session; readonly onClose: () => void }) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.endSession);
  return (
    <ConfirmDialog
      title={text('users.endsessiontitle')}
      action={text('users.endsession')}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(session);
        toasts.done(text('users.sessionended'));
      }}
    >
      <p>{text('users.endsessiontext', { username: session.username, device: deviceOf(session) })}</p>
    </ConfirmDialog>
  );
}
