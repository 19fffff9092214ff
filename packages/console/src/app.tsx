import { QueryClientProvider } from '@tanstack/react-query';
import { queryClient } from './api/query-client.ts';
import { PrivateKeyGuard } from './components/private-key-guard.tsx';
import { ToastProvider } from './components/toast.tsx';
import { useRoute } from './navigation/router.tsx';
import { Shell } from './navigation/shell.tsx';
import { AccessPage } from './pages/access/access.tsx';
import { AuditPage } from './pages/audit.tsx';
import { CertificatesPage } from './pages/certificates/certificates.tsx';
import { ClaimsPage } from './pages/claims/claims.tsx';
import { AddClientPage } from './pages/clients/add-client.tsx';
import { ClientPage } from './pages/clients/client.tsx';
import { ClientListPage } from './pages/clients/client-list.tsx';
import { EditClientPage } from './pages/clients/edit-client.tsx';
import { EventPage } from './pages/event.tsx';
import { GroupPage } from './pages/groups/group.tsx';
import { GroupsPage } from './pages/groups/groups.tsx';
import { ImportPage } from './pages/import/import.tsx';
import { KeysPage } from './pages/keys.tsx';
import { LivePage } from './pages/live.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { OverviewPage } from './pages/overview/overview.tsx';
import { RegistrationTokensPage } from './pages/registration-tokens/registration-tokens.tsx';
import { RolePage } from './pages/roles/role.tsx';
import { RolesPage } from './pages/roles/roles.tsx';
import { SettingsPage } from './pages/settings/settings.tsx';
import { TrustPage } from './pages/trust/trust.tsx';
import { UserPage } from './pages/users/user.tsx';
import { UsersPage } from './pages/users/users.tsx';
import { WebhooksPage } from './pages/webhooks.tsx';
import { Gate } from './session/gate.tsx';

function Place() {
  const { segments } = useRoute();
  const [area, name, part] = segments;
  if (segments.length > 3) return <NotFoundPage />;
  switch (area) {
    case undefined:
      return <OverviewPage />;
    case 'clients':
      if (name === undefined) return <ClientListPage />;
      if (name === 'add' && part === undefined) return <AddClientPage />;
      if (part === 'edit') return <EditClientPage key={name} client_id={name} />;
      return <ClientPage key={name} client_id={name} />;
    case 'registration-tokens':
      return <RegistrationTokensPage />;
    case 'certificates':
      return <CertificatesPage />;
    case 'trust':
      return <TrustPage />;
    case 'live':
      return name === undefined ? <LivePage /> : <EventPage key={name} event_id={name} />;
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
      return <AuditPage />;
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
            <Place />
          </Shell>
          <PrivateKeyGuard />
        </ToastProvider>
      </Gate>
    </QueryClientProvider>
  );
}
