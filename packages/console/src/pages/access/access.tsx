import { PageHeader } from '../../components/page-header.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import { ConsentList } from './consent-list.tsx';
import { GrantList } from './grant-list.tsx';
import { SessionList } from './session-list.tsx';

const TABS = ['sessions', 'consents', 'grants'] as const;
type TabName = (typeof TABS)[number];

/** Who is signed in, what people agreed to, and what was issued. */
export function AccessPage() {
  const { query } = useRoute();
  const tab = TABS.find((name) => name === query.get('tab')) ?? 'sessions';
  return (
    <>
      <PageHeader
        title="Sessions and tokens"
        about="Who is signed in, what people agreed to, and what came of it."
      />
      <Tabs<TabName>
        label="Sessions and tokens"
        chosen={tab}
        onChoose={(name) => setQuery({ tab: name === 'sessions' ? '' : name })}
        tabs={[
          { name: 'sessions', label: 'Sessions' },
          { name: 'consents', label: 'Consents' },
          { name: 'grants', label: 'Authorizations' },
        ]}
      >
        {tab === 'sessions' && <SessionList />}
        {tab === 'consents' && <ConsentList />}
        {tab === 'grants' && <GrantList />}
      </Tabs>
    </>
  );
}
