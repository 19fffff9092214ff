import { type AdminApiOptions, adminApi } from '../admin/admin-api.ts';
import { attentionRoutes } from '../admin/attention-resource.ts';
import { attributeRoutes } from '../admin/attribute-resource.ts';
import { certificateRoutes } from '../admin/certificate-resource.ts';
import { claimRuleRoutes } from '../admin/claim-rule-resource.ts';
import { createClientBounds } from '../admin/client-bounds.ts';
import { clientBulkRoutes } from '../admin/client-bulk-resource.ts';
import { createClientReach } from '../admin/client-reach.ts';
import { clientRoutes } from '../admin/client-resource.ts';
import { clientUseRoutes } from '../admin/client-use-resource.ts';
import { consentRoutes } from '../admin/consent-resource.ts';
import { consoleEndpoint } from '../admin/console.ts';
import { ensureConsoleClient } from '../admin/console-client.ts';
import { credentialRoutes } from '../admin/credential-resource.ts';
import { eventRoutes } from '../admin/event-resource.ts';
import { grantRoutes } from '../admin/grant-resource.ts';
import { groupRoutes } from '../admin/group-resource.ts';
import { importRoutes } from '../admin/import-resource.ts';
import { initialAccessTokenRoutes } from '../admin/initial-access-token-resource.ts';
import { jwksRoutes } from '../admin/jwks-resource.ts';
import { meRoutes } from '../admin/me-resource.ts';
import { membershipRoutes } from '../admin/membership-resource.ts';
import { nodeRoutes } from '../admin/node-resource.ts';
import { requestRoutes } from '../admin/request-resource.ts';
import { roleRoutes } from '../admin/role-resource.ts';
import { sessionRoutes } from '../admin/session-resource.ts';
import { settingsRoutes } from '../admin/settings-resource.ts';
import { signInLinkRoutes } from '../admin/sign-in-link-resource.ts';
import { signingKeyRoutes } from '../admin/signing-key-resource.ts';
import { subjectRoutes } from '../admin/subject-resource.ts';
import { type TrustStores, trustRoutes } from '../admin/trust-resource.ts';
import { userRoutes } from '../admin/user-resource.ts';
import { watchedRoutes } from '../admin/watched-resource.ts';
import { webhookRoutes } from '../admin/webhook-resource.ts';
import { createReservedClaims } from '../client-authentication/registrant-certificate.ts';
import type { FollowedConfiguration } from '../config/configuration.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { RequestCounter } from '../event/request-counts.ts';
import type { CountedClientUses } from '../grant/client-uses.ts';
import { SOURCES } from '../move/sources.ts';
import { ownFolder } from '../own-files.ts';
import { createAttributeDefinitions } from '../registration/attribute-definitions.ts';
import { createClaimRules } from '../registration/claim-rules.ts';
import { createGroupRegistrar } from '../registration/group-registrar.ts';
import { createInitialAccessTokens } from '../registration/initial-access-tokens.ts';
import { createRoleRegistrar } from '../registration/role-registrar.ts';
import type { TrustRoles } from '../registration/trust-roles.ts';
import { accessTokenAlgorithm } from '../token/server-key.ts';
import type { BrowserSessions } from '../user-authentication/browser-sessions.ts';
import type { KnownSubjects } from '../user-authentication/known-subjects.ts';
import type { EndAccess } from '../user-authentication/session-endings.ts';
import { createReplay } from '../webhook/replay.ts';
import { createSettingsChanges } from './changing-settings.ts';
import type { ClientAuthentication } from './client-authentication.ts';
import { openExpiry } from './expiry.ts';
import { importContext } from './importing.ts';
import type { OpenHome } from './open-home.ts';
import { settingsOfFile, settingsView } from './settings.ts';
import { nodeName } from './shared-trust.ts';
import { createTroubles } from './troubles.ts';
import { tryWebhook } from './try-webhook.ts';

export type AdminContext = Pick<
  AdminApiOptions,
  'issuer' | 'bearerTokens' | 'signIn' | 'reportError' | 'version'
> & {
  readonly opened: OpenHome;
  readonly configuration: FollowedConfiguration;
  readonly requests: Pick<RequestCounter, 'flush'>;
  readonly browserSessions: BrowserSessions;
  readonly endAccess: EndAccess;
  readonly knownSubjects: KnownSubjects;
  readonly clientAuthentication: Pick<ClientAuthentication, 'trust' | 'jwks' | 'revocation' | 'directory'>;
  readonly clientUses: Pick<CountedClientUses, 'flush'>;
  readonly trustStores: TrustStores;
  readonly trustRoles: Pick<TrustRoles, 'list'>;
};

/** Does what is asked for one after the other: each explanation starts the plug-ins of the deployment. */
function oneAtATime<Asked extends readonly unknown[], Answer>(
  work: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  let before: Promise<unknown> = Promise.resolve();
  return (...asked) => {
    const next = before.then(() => work(...asked));
    before = next.catch(() => {});
    return next;
  };
}

