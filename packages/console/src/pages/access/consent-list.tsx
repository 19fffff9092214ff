import type { Consent } from '../../api/admin-api.ts';
import { changes, type Owner, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { clientLink, scopeChips, userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function ConsentList(owner: Owner) {
  return (
    <RevocableList<Consent>
      read={queries.consents}
      owner={owner}
      caption="Consents"
      keyOf={({ username, client_id }) => `${username} ${client_id}`}
      empty="Nobody has agreed to anything yet."
      columns={[
        { label: 'User', show: (consent) => userLink(consent.username) },
        { label: 'Client', show: clientLink },
        { label: 'Agreed to', show: (consent) => scopeChips(consent.scopes) },
        { label: 'When', show: (consent) => <Time at={consent.granted_at} /> },
      ]}
      revoke={{
        label: 'Revoke',
        title: 'Revoke this consent?',
        body: ({ username, client_name }) =>
          `${username} will be asked again, and every token ${client_name} holds for ${username} ends.`,
        change: changes.revokeConsent,
      }}
    />
  );
}
