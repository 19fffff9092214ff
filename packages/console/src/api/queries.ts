/**
 * Everything the console reads from the admin API and everything it changes there. Keys are built here alone: what an
 * answer is about, and the path it came from. A change names what it makes outdated by the same words.
 */

import type {
  ApplicationRole,
  ApplicationRoleChanges,
  ApplicationRolePage,
  Attention,
  Attribute,
  AttributeSpecification,
  Attributes,
  CertificateCheck,
  CertificateImport,
  CertificatesToPreview,
  CertificateToCheck,
  CheckedClient,
  CheckedClients,
  ClaimRule,
  ClaimRules,
  ClaimSpecification,
  Client,
  ClientChanges,
  ClientDelta,
  ClientOperationResults,
  ClientOperations,
  ClientPage,
  ClientRegistration,
  ClientUse,
  Consent,
  ConsentPage,
  Credential,
  Credentials,
  Event,
  EventCounts,
  EventPage,
  Grant,
  GrantPage,
  Group,
  GroupChanges,
  GroupPage,
  HoldingClientPage,
  HoldingGroupPage,
  HoldingPersonPage,
  ImportedCertificates,
  ImportReport,
  ImportSources,
  InitialAccessTokens,
  IssuedClient,
  IssuedInitialAccessToken,
  JwksPreview,
  JwksToPreview,
  KnownSubjects,
  MadeSignInLink,
  Me,
  Memberships,
  NewApplicationRole,
  NewAttribute,
  NewGroup,
  NewImport,
  NewInitialAccessToken,
  NewPassword,
  NewUser,
  Nodes,
  PreviewedCertificates,
  RemovedCredentials,
  RequestHistogram,
  RevocationStates,
  Session,
  SessionPage,
  Settings,
  SettingsChanges,
  SettingsPreview,
  SignedOut,
  SigningKeys,
  TrustEntry,
  TrustRole,
  TrustStores,
  User,
  UserChanges,
  UserPage,
  WatchedCounts,
  WatchedPage,
  WebhookDelivery,
  WebhookDeliveryPage,
  Webhooks,
} from './admin-api.ts';
import { addressOf, type Body, pathOf, queryOf, request, requestTagged, type Tagged } from './request.ts';

/** What an answer is about. */
export type Subject =
  | 'me'
  | 'clients'
  | 'certificates'
  | 'certificate-check'
  | 'registration-tokens'
  | 'events'
  | 'users'
  | 'groups'
  | 'roles'
  | 'memberships'
  | 'claims'
  | 'sessions'
  | 'consents'
  | 'grants'
  | 'signing-keys'
  | 'truststore'
  | 'revocation'
  | 'nodes'
  | 'webhooks'
  | 'import-sources'
  | 'settings'
  | 'attention';

/** Options of `useQuery` that say what is read and under which key it is kept. */
export type Reading<T> = {
  readonly queryKey: readonly [subject: Subject, ...which: readonly string[]];
  readonly queryFn: (context: { readonly signal?: AbortSignal }) => Promise<T>;
};

const reading = <T>(subject: Subject, path: string): Reading<T> => ({
  queryKey: [subject, path],
  queryFn: ({ signal }) => request<T>('GET', path, { signal }),
});

/** Of what has revisions, with the one it is at. */
const readingTagged = <T>(subject: Subject, path: string): Reading<Tagged<T>> => ({
  queryKey: [subject, path],
  queryFn: ({ signal }) => requestTagged<T>('GET', path, { signal }),
});

