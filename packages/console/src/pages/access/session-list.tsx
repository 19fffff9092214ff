import type { Session } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function SessionList({ username }: { readonly username?: string }) {
  return (
    <RevocableList<Session>
      read={queries.sessions}
      owner={username === undefined ? {} : { username }}
      caption="Sessions"
      keyOf={({ session_id }) => session_id}
      empty="Nobody is signed in."
      columns={[
        { label: 'User', show: (session) => userLink(session.username) },
        { label: 'Signed in', show: (session) => <Time at={session.signed_in_at} /> },
        { label: 'Last seen', show: (session) => <Time at={session.last_seen_at} /> },
        { label: 'By', show: (session) => session.amr.join(', ') },
        { label: 'From', show: (session) => session.remote_address ?? '–' },
      ]}
      revoke={{
        label: 'End',
        title: 'End this session?',
        body: (session) => `${session.username} must sign in again in that browser.`,
        change: changes.endSession,
      }}
    />
  );
}
