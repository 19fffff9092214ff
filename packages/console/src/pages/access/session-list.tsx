import type { Session } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';
import { userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function SessionList({ username }: { readonly username?: string }) {
  return (
    <RevocableList<Session>
      name="sessions"
      read={({ sort: _, ...part }) => queries.sessions(part)}
      owner={username === undefined ? {} : { username }}
      caption={text('common.sessions')}
      keyOf={({ session_id }) => session_id}
      nameOf={(session) => session.username}
      sorted={{ by: 'signed_in_at', descending: true }}
      empty={text('access.nosessions')}
      columns={[
        {
          id: 'username',
          label: text('common.user'),
          show: (session) => userLink(session.username),
          exported: (session) => session.username,
        },
        {
          id: 'signed_in_at',
          label: text('access.signedin'),
          sort: { by: 'signed_in_at' },
          show: (session) => <Time at={session.signed_in_at} />,
          exported: ({ signed_in_at }) => signed_in_at,
        },
        {
          id: 'last_seen_at',
          label: text('common.seen'),
          show: (session) => <Time at={session.last_seen_at} />,
          exported: ({ last_seen_at }) => last_seen_at,
        },
        {
          id: 'amr',
          label: text('access.by'),
          show: ({ amr }) => amr.join(', '),
          exported: ({ amr }) => amr.join(' '),
        },
        {
          id: 'remote_address',
          label: text('common.fromwhere'),
          show: ({ remote_address }) => remote_address,
          exported: ({ remote_address }) => remote_address,
        },
        {
          id: 'client_ids',
          label: text('common.clients'),
          hidden: true,
          show: ({ client_ids }) => client_ids.join(', '),
          exported: ({ client_ids }) => client_ids.join(' '),
        },
        {
          id: 'expires_at',
          label: text('common.until'),
          hidden: true,
          show: ({ expires_at }) => <Time at={expires_at} />,
          exported: ({ expires_at }) => expires_at,
        },
      ]}
      revoke={{
        label: text('common.end'),
        title: text('access.endsession'),
        body: (session) => text('access.endsessiontext', { user: session.username }),
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