/** Which page of a listing: how many items, after which cursor. */
type PageOf = { readonly limit: number; readonly after?: string | undefined };
/** Which page of a listing by time, which can be read either way. */
type OrderedPageOf = PageOf & { readonly order?: string | undefined };
/** Which page of a listing that can be sorted, gone through from a value, and counted. */
type SortedPageOf = PageOf & {
  readonly sort?: string | undefined;
  readonly order?: string | undefined;
  readonly from?: string | undefined;
  readonly total?: string | undefined;
};
export type Owner = { readonly username?: string; readonly client_id?: string };
export type EventFilter = {
  readonly client_id?: string;
  readonly actor?: string;
  /** A username: who did it, or whom it is about. */
  readonly person?: string;
  readonly object?: string;
  readonly address?: string;
  readonly certificate?: string;
  readonly class?: string;
  readonly kind?: string;
  /** A kind that is left out. */
  readonly except?: string;
  readonly outcome?: string;
  readonly because?: string;
  readonly type?: string;
  /** Milliseconds since the epoch. */
  readonly since?: number;
  readonly until?: number;
  readonly search?: string;
};
type ClientFilter = {
  readonly search?: string | undefined;
  readonly enabled?: string | undefined;
  readonly token_endpoint_auth_method?: string | undefined;
  /** Days. */
  readonly expiring_within?: string | undefined;
  readonly certificates?: string | undefined;
};

export type WatchedFilter = {
  readonly kind?: string;
  readonly expires_within?: string;
  readonly expires_after?: string;
  readonly unused?: string;
  readonly shared?: string;
  readonly expired?: string;
};

/** Whose memberships: one of both. */
export type MembershipOwner = { readonly username: string } | { readonly client_id: string };

const ownerParts = (owner: MembershipOwner): readonly [string, string] =>
  'username' in owner ? ['users', owner.username] : ['clients', owner.client_id];

/** One who can be in a group, as the path of the group names it. */
export type MemberPart = readonly ['people' | 'clients', string];
/** One who can hold a role, as the path of the role names it. */
export type HolderPart = MemberPart | readonly ['groups', string];

