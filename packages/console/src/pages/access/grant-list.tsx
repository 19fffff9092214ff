import type { Grant } from '../../api/admin-api.ts';
import { changes, type Owner, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';
import { clientLink, scopeChips, userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function GrantList(owner: Owner) {
  return (
    <RevocableList<Grant>
      name="grants"
      read={({ sort: _, ...part }) => queries.grants(part)}
      owner={owner}
      caption={text('access.inforce')}
      keyOf={({ grant_id }) => grant_id}
      nameOf={({ username, client_name }) => `${username}, ${client_name}`}
      sorted={{ by: 'created_at', descending: true }}
      empty={text('access.nogrants')}
      columns={[
        {
          id: 'username',
          label: text('common.user'),
          show: (grant) => userLink(grant.username),
          exported: ({ username }) => username,
        },
        {
          id: 'client_id',
          label: text('common.client'),
          show: clientLink,
          exported: ({ client_id }) => client_id,
        },
        {
          id: 'scope',
          label: text('common.scopes'),
          show: ({ scope }) => scopeChips(scope === '' ? [] : scope.split(' ')),
          exported: ({ scope }) => scope,
        },
        {
          id: 'created_at',
          label: text('access.since'),
          sort: { by: 'created_at' },
          show: (grant) => <Time at={grant.created_at} />,
          exported: ({ created_at }) => created_at,
        },
        {
          id: 'expires_at',
          label: text('common.until'),
          show: (grant) => <Time at={grant.expires_at} />,
          exported: ({ expires_at }) => expires_at,
        },
      ]}
      revoke={{
        label: text('access.revoke'),
        title: text('access.revokegrant'),
        body: ({ username, client_name }) =>
          text('access.revokegranttext', { user: username, client: client_name }),
        change: changes.revokeGrant,
        several: {
          question: (count) => text('revoking.grants.ask', { count }),
          consequence: () => text('revoking.grants.what'),
          done: (count) => text('revoking.grants.done', { count }),
        },
      }}
    />
  );
}
