import type { Grant } from '../../api/admin-api.ts';
import { changes, type Owner, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { clientLink, scopeChips, userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function GrantList(owner: Owner) {
  return (
    <RevocableList<Grant>
      read={queries.grants}
      owner={owner}
      caption="Authorizations in force"
      keyOf={({ grant_id }) => grant_id}
      empty="No authorization is in force."
      columns={[
        { label: 'User', show: (grant) => userLink(grant.username) },
        { label: 'Client', show: clientLink },
        { label: 'Scopes', show: (grant) => scopeChips(grant.scope === '' ? [] : grant.scope.split(' ')) },
        { label: 'Since', show: (grant) => <Time at={grant.created_at} /> },
        { label: 'Until', show: (grant) => <Time at={grant.expires_at} /> },
      ]}
      revoke={{
        label: 'Revoke',
        title: 'Revoke this authorization?',
        body: ({ username, client_name }) =>
          `Every token that ${client_name} got for ${username} by it ends at once, refresh tokens too.`,
        change: changes.revokeGrant,
      }}
    />
  );
}