export const queries = {
  me: () => reading<Me>('me', '/me'),
  clients: (page: SortedPageOf & ClientFilter) => reading<ClientPage>('clients', `/clients${queryOf(page)}`),
  client: (client_id: string) => readingTagged<Client>('clients', pathOf('clients', client_id)),
  /** @param days how many, today among them */
  clientUse: (client_id: string, days: number) =>
    reading<ClientUse>('clients', addressOf(['clients', client_id, 'use'], { days })),
  registrationTokens: () => reading<InitialAccessTokens>('registration-tokens', '/registration-tokens'),
  /** What ends on a known day, the soonest first. */
  watched: (page: PageOf & WatchedFilter) =>
    reading<WatchedPage>('certificates', `/certificates${queryOf(page)}`),
  /** How much ends, by kind and by days to the end. */
  watchedCounts: (of: { readonly kind?: string } = {}) =>
    reading<WatchedCounts>('certificates', `/certificates/counts${queryOf(of)}`),
  /** A certificate looked at before it is saved. */
  certificateCheck: (question: Body<CertificateToCheck>): Reading<CertificateCheck> => ({
    queryKey: ['certificate-check', JSON.stringify(question)],
    queryFn: ({ signal }) =>
      request<CertificateCheck>('POST', '/certificates/check', { body: question, signal }),
  }),
  events: (page: PageOf & EventFilter) => reading<EventPage>('events', `/events${queryOf(page)}`),
  event: (event_id: string) => reading<Event>('events', pathOf('events', event_id)),
  /** How often what happened, exactly; milliseconds since the epoch. */
  eventCounts: (within: { readonly since: number; readonly until?: number; readonly type?: string }) =>
    reading<EventCounts>('events', `/events/counts${queryOf(within)}`),
  /** @param bucket milliseconds */
  requests: (range: { readonly since: number; readonly bucket: number }) =>
    reading<RequestHistogram>('events', `/requests/histogram${queryOf(range)}`),
  users: (
    page: SortedPageOf & { readonly search?: string | undefined; readonly enabled?: string | undefined },
  ) => reading<UserPage>('users', `/users${queryOf(page)}`),
  user: (username: string) => readingTagged<User>('users', pathOf('users', username)),
  groups: (
    page: SortedPageOf & { readonly search?: string | undefined; readonly within?: string | undefined },
  ) => reading<GroupPage>('groups', `/groups${queryOf(page)}`),
  group: (group_id: string) => readingTagged<Group>('groups', pathOf('groups', group_id)),
  groupPeople: (group_id: string, page: PageOf) =>
    reading<HoldingPersonPage>('groups', addressOf(['groups', group_id, 'people'], page)),
  groupClients: (group_id: string, page: PageOf) =>
    reading<HoldingClientPage>('groups', addressOf(['groups', group_id, 'clients'], page)),
  roles: (page: SortedPageOf & { readonly search?: string | undefined }) =>
    reading<ApplicationRolePage>('roles', `/roles${queryOf(page)}`),
  role: (role_id: string) => readingTagged<ApplicationRole>('roles', pathOf('roles', role_id)),
  rolePeople: (role_id: string, page: PageOf) =>
    reading<HoldingPersonPage>('roles', addressOf(['roles', role_id, 'people'], page)),
  roleClients: (role_id: string, page: PageOf) =>
    reading<HoldingClientPage>('roles', addressOf(['roles', role_id, 'clients'], page)),
  roleGroups: (role_id: string, page: PageOf) =>
    reading<HoldingGroupPage>('roles', addressOf(['roles', role_id, 'groups'], page)),
  memberships: (owner: MembershipOwner) =>
    reading<Memberships>('memberships', pathOf(...ownerParts(owner), 'memberships')),
  credentials: (username: string) => reading<Credentials>('users', pathOf('users', username, 'credentials')),
  knownSubjects: (username: string) =>
    reading<KnownSubjects>('grants', pathOf('users', username, 'subjects')),
  claimRules: () => reading<ClaimRules>('claims', '/claim-rules'),
  attributes: () => reading<Attributes>('claims', '/attributes'),
  sessions: (page: OrderedPageOf & Owner) => reading<SessionPage>('sessions', `/sessions${queryOf(page)}`),
  consents: (page: OrderedPageOf & Owner) => reading<ConsentPage>('consents', `/consents${queryOf(page)}`),
  grants: (page: OrderedPageOf & Owner) => reading<GrantPage>('grants', `/grants${queryOf(page)}`),
  signingKeys: () => reading<SigningKeys>('signing-keys', '/signing-keys'),
  trustStores: () => readingTagged<TrustStores>('truststore', '/truststore'),
  revocation: () => reading<RevocationStates>('revocation', '/revocation'),
  nodes: () => reading<Nodes>('nodes', '/nodes'),
  webhooks: () => reading<Webhooks>('webhooks', '/webhooks'),
  webhookDeliveries: (page: PageOf & { readonly webhook: string; readonly state: string }) =>
    reading<WebhookDeliveryPage>('webhooks', `/webhook-deliveries${queryOf(page)}`),
  importSources: () => reading<ImportSources>('import-sources', '/import/sources'),
  settings: () => readingTagged<Settings>('settings', '/settings'),
  /** What a change of settings would do to the file; nothing is changed. @param etag of the file that a person has seen */
  previewSettings: (changed: SettingsChanges, etag: string): Reading<Tagged<SettingsPreview>> => ({
    queryKey: ['settings', 'preview', JSON.stringify(changed), etag],
    queryFn: ({ signal }) =>
      requestTagged<SettingsPreview>('POST', '/settings/preview', { body: changed, signal, ifMatch: etag }),
  }),
  /** What is broken now. */
  attention: () => reading<Attention>('attention', '/attention'),
};

/** Clients as a file has them, which the server judges. */
type GivenToRegister = {
  readonly clients: readonly Readonly<Record<string, unknown>>[];
  /** The name of the group that they are put into. */
  readonly group: string | undefined;
};

/** What the registration of each of them would come to; nothing is written. @throws ApiError */
export const checkedClients = async (
  { clients, group }: GivenToRegister,
  signal: AbortSignal,
): Promise<readonly CheckedClient[]> =>
  (await request<CheckedClients>('POST', '/bulk/clients/check', { body: { clients, group }, signal }))
    .results;

/** Options of `useMutation`: how something is changed, and what that makes outdated. */
export type Change<Input, Answer = unknown> = {
  readonly mutationFn: (input: Input) => Promise<Answer>;
  readonly meta: { readonly outdates: readonly Subject[] };
};

const change = <Input, Answer = unknown>(
  outdates: readonly Subject[],
  mutationFn: (input: Input) => Promise<Answer>,
): Change<Input, Answer> => ({ mutationFn, meta: { outdates } });

