import type { Consent } from '../../api/admin-api.ts';
import { changes, type Owner, queries } from '../../api/queries.ts';
import { Time } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';
import { clientLink, scopeChips, userLink } from './cells.tsx';
import { RevocableList } from './revocable-list.tsx';

export function ConsentList(owner: Owner) {
  return (
    <RevocableList<Consent>
      read={queries.consents}
      owner={owner}
      caption={text('access.consents')}
      keyOf={({ username, client_id }) => `${username} ${client_id}`}
      empty={text('access.noconsents')}
      columns={[
        { label: text('common.user'), show: (consent) => userLink(consent.username) },
        { label: text('common.client'), show: clientLink },
        { label: text('access.agreed'), show: (consent) => scopeChips(consent.scopes) },
        { label: text('common.when'), show: (consent) => <Time at={consent.granted_at} /> },
      ]}
      revoke={{
        label: text('access.revoke'),
        title: text('access.revokeconsent'),
        body: ({ username, client_name }) =>
          text('access.revokeconsenttext', { user: username, client: client_name }),
        change: changes.revokeConsent,
      }}
    />
  );
}