/** Composes the admin API and, unless it is switched off, the console with its client. */
export async function adminEndpoints(context: AdminContext): Promise<readonly Endpoint[]> {
  const { opened, configuration, issuer, version, clientAuthentication, browserSessions, endAccess } =
    context;
  const { storage, events, clock } = opened;
  const { atStart, now } = configuration;
  const { trust, jwks, revocation } = clientAuthentication;
  const mapped = () => now().admin_console.authenticator.mutual_ssl_authenticator;
  const certificateAdministrators = () => {
    const { enable, administrator } = mapped();
    if (!enable) return undefined;
    return new Map(administrator.map((entry) => [entry.certificate_thumbprint, entry.username]));
  };
  const consoleSessionLifetime = () => now().console.session_lifetime;

  const reach = createClientReach(storage.clients);
  const reserved = createReservedClaims({
    trustSets: trust.trustSets,
    trustGroups: () => now().trust_group,
    administrators: () => mapped().administrator,
  });
  const bounds = createClientBounds(storage.groups, reserved, events);

  const api = adminApi({
    issuer,
    version,
    clock,
    bearerTokens: context.bearerTokens,
    signIn: context.signIn,
    reportError: context.reportError,
    users: storage.users,
    clients: storage.clients,
    directory: clientAuthentication.directory,
    grants: storage.grants,
    events,
    certificateAdministrators,
    consoleSessionLifetime,
    routes: [
      ...meRoutes({ issuer, version, console_session_lifetime: consoleSessionLifetime }, storage.groups),
      ...clientRoutes(storage.clients, opened.clients, opened.idempotency, reach, bounds),
      ...clientBulkRoutes(storage.clients, opened.clients, opened.idempotency, reach, bounds),
      ...clientUseRoutes(storage, context.clientUses.flush, reach),
      ...claimRuleRoutes(createClaimRules(storage, events, clock)),
      ...attributeRoutes(createAttributeDefinitions(storage, events, clock)),
      ...initialAccessTokenRoutes(createInitialAccessTokens(storage, events, clock), storage.groups, () => {
        const { initial_access_token_lifetime, clients_per_initial_access_token } = now().registration;
        return { lifetime: initial_access_token_lifetime, clients: clients_per_initial_access_token };
      }),
      ...watchedRoutes(
        openExpiry({ home: opened.home, storage, clock, configuration, readsCrlFiles: false }),
      ),
      ...certificateRoutes({
        clients: storage.clients,
        reach,
        trustSets: trust.trustSets,
        explain: oneAtATime(async (...asked) =>
          // Loaded when it is first asked for: a start takes no longer for it.
          (await import('./explain.ts')).explainCertificate(opened, ...asked),
        ),
        administratorThumbprints: () =>
          new Set(mapped().administrator.map((entry) => entry.certificate_thumbprint)),
      }),
      ...jwksRoutes(jwks),
      ...trustRoutes(context.trustStores, revocation, storage.clients, context.trustRoles),
      ...importRoutes(
        SOURCES,
        () => importContext(opened, context.trustStores),
        () => settingsOfFile(configuration),
      ),
      ...attentionRoutes(
        createTroubles(configuration, storage, revocation, nodeName(opened.home), clock),
        nodeName(opened.home),
      ),
      ...nodeRoutes(storage, events, nodeName(opened.home), clock),
      ...userRoutes(
        storage.users,
        opened.accounts,
        opened.guard,
        endAccess,
        context.knownSubjects,
        { storage, events },
        storage.groups,
        opened.signInLinks,
      ),
      ...signInLinkRoutes(storage.users, opened.signInLinkMaking),
      ...subjectRoutes(storage.users, context.knownSubjects),
      ...groupRoutes(storage, createGroupRegistrar(storage, events, clock)),
      ...roleRoutes(storage, createRoleRegistrar(storage, events, clock)),
      ...membershipRoutes(storage, reach),
      ...sessionRoutes(storage, browserSessions, endAccess, events),
      ...consentRoutes(storage, events),
      ...grantRoutes(storage, events),
      ...credentialRoutes(storage, events, endAccess),
      ...signingKeyRoutes(storage, events, accessTokenAlgorithm(atStart.oauth), atStart.encryption.key),
      ...eventRoutes(storage.events, storage.clients, events.flush),
      ...requestRoutes(storage.requestCounts, context.requests.flush),
      ...webhookRoutes(
        storage,
        createReplay({ storage, events }, () => now().webhook, clock),
        () => now().webhook,
        events.flush,
        (webhook) => tryWebhook(opened, webhook),
      ),
      ...settingsRoutes(
        settingsView(configuration, nodeName(opened.home), () => storage.nodes.list(clock())),
        createSettingsChanges(configuration, nodeName(opened.home), events, opened.shared),
      ),
    ],
  });
  if (!atStart.console.enable) return [api];
  await ensureConsoleClient(storage.clients, opened.clients, issuer);
  return [api, consoleEndpoint(() => ownFolder('console'), issuer)];
}
