import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { EventTable } from '../../components/event-table.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { setQuery, useRoute } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { ConsentList } from '../access/consent-list.tsx';
import { GrantList } from '../access/grant-list.tsx';
import { MembershipsSection } from '../memberships/memberships-section.tsx';
import { ClientCertificates } from './client-certificates.tsx';
import { ClientHeader } from './client-header.tsx';
import { ClientOverview } from './client-overview.tsx';
import { ClientSettings } from './client-settings.tsx';

const TABS = ['overview', 'certificates', 'settings', 'groups', 'activity', 'access'] as const;
type TabName = (typeof TABS)[number];

export function ClientPage({ client_id }: { readonly client_id: string }) {
  const { data: client, error, refetch } = useQuery(queries.client(client_id));
  const may = useMay();
  const { query } = useRoute();
  const tab = TABS.find((name) => name === query.get('tab')) ?? 'overview';
  if (error && !client) {
    return (
      <>
        <PageHeader title={text('common.client')} back={{ to: '/clients', label: text('common.clients') }} />
        <Failed error={error} retry={refetch} />
      </>
    );
  }
  if (!client) return <Loading rows={6} />;
  const certificateCount = client.certificate_details.length;
  return (
    <>
      <ClientHeader client={client} />
      <Tabs<TabName>
        label={client.client_name}
        chosen={tab}
        onChoose={(name) => setQuery({ tab: name === 'overview' ? '' : name })}
        tabs={[
          { name: 'overview', label: text('client.overview') },
          {
            name: 'certificates',
            label: text('common.certificates'),
            ...(certificateCount > 0 && { count: certificateCount }),
          },
          { name: 'settings', label: text('client.configuration') },
          { name: 'groups', label: text('client.groupsandroles') },
          { name: 'activity', label: text('client.activity') },
          { name: 'access', label: text('client.authorizations') },
        ]}
      >
        {tab === 'overview' && <ClientOverview client={client} />}
        {tab === 'certificates' && <ClientCertificates client={client} />}
        {tab === 'settings' && <ClientSettings client={client} />}
        {tab === 'groups' && (
          <MembershipsSection owner={{ client_id: client.client_id }} name={client.client_name} />
        )}
        {tab === 'activity' && (
          <EventTable
            filter={{ client_id: client.client_id }}
            every={3000}
            empty={text('client.nothinghappened')}
          />
        )}
        {tab === 'access' && (
          <>
            <h2>{text('client.inforce')}</h2>
            <GrantList client_id={client.client_id} />
            {may('people:read') && (
              <>
                <h2>{text('client.consents')}</h2>
                <ConsentList client_id={client.client_id} />
              </>
            )}
          </>
        )}
      </Tabs>
    </>
  );
}
