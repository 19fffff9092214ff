import type { Consent } from '../../api/admin-api.ts';
import { changes, type Owner, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';
import { clientLink, scopeChips, userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function ConsentList(owner: Owner) {
  return (
    <RevocableList<Consent>
      name="consents"
      read={({ sort: _, ...part }) => queries.consents(part)}
      owner={owner}
      caption={text('access.consents')}
      keyOf={({ username, client_id }) => `${username} ${client_id}`}
      nameOf={({ username, client_name }) => `${username}, ${client_name}`}
      sorted={{ by: 'granted_at', descending: true }}
      empty={text('access.noconsents')}
      columns={[
        {
          id: 'username',
          label: text('common.user'),
          show: (consent) => userLink(consent.username),
          exported: ({ username }) => username,
        },
        {
          id: 'client_id',
          label: text('common.client'),
          show: clientLink,
          exported: ({ client_id }) => client_id,
        },
        {
          id: 'scopes',
          label: text('access.agreed'),
          show: (consent) => scopeChips(consent.scopes),
          exported: ({ scopes }) => scopes.join(' '),
        },
        {
          id: 'granted_at',
          label: text('common.when'),
          sort: { by: 'granted_at' },
          show: (consent) => <Time at={consent.granted_at} />,
          exported: ({ granted_at }) => granted_at,
        },
      ]}
      revoke={{
        label: text('access.revoke'),
        title: text('access.revokeconsent'),
        body: ({ username, client_name }) =>
          text('access.revokeconsenttext', { user: username, client: client_name }),
        change: changes.revokeConsent,
        several: {
          question: (count) => text('revoking.consents.ask', { count }),
          consequence: () => text('revoking.consents.what'),
          done: (count) => text('revoking.consents.done', { count }),
        },
      }}
    />
  );
}
