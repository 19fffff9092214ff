import { PageHeader } from '../../components/page-header.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { ConsentList } from './consent-list.tsx';
import { GrantList } from './grant-list.tsx';
import { SessionList } from './session-list.tsx';

const TABS = ['sessions', 'consents', 'grants'] as const;
type TabName = (typeof TABS)[number];
const LABELS: Readonly<Record<TabName, string>> = {
  sessions: text('common.sessions'),
  consents: text('access.consents'),
  grants: text('access.grants'),
};

/** Who is signed in, what people agreed to, and what was issued. */
export function AccessPage() {
  const { query } = useRoute();
  const may = useMay();
  // Who reads clients alone sees the authorizations at them.
  const offered: readonly TabName[] = may('people:read') ? TABS : ['grants'];
  const tab = offered.find((name) => name === query.get('tab')) ?? offered[0] ?? 'grants';
  return (
    <>
      <PageHeader title={text('access.title')} about={text('access.about')} />
      <Tabs<TabName>
        label={text('access.title')}
        chosen={tab}
        onChoose={(name) => setQuery({ tab: name === 'sessions' ? '' : name })}
        tabs={offered.map((name) => ({ name, label: LABELS[name] }))}
      >
        {tab === 'sessions' && <SessionList />}
        {tab === 'consents' && <ConsentList />}
        {tab === 'grants' && <GrantList />}
      </Tabs>
    </>
  );
}