/** What people have let in hangs together: one that ends may end others. */
const ACCESS = ['sessions', 'consents', 'grants'] as const;
/** Who belongs to what is shown from every side. */
const GROUPING = ['groups', 'roles', 'memberships'] as const;

export const changes = {
  /** @param group the name of the group that it is put into */
  addClient: change(
    ['clients', 'certificates'],
    ({ group, ...metadata }: Body<ClientRegistration> & { readonly group?: string | undefined }) =>
      request<IssuedClient>('POST', `/clients${queryOf({ group })}`, { body: metadata }),
  ),
  /** @param etag of the client that is changed, where a list of it is replaced or a person has seen it */
  updateClient: change(
    ['clients', 'certificates', 'events'],
    ({
      client_id,
      etag,
      ...metadata
    }: Body<ClientChanges> & { readonly client_id: string; readonly etag?: string }) =>
      request<IssuedClient>('PATCH', pathOf('clients', client_id), { body: metadata, ifMatch: etag }),
  ),
  /** Several things of a client at once, as one revision with one event. */
  changeClient: change(
    ['clients', 'certificates', 'events'],
    ({ client_id, ...body }: Body<ClientDelta> & { readonly client_id: string }) =>
      request<IssuedClient>('POST', pathOf('clients', client_id, 'changes'), { body }),
  ),
  addRegistrationToken: change(['registration-tokens'], (body: Body<NewInitialAccessToken>) =>
    request<IssuedInitialAccessToken>('POST', '/registration-tokens', { body }),
  ),
  endRegistrationToken: change(['registration-tokens'], (token_id: string) =>
    request('DELETE', pathOf('registration-tokens', token_id)),
  ),
  removeCertificate: change(
    ['clients', 'certificates', 'events'],
    ({ client_id, thumbprint }: { readonly client_id: string; readonly thumbprint: string }) =>
      request<IssuedClient>('DELETE', pathOf('clients', client_id, 'certificates', thumbprint)),
  ),
  removeClient: change(['clients', 'certificates', ...ACCESS, ...GROUPING], (client_id: string) =>
    request('DELETE', pathOf('clients', client_id)),
  ),
  /** Several at once, each done by itself: what became of them, in their order. */
  changeClients: change(
    ['clients', 'certificates', ...ACCESS, ...GROUPING],
    async (operations: ClientOperations['operations']) =>
      (await request<ClientOperationResults>('POST', '/bulk/clients', { body: { operations } })).results,
  ),
  forgetNode: change(['nodes', 'attention', 'events'], (node: string) =>
    request('DELETE', pathOf('nodes', node)),
  ),
  /** Registers clients of a file, each by itself; sent again under its key nothing is made twice. */
  importClients: change(
    ['clients', 'certificates', ...GROUPING],
    async ({ clients, group, key }: GivenToRegister & { readonly key: string }) => {
      const operations = clients.map((client) => ({ operation: 'register', client, group }));
      const sent = { body: { operations }, idempotencyKey: key };
      return (await request<ClientOperationResults>('POST', '/bulk/clients', sent)).results;
    },
  ),
  renewClientSecret: change(
    ['clients', 'events'],
    ({ client_id, end_tokens }: { readonly client_id: string; readonly end_tokens: boolean }) =>
      request<IssuedClient>(
        'POST',
        addressOf(['clients', client_id, 'secret'], { end_tokens: String(end_tokens) }),
      ),
  ),
  /** Every access token the client was issued before now. */
  endClientTokens: change(['clients', 'events', ...ACCESS], (client_id: string) =>
    request<IssuedClient>('DELETE', pathOf('clients', client_id, 'tokens')),
  ),
  /** The server reads a JWK set on the spot; nothing is changed. */
  previewJwks: change([], (question: JwksToPreview) =>
    request<JwksPreview>('POST', '/jwks/preview', { body: question }),
  ),
  addTrusted: change(['truststore', 'certificates'], (added: CertificateImport) =>
    request<ImportedCertificates>('POST', '/truststore/certificates', { body: added }),
  ),
  /** @param etag of the trust stores in which a person saw the certificate */
  removeTrusted: change(
    ['truststore', 'certificates'],
    ({
      alias,
      group,
      etag,
    }: {
      readonly alias: string;
      readonly group?: string | undefined;
      readonly etag: string;
    }) =>
      request('DELETE', addressOf(['truststore', 'certificates', alias], { group }), {
        ifMatch: etag,
      }),
  ),
  /**
   * @param role undefined to leave it to the rule
   * @param etag of the trust stores in which a person saw the entry
   */
  nameTrustRole: change(
    ['truststore', 'certificates'],
    ({
      alias,
      group,
      role,
      etag,
    }: {
      readonly alias: string;
      readonly group?: string | undefined;
      readonly role: TrustRole | undefined;
      readonly etag: string;
    }) => {
      const path = addressOf(['truststore', 'certificates', alias, 'role'], { group });
      return role === undefined
        ? request<TrustEntry>('DELETE', path, { ifMatch: etag })
        : request<TrustEntry>('PUT', path, { body: { role }, ifMatch: etag });
    },
  ),
  addClaimRule: change(['claims'], (specification: ClaimSpecification) =>
    request<ClaimRule>('POST', '/claim-rules', { body: specification }),
  ),
  /** @param etag of the rule that a person has seen */
  replaceClaimRule: change(
    ['claims'],
    ({
      claim_rule_id,
      etag,
      specification,
    }: {
      readonly claim_rule_id: string;
      readonly etag: string;
      readonly specification: ClaimSpecification;
    }) =>
      request<ClaimRule>('PUT', pathOf('claim-rules', claim_rule_id), {
        body: specification,
        ifMatch: etag,
      }),
  ),
  removeClaimRule: change(['claims'], (claim_rule_id: string) =>
    request('DELETE', pathOf('claim-rules', claim_rule_id)),
  ),
  addAttribute: change(['claims'], (attribute: Body<NewAttribute>) =>
    request<Attribute>('POST', '/attributes', { body: attribute }),
  ),
  /** @param etag of the definition that a person has seen */
  replaceAttribute: change(
    ['claims'],
    ({
      name,
      etag,
      specification,
    }: {
      readonly name: string;
      readonly etag: string;
      readonly specification: Body<AttributeSpecification>;
    }) => request<Attribute>('PUT', pathOf('attributes', name), { body: specification, ifMatch: etag }),
  ),
  removeAttribute: change(['claims'], (name: string) => request('DELETE', pathOf('attributes', name))),
  addUser: change(['users'], (user: NewUser) => request<User>('POST', '/users', { body: user })),
  /** @param etag of the user that is changed, where claims or roles are replaced */
  updateUser: change(
    ['users'],
    ({ username, etag, ...changed }: UserChanges & { readonly username: string; readonly etag?: string }) =>
      requestTagged<User>('PATCH', pathOf('users', username), { body: changed, ifMatch: etag }),
  ),
  /** @param kind whose are removed, or the one of `credential_id` alone */
  removeCredentials: change(
    ['users', ...ACCESS],
    ({
      username,
      kind,
      credential_id,
      end_sessions,
    }: Pick<Credential, 'kind'> & {
      readonly username: string;
      readonly credential_id: string | undefined;
      readonly end_sessions: boolean;
    }) =>
      request<RemovedCredentials>(
        'DELETE',
        addressOf(['users', username, 'credentials'], {
          kind,
          credential_id,
          end_sessions: String(end_sessions),
        }),
      ),
  ),
  /** The answer has the link, once. @param lifetime in seconds */
  makeSignInLink: change(
    ['users'],
    ({ username, lifetime }: { readonly username: string; readonly lifetime: number }) =>
      request<MadeSignInLink>('POST', pathOf('users', username, 'sign-in-link'), { body: { lifetime } }),
  ),
  endSignInLink: change(['users'], (username: string) =>
    request('DELETE', pathOf('users', username, 'sign-in-link')),
  ),
  unlockUser: change(['users'], (username: string) => request('POST', pathOf('users', username, 'unlock'))),
  setPassword: change(
    ['users', ...ACCESS],
    ({ username, ...body }: NewPassword & { readonly username: string }) =>
      request<SignedOut>('PUT', pathOf('users', username, 'password'), { body }),
  ),
  signUserOut: change(ACCESS, (username: string) =>
    request<SignedOut>('DELETE', pathOf('users', username, 'sessions')),
  ),
  removeUser: change(['users', ...ACCESS, ...GROUPING], (username: string) =>
    request('DELETE', pathOf('users', username)),
  ),
  addGroup: change(GROUPING, (group: NewGroup) => request<Group>('POST', '/groups', { body: group })),
  /** @param etag of the group that a person has seen */
  updateGroup: change(
    GROUPING,
    ({ group_id, etag, ...changed }: GroupChanges & { readonly group_id: string; readonly etag: string }) =>
      request<Group>('PATCH', pathOf('groups', group_id), { body: changed, ifMatch: etag }),
  ),
  removeGroup: change(GROUPING, (group_id: string) => request('DELETE', pathOf('groups', group_id))),
  addMember: change(
    GROUPING,
    ({ group_id, member }: { readonly group_id: string; readonly member: MemberPart }) =>
      request('PUT', pathOf('groups', group_id, ...member)),
  ),
  removeMember: change(
    GROUPING,
    ({ group_id, member }: { readonly group_id: string; readonly member: MemberPart }) =>
      request('DELETE', pathOf('groups', group_id, ...member)),
  ),
  addRole: change(GROUPING, (role: NewApplicationRole) =>
    request<ApplicationRole>('POST', '/roles', { body: role }),
  ),
  /** @param etag of the role that a person has seen */
  updateRole: change(
    GROUPING,
    ({
      role_id,
      etag,
      ...changed
    }: ApplicationRoleChanges & { readonly role_id: string; readonly etag: string }) =>
      request<ApplicationRole>('PATCH', pathOf('roles', role_id), { body: changed, ifMatch: etag }),
  ),
  removeRole: change(GROUPING, (role_id: string) => request('DELETE', pathOf('roles', role_id))),
  assignRole: change(
    GROUPING,
    ({ role_id, holder }: { readonly role_id: string; readonly holder: HolderPart }) =>
      request('PUT', pathOf('roles', role_id, ...holder)),
  ),
  unassignRole: change(
    GROUPING,
    ({ role_id, holder }: { readonly role_id: string; readonly holder: HolderPart }) =>
      request('DELETE', pathOf('roles', role_id, ...holder)),
  ),
  endSession: change(ACCESS, ({ session_id }: Pick<Session, 'session_id'>) =>
    request('DELETE', pathOf('sessions', session_id)),
  ),
  revokeConsent: change(ACCESS, ({ username, client_id }: Pick<Consent, 'username' | 'client_id'>) =>
    request('DELETE', pathOf('users', username, 'consents', client_id)),
  ),
  revokeGrant: change(ACCESS, ({ grant_id }: Pick<Grant, 'grant_id'>) =>
    request('DELETE', pathOf('grants', grant_id)),
  ),
  replayDelivery: change(['webhooks'], ({ delivery_id }: Pick<WebhookDelivery, 'delivery_id'>) =>
    request<WebhookDelivery>('POST', pathOf('webhook-deliveries', delivery_id, 'replay')),
  ),
  /** Of a dry run nothing becomes outdated, but nobody asks for more than is shown. */
  bringIn: change(
    ['clients', 'certificates', 'users', 'claims', 'truststore', 'consents', 'grants', ...GROUPING],
    (body: Body<NewImport>) => request<ImportReport>('POST', '/import', { body }),
  ),
  /** @param etag of the file that a person has seen */
  changeSettings: change(
    ['settings', 'truststore', 'nodes', 'attention'],
    ({ etag, ...body }: SettingsChanges & { readonly etag: string }) =>
      requestTagged<Settings>('PATCH', '/settings', { body, ifMatch: etag }),
  ),
  endSigningKey: change(['signing-keys', 'certificates'], (kid: string) =>
    request('DELETE', pathOf('signing-keys', kid)),
  ),
  /** What an import would bring; nothing is changed. */
  previewTrusted: change([], (asked: Body<CertificatesToPreview>) =>
    request<PreviewedCertificates>('POST', '/truststore/preview', { body: asked }),
  ),
  rotateSigningKeys: change(['signing-keys', 'certificates'], () =>
    request<SigningKeys>('POST', '/signing-keys/rotate'),
  ),
};
