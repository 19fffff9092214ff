import { type ComponentType, lazy } from 'react';
import { causeWords } from './words/refusals.ts';

/* Each place of the console by itself: a browser loads what it shows. */

const place = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  lazy(async () => ({ default: await load() }));

/** A place that tells why something was refused: the words for that come with it. */
const explaining = <Props extends object>(load: () => Promise<ComponentType<Props>>) =>
  place(async () => {
    const [component] = await Promise.all([load(), causeWords()]);
    return component;
  });

export const AccessPage = place(async () => (await import('./pages/access/access.tsx')).AccessPage);
export const AddClientPage = place(
  async () => (await import('./pages/clients/add-client.tsx')).AddClientPage,
);
export const AuditPage = explaining(async () => (await import('./pages/events/audit.tsx')).AuditPage);
export const CertificatesPage = place(
  async () => (await import('./pages/certificates/certificates.tsx')).CertificatesPage,
);
export const ClaimsPage = place(async () => (await import('./pages/claims/claims.tsx')).ClaimsPage);
export const ClientListPage = place(
  async () => (await import('./pages/clients/client-list.tsx')).ClientListPage,
);
export const ClientPage = explaining(async () => (await import('./pages/clients/client.tsx')).ClientPage);
export const EditClientPage = place(
  async () => (await import('./pages/clients/edit-client.tsx')).EditClientPage,
);
export const EventPage = explaining(async () => (await import('./pages/events/event.tsx')).EventPage);
export const GroupPage = place(async () => (await import('./pages/groups/group.tsx')).GroupPage);
export const GroupsPage = place(async () => (await import('./pages/groups/groups.tsx')).GroupsPage);
export const ImportClientsPage = place(
  async () => (await import('./pages/clients/import/import-clients.tsx')).ImportClientsPage,
);
export const ImportPage = place(async () => (await import('./pages/import/import.tsx')).ImportPage);
export const KeysPage = place(async () => (await import('./pages/keys.tsx')).KeysPage);
export const LivePage = explaining(async () => (await import('./pages/events/live.tsx')).LivePage);
export const NotFoundPage = place(async () => (await import('./pages/not-found.tsx')).NotFoundPage);
export const OverviewPage = place(async () => (await import('./pages/overview/overview.tsx')).OverviewPage);
export const RolePage = place(async () => (await import('./pages/roles/role.tsx')).RolePage);
export const RolesPage = place(async () => (await import('./pages/roles/roles.tsx')).RolesPage);
export const SettingsPage = place(async () => (await import('./pages/settings/settings.tsx')).SettingsPage);
export const TrustPage = place(async () => (await import('./pages/trust/trust.tsx')).TrustPage);
export const UserPage = place(async () => (await import('./pages/users/user.tsx')).UserPage);
export const UsersPage = place(async () => (await import('./pages/users/users.tsx')).UsersPage);
export const WebhooksPage = place(async () => (await import('./pages/webhooks.tsx')).WebhooksPage);
export const RegistrationTokensPage = place(
  async () => (await import('./pages/registration-tokens/registration-tokens.tsx')).RegistrationTokensPage,
);
