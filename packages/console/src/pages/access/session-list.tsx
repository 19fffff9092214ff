import type { Session } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';
import { userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function SessionList({ username }: { readonly username?: string }) {
  return (
    <RevocableList<Session>
      read={queries.sessions}
      owner={username === undefined ? {} : { username }}
      caption={text('common.sessions')}
      keyOf={({ session_id }) => session_id}
      empty={text('access.nosessions')}
      columns={[
        { label: text('common.user'), show: (session) => userLink(session.username) },
        { label: text('access.signedin'), show: (session) => <Time at={session.signed_in_at} /> },
        { label: text('common.seen'), show: (session) => <Time at={session.last_seen_at} /> },
        { label: text('access.by'), show: (session) => session.amr.join(', ') },
        { label: text('common.fromwhere'), show: (session) => session.remote_address ?? '–' },
      ]}
      revoke={{
        label: text('common.end'),
        title: text('access.endsession'),
        body: (session) => text('access.endsessiontext', { user: session.username }),
        change: changes.endSession,
      }}
    />
  );
}
