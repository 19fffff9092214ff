import type { Grant } from '../../api/admin-api.ts';
import { changes, type Owner, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';
import { clientLink, scopeChips, userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function GrantList(owner: Owner) {
  return (
    <RevocableList<Grant>
      read={queries.grants}
      owner={owner}
      caption={text('access.inforce')}
      keyOf={({ grant_id }) => grant_id}
      empty={text('access.nogrants')}
      columns={[
        { label: text('common.user'), show: (grant) => userLink(grant.username) },
        { label: text('common.client'), show: clientLink },
        {
          label: text('common.scopes'),
          show: (grant) => scopeChips(grant.scope === '' ? [] : grant.scope.split(' ')),
        },
        { label: text('access.since'), show: (grant) => <Time at={grant.created_at} /> },
        { label: text('common.until'), show: (grant) => <Time at={grant.expires_at} /> },
      ]}
      revoke={{
        label: text('access.revoke'),
        title: text('access.revokegrant'),
        body: ({ username, client_name }) =>
          text('access.revokegranttext', { user: username, client: client_name }),
        change: changes.revokeGrant,
      }}
    />
  );
}
