import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense } from 'react';
import { queryClient } from './api/query-client.ts';
import { LoadFailure } from './components/load-failure.tsx';
import { PrivateKeyGuard } from './components/private-key-guard.tsx';
import { Loading } from './components/states.tsx';
import { ToastProvider } from './components/toast.tsx';
import { PATH_NAME } from './navigation/path-names.ts';
import { useRoute } from './navigation/router.tsx';
import { Shell } from './navigation/shell.tsx';
import {
  AccessPage,
  AddClientPage,
  AuditPage,
  CertificatesPage,
  ClaimsPage,
  ClientListPage,
  ClientPage,
  EditClientPage,
  EventPage,
  GroupPage,
  GroupsPage,
  ImportClientsPage,
  ImportPage,
  KeysPage,
  LivePage,
  NotFoundPage,
  OverviewPage,
  RegistrationTokensPage,
  RolePage,
  RolesPage,
  SettingsPage,
  TrustPage,
  UserPage,
  UsersPage,
  WebhooksPage,
} from './places.tsx';
import { Gate } from './session/gate.tsx';

function Place() {
  const { segments, query } = useRoute();
  const [area, name, part] = segments;
  if (segments.length > 3) return <NotFoundPage />;
  switch (area) {
    case undefined:
      return <OverviewPage />;
    case 'clients':
      if (name === undefined) return <ClientListPage />;
      // Of a client that is called so the query has the name.
      if (part === undefined && !query.has(PATH_NAME)) {
        if (name === 'add') return <AddClientPage />;
        if (name === 'import') return <ImportClientsPage />;
      }
      if (part === 'edit') return <EditClientPage key={name} client_id={name} />;
      return <ClientPage key={name} client_id={name} />;
    case 'registration-tokens':
      return <RegistrationTokensPage />;
    case 'certificates':
      return <CertificatesPage />;
    case 'trust':
      return <TrustPage />;
    case 'live':
      return name === undefined ? <LivePage /> : <EventPage key={name} event_id={name} listed="/live" />;
    case 'users':
      return name === undefined ? <UsersPage /> : <UserPage key={name} username={name} />;
    case 'groups':
      return name === undefined ? <GroupsPage /> : <GroupPage key={name} group_id={name} />;
    case 'roles':
      return name === undefined ? <RolesPage /> : <RolePage key={name} role_id={name} />;
    case 'claims':
      return <ClaimsPage />;
    case 'access':
      return <AccessPage />;
    case 'keys':
      return <KeysPage />;
    case 'audit':
      return name === undefined ? <AuditPage /> : <EventPage key={name} event_id={name} listed="/audit" />;
    case 'webhooks':
      return <WebhooksPage />;
    case 'import':
      return <ImportPage />;
    case 'settings':
      return <SettingsPage />;
    default:
      return <NotFoundPage />;
  }
}

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Gate>
        <ToastProvider>
          <Shell>
            <LoadFailure>
              <Suspense fallback={<Loading rows={6} />}>
                <Place />
              </Suspense>
            </LoadFailure>
          </Shell>
          <PrivateKeyGuard />
        </ToastProvider>
      </Gate>
    </QueryClientProvider>
  );
}
