import type { Session } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Time } from '../../components/time.tsx';
import { Link } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { RevocableList } from '../access/revocable-list.tsx';

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
  return (
    <RevocableList<Session>
      name="person-sessions"
      read={({ sort: _, ...part }) => queries.sessions(part)}
      owner={{ username }}
      caption={text('common.sessions')}
      keyOf={({ session_id }) => session_id}
      nameOf={deviceOf}
      sorted={{ by: 'signed_in_at', descending: true }}
      empty={text('users.nosessions')}
      isRevocable={editable}
      columns={[
        {
          id: 'device',
          label: text('users.device'),
          show: (session) => <span title={session.user_agent}>{deviceOf(session)}</span>,
          exported: ({ user_agent }) => user_agent,
        },
        {
          id: 'remote_address',
          label: text('common.address'),
          show: ({ remote_address }) => remote_address,
          exported: ({ remote_address }) => remote_address,
        },
        {
          id: 'signed_in_at',
          label: text('users.signedin'),
          sort: { by: 'signed_in_at' },
          show: ({ signed_in_at }) => <Time at={signed_in_at} />,
          exported: ({ signed_in_at }) => signed_in_at,
        },
        {
          id: 'last_seen_at',
          label: text('common.seen'),
          show: ({ last_seen_at }) => <Time at={last_seen_at} />,
          exported: ({ last_seen_at }) => last_seen_at,
        },
        {
          id: 'amr',
          label: text('users.how'),
          show: waysOf,
          exported: ({ amr }) => amr.join(' '),
        },
        {
          id: 'client_ids',
          label: text('users.applications'),
          show: ({ client_ids }) =>
            client_ids.length === 0 ? undefined : (
              <span className="chips">
                {client_ids.map((client_id) => (
                  <Link key={client_id} to={pathOf('clients', client_id)}>
                    {client_id}
                  </Link>
                ))}
              </span>
            ),
          exported: ({ client_ids }) => client_ids.join(' '),
        },
      ]}
      revoke={{
        label: text('users.endsession'),
        labelOf: (session) => text('users.endsessionof', { device: deviceOf(session) }),
        title: text('users.endsessiontitle'),
        body: (session) =>
          text('users.endsessiontext', { username: session.username, device: deviceOf(session) }),
        done: text('users.sessionended'),
        change: changes.endSession,
        several: {
          question: (count) => text('revoking.sessions.ask', { count }),
          consequence: () => text('revoking.sessions.what'),
          done: (count) => text('revoking.sessions.done', { count }),
        },
      }}
    />
  );
}
