import type { FieldMapping } from '../source.ts';

/** A field of Keycloak's, and what it is here. */
export type Field = Omit<FieldMapping, 'field'> & {
  /** Values that ask for nothing, beside those that are empty: nothing is told of them. */
  readonly quiet?: readonly unknown[];
  /** Whether nothing is ever told of it: it is Keycloak's own bookkeeping. */
  readonly untold?: true;
};

export type FieldName<Fields> = Extract<keyof Fields, string>;

const KEPT = 'kept as it is';

const same = (ours: string, why = KEPT): Field => ({ ours, outcome: 'same', why });
const changed = (ours: string, why: string): Field => ({ ours, outcome: 'changed', why });
const lost = (why: string, quiet: readonly unknown[] = []): Field => ({ outcome: 'lost', why, quiet });
const asked = (ours: string, why: string): Field => ({ ours, outcome: 'asked', why });
const untold = (why: string): Field => ({ outcome: 'lost', why, untold: true });

const SECONDS = 'seconds, as there; at most what [oauth] lets a client have';
const BOOKKEEPING = 'of no use outside Keycloak';

/** Members of a client. */
export const CLIENT_FIELDS = {
  clientId: same('client_id'),
  protocol: lost('SAML is not supported, and the client is left out', ['openid-connect']),
  name: same('client_name', 'kept as it is; the clientId where there is none, or a placeholder'),
  description: changed('attributes.description', 'kept as an attribute of the client'),
  enabled: same('enabled'),
  publicClient: same(
    'token_endpoint_auth_method',
    'a public client is none, whatever clientAuthenticatorType says',
  ),
  clientAuthenticatorType: same(
    'token_endpoint_auth_method',
    'client-secret is client_secret_basic, which may send the secret in the body too, client-secret-jwt client_secret_jwt, client-jwt private_key_jwt, client-x509 tls_client_auth; a client of any other is left out',
  ),
  secret: same(
    'client_secret',
    'kept as it is for client-secret and client-secret-jwt; what Keycloak generated for client-jwt and client-x509 never becomes a credential',
  ),
  bearerOnly: changed('grant_types', 'a client without grants, which introspects with its secret'),
  standardFlowEnabled: same('grant_types', 'authorization_code'),
  implicitFlowEnabled: lost(
    'no access token comes from the authorization endpoint (RFC 9700 §2.1.2); with standardFlowEnabled the response type code id_token stays',
  ),
  directAccessGrantsEnabled: changed('grant_types', 'password, which gives no ID token here'),
  serviceAccountsEnabled: changed(
    'grant_types',
    'client_credentials; the sub of such a token is the client_id, not the id of a service account',
  ),
  rootUrl: changed('redirect_uris', 'what relative addresses are resolved against, and nothing else'),
  redirectUris: same(
    'redirect_uris',
    'relative ones are resolved against rootUrl; those with a wildcard are refused unless redirect_uris is answered for the client',
  ),
  webOrigins: same(
    'allowed_cors_origins',
    '+ is the origins of the redirect URIs; every origin (*) is not supported',
  ),
  baseUrl: same('client_uri', 'resolved against rootUrl'),
  adminUrl: lost('where Keycloak’s own adapters are called; register a backchannel_logout_uri'),
  consentRequired: same('skip_consent', 'people are asked where it is true, and not where it is false'),
  defaultClientScopes: changed(
    'default_scope',
    'given where a request names no scope; Keycloak adds them to every request, so that a client that names some must name these too',
  ),
  optionalClientScopes: same('scope', 'what the client may ask for, the default scopes with them'),
  protocolMappers: changed('claim rules', 'one rule a mapper that a rule can say; the others are named'),
  frontchannelLogout: lost('front-channel logout is not supported; register a backchannel_logout_uri'),
  fullScopeAllowed: changed(
    'roles',
    'a role stands in the tokens that a claim rule gives it to, whatever the client; none is added to a scope by itself',
  ),
  authorizationServicesEnabled: lost('User-Managed Access and policies of Keycloak are not supported'),
  authorizationSettings: lost('User-Managed Access and policies of Keycloak are not supported'),
  authenticationFlowBindingOverrides: lost('there are no flows; people sign in as to every other client'),
  notBefore: lost('tokens of Keycloak are not known here', [0]),
  defaultRoles: lost('a client has no default roles'),
  registrationAccessToken: lost('the client registers itself anew, or is administered here'),
  type: lost('a kind of client that is not known here'),
  id: untold(BOOKKEEPING),
  attributes: untold('each by itself, below'),
  surrogateAuthRequired: untold(BOOKKEEPING),
  alwaysDisplayInConsole: untold('people have no list of applications here'),
  nodeReRegistrationTimeout: untold(BOOKKEEPING),
  registeredNodes: untold(BOOKKEEPING),
  access: untold(BOOKKEEPING),
  origin: untold(BOOKKEEPING),
} as const satisfies Readonly<Record<string, Field>>;

const ENCRYPTION = 'kept as it is; RSA1_5 is not supported (RFC 8725 §3.2)';
const ALGORITHM = 'kept where it is one of ES256, PS256, RS256 and EdDSA, otherwise the one of its family';

/** Attributes of a client. */
export const CLIENT_ATTRIBUTES = {
  'access.token.lifespan': same('access_token_lifetime', SECONDS),
  'client.session.idle.timeout': changed(
    'refresh_token_idle_lifetime',
    `${SECONDS}; it holds for tokens of offline_access too`,
  ),
  'client.session.max.lifespan': changed(
    'refresh_token_lifetime',
    `${SECONDS}; it holds for tokens of offline_access too`,
  ),
  'client.offline.session.idle.timeout': lost('tokens of offline_access have no lifetime of their own', [
    '0',
  ]),
  'client.offline.session.max.lifespan': lost('tokens of offline_access have no lifetime of their own', [
    '0',
  ]),
  'access.token.signed.response.alg': changed('access tokens', 'access tokens are signed ES256'),
  'access.token.header.type.rfc9068': changed(
    'access tokens',
    'the typ of access tokens is at+jwt, always (RFC 9068)',
  ),
  'client.use.lightweight.access.token.enabled': changed(
    'access tokens',
    'an access token has the claims that claim rules give it',
  ),
  'id.token.signed.response.alg': same(
    'id_token_signed_response_alg',
    `${ALGORITHM}; that of the realm where there is none`,
  ),
  'id.token.encrypted.response.alg': same('id_token_encrypted_response_alg', ENCRYPTION),
  'id.token.encrypted.response.enc': same('id_token_encrypted_response_enc'),
  'id.token.as.detached.signature': lost('an ID token of the authorization endpoint has no claims of scopes'),
  'user.info.response.signature.alg': same('userinfo_signed_response_alg', ALGORITHM),
  'user.info.encrypted.response.alg': same('userinfo_encrypted_response_alg', ENCRYPTION),
  'user.info.encrypted.response.enc': same('userinfo_encrypted_response_enc'),
  'authorization.signed.response.alg': same('authorization_signed_response_alg', ALGORITHM),
  'authorization.encrypted.response.alg': same('authorization_encrypted_response_alg', ENCRYPTION),
  'authorization.encrypted.response.enc': same('authorization_encrypted_response_enc'),
  'client.introspection.response.allow.jwt.claim.enabled': lost(
    'the answer is signed where it is asked for so (RFC 9701)',
  ),
  'token.endpoint.auth.signing.alg': same('token_endpoint_auth_signing_alg'),
  'token.endpoint.auth.signing.max.exp': lost('how long an assertion may be valid is the same for all'),
  'client.secret.authentication.allowed.method': changed(
    'token_endpoint_auth_method',
    'client_secret_basic or client_secret_post; either place is taken',
  ),
  'client.secret.expiration.time': lost('a secret does not end by itself', ['0']),
  'client.secret.rotated': lost('the secret before the last one is not taken over'),
  'client.secret.rotated.creation.time': untold(BOOKKEEPING),
  'client.secret.rotated.expiration.time': untold(BOOKKEEPING),
  'client.secret.creation.time': untold(BOOKKEEPING),
  'use.jwks.url': untold('says that jwks.url counts'),
  'jwks.url': same('jwks_uri'),
  'use.jwks.string': untold('says that jwks.string counts'),
  'jwks.string': same('jwks'),
  'jwt.credential.certificate': changed(
    'jwks',
    'a key set of this one key, with the certificate as x5c and the kid that Keycloak gives it',
  ),
  'jwt.credential.public.key': changed(
    'jwks',
    'a key set of this one key, with the kid that Keycloak gives it',
  ),
  'jwt.credential.kid': untold('the kid of that key'),
  'jwt.credential.private.key': untold('the client’s own, and nobody else’s'),
  'x509.subjectdn': same('tls_client_auth_subject_dn', 'kept in RFC 4514 form'),
  'x509.casubjectdn': changed(
    'trust_anchors',
    'the certificate of that name that is given beside the files: an authority is known by its certificate, not by its name',
  ),
  'x509.allow.regex.pattern.comparison': asked(
    'tls_client_auth_subject_dn',
    'a regular expression comes over where it means one name; otherwise the client needs tls_client_auth_subject_dn as its answer, and where several certificates are meant one client for each',
  ),
  'tls.client.certificate.bound.access.tokens': same(
    'tls_client_certificate_bound_access_tokens',
    'kept as it is; false for a client of client-x509 that does not ask for it',
  ),
  'dpop.bound.access.tokens': same('dpop_bound_access_tokens'),
  'pkce.code.challenge.method': same('require_pkce', 'S256, which is the only method'),
  'require.pushed.authorization.requests': same('require_pushed_authorization_requests'),
  'request.object.required': changed(
    'require_signed_request_object',
    'true where Keycloak wants one, by value or by reference',
  ),
  'request.object.signature.alg': same('request_object_signing_alg'),
  'request.object.encryption.alg': same('request_object_encryption_alg', ENCRYPTION),
  'request.object.encryption.enc': same('request_object_encryption_enc'),
  'request.uris': same('request_uris', 'each compared exactly'),
  'use.refresh.tokens': same('grant_types', 'refresh_token'),
  'client_credentials.use_refresh_token': lost(
    'there is no refresh token of client_credentials (RFC 6749 §4.4.3)',
  ),
  'token.response.type.bearer.lower-case': lost(
    'token_type is Bearer; its case has no meaning (RFC 6749 §5.1)',
  ),
  'oauth2.device.authorization.grant.enabled': same(
    'grant_types',
    'urn:ietf:params:oauth:grant-type:device_code',
  ),
  'oauth2.device.code.lifespan': same('device_code_lifetime', SECONDS),
  'oauth2.device.polling.interval': lost('the interval is the same for all devices'),
  'oidc.ciba.grant.enabled': same('grant_types', 'urn:openid:params:grant-type:ciba'),
  'ciba.backchannel.token.delivery.mode': same(
    'backchannel_token_delivery_mode',
    'poll or ping; that of the realm where there is none; push is not supported',
  ),
  'ciba.backchannel.client.notification.endpoint': same('backchannel_client_notification_endpoint'),
  'ciba.backchannel.auth.request.signing.alg': same('backchannel_authentication_request_signing_alg'),
  'standard.token.exchange.enabled': changed(
    'grant_types',
    'urn:ietf:params:oauth:grant-type:token-exchange; a token that comes of another client’s says so in act',
  ),
  'standard.token.exchange.enableRefreshRequestedTokenType': lost('token exchange gives no refresh token', [
    'NO',
  ]),
  'oauth2.jwt.authorization.grant.enabled': lost(
    'assertions of other issuers are no grant here (RFC 7523 §2.1)',
  ),
  'oauth2.jwt.authorization.grant.idp': lost('assertions of other issuers are no grant here (RFC 7523 §2.1)'),
  'backchannel.logout.url': same('backchannel_logout_uri', 'resolved against rootUrl'),
  'backchannel.logout.session.required': same('backchannel_logout_session_required'),
  'backchannel.logout.revoke.offline.tokens': lost('tokens of offline_access outlive the session'),
  'frontchannel.logout.url': lost('front-channel logout is not supported; register a backchannel_logout_uri'),
  'frontchannel.logout.session.required': untold('goes with frontchannel.logout.url'),
  'logout.confirmation.enabled': lost(
    'whether people are asked before they are signed out is decided by the request',
  ),
  'post.logout.redirect.uris': same(
    'post_logout_redirect_uris',
    '+ is the redirect URIs; those with a wildcard are refused',
  ),
  logoUri: same('logo_uri'),
  policyUri: same('policy_uri'),
  tosUri: same('tos_uri'),
  'default.acr.values': same('default_acr_values'),
  'minimum.acr.value': lost('ask for it by acr_values or claims'),
  'acr.loa.map': lost('acr_values are those of the metadata document'),
  'consent.screen.text': lost('the consent page says what the client may in its own words'),
  'display.on.consent.screen': untold('goes with consent.screen.text'),
  login_theme: lost('there are no themes'),
  'exclude.session.state.from.auth.response': untold('session_state is not sent'),
  'exclude.issuer.from.auth.response': lost('iss is always sent (RFC 9207)'),
  'oauth2.allow.credentials.in.body': untold(BOOKKEEPING),
  realm_client: untold(BOOKKEEPING),
} as const satisfies Readonly<Record<string, Field>>;

/** Protocol mappers, of clients and of client scopes. */
export const MAPPERS = {
  'oidc-usermodel-attribute-mapper': same(
    'claim rule from person_attribute',
    'a claim inside another (a name with a dot) cannot be made, and is lost',
  ),
  'oidc-usermodel-property-mapper': same('claim rule from person_attribute'),
  'oidc-full-name-mapper': same('name', 'the claim name of the person, given name and family name'),
  'oidc-address-mapper': same('address', 'the claim address of the person'),
  'oidc-hardcoded-claim-mapper': same('claim rule from value'),
  'oidc-group-membership-mapper': changed(
    'claim rule from groups',
    'the groups that contain one’s own are named too',
  ),
  'oidc-usermodel-realm-role-mapper': changed(
    'claim rule from roles',
    'every role, those of clients as CLIENT/ROLE; a claim inside another (realm_access.roles) cannot be made, and is lost',
  ),
  'oidc-usermodel-client-role-mapper': lost(
    'roles of one client cannot be given alone; a claim rule from roles gives all, those of clients as CLIENT/ROLE',
  ),
  'oidc-audience-mapper': changed(
    'scope_audiences',
    'by scope: a token is for the audiences of its scopes, and for this server where a scope has none; token exchange may ask for them',
  ),
  'oidc-sha256-pairwise-sub-mapper': changed(
    'subject_type',
    'pairwise, but every person is another one to the client from now on: subjects are made another way here',
  ),
  'oidc-audience-resolve-mapper': lost(
    'roles bring no audience; name it in scope_audiences or ask for a resource',
  ),
  'oidc-hardcoded-role-mapper': lost('a token has the roles of the person or client it speaks of'),
  'oidc-role-name-mapper': lost('roles have one name'),
  'oidc-usersessionmodel-note-mapper': lost(
    'there are no notes of sessions; client_id and auth_time are given without',
  ),
  'oidc-nonce-backwards-compatible-mapper': lost('nonce stands in the ID token alone (OIDC Core §2)'),
  'oidc-script-based-protocol-mapper': lost('there are no scripts; a plug-in can say what a claim is'),
  'oidc-organization-membership-mapper': lost('there are no organizations'),
  'oidc-allowed-origins-mapper': lost('allowed-origins is a claim of Keycloak’s own adapters'),
  'oidc-claims-param-token-mapper': lost(
    'a claim that is asked for by the parameter claims is one of the person’s',
  ),
  'oidc-session-state-mapper': lost('session_state is not given; sid is'),
  'oidc-sub-mapper': untold('every token has a sub'),
  'oidc-acr-mapper': untold('acr is given without'),
  'oidc-amr-mapper': untold('amr is given without'),
} as const satisfies Readonly<Record<string, Field>>;

/** Roles and groups. */
export const GROUPING_FIELDS = {
  'roles.realm': same('role', 'kept by name; those that every realm has are left out'),
  'roles.client': changed(
    'role',
    'a role of a client is the role CLIENT/ROLE; those of Keycloak’s own clients are left out',
  ),
  composites: changed(
    'roles',
    'whoever has a role that is made of others is given these too, as they are now; later changes of one are not followed',
  ),
  'role attributes': lost('roles have no attributes'),
  groups: same(
    'group',
    'named by its path where a mapper of the realm gives paths or a name stands twice, otherwise by its name; --set group_names=path or name says which',
  ),
  'group attributes': lost('groups have no attributes'),
  'group depth': lost('groups contain one another at most 10 deep'),
} as const satisfies Readonly<Record<string, Field>>;

/** Members of a person. */
export const PERSON_FIELDS = {
  id: same('sub'),
  username: same('username'),
  firstName: same('given_name', 'kept as it is; name is made of both'),
  lastName: same('family_name', 'kept as it is; name is made of both'),
  email: same('email'),
  emailVerified: same('email_verified'),
  enabled: same('enabled'),
  createdTimestamp: same('created_at'),
  attributes: same(
    'claims',
    'one that a mapper of the realm makes a claim of OpenID Connect of has that name, every other its own, as a defined attribute',
  ),
  usercertificate: changed('certificates', 'signs the person in, by the certificate itself'),
  'password argon2': same(
    'password',
    'argon2id, and argon2i and argon2d: checked over the text as typed, and replaced at the next sign-in',
  ),
  'password pbkdf2': same(
    'password',
    'PBKDF2 with sha1, sha256 and sha512: checked over the text as typed, and replaced at the next sign-in',
  ),
  'password text': same('password', 'as it stands in the file'),
  'password other': lost('its algorithm is not known here, and the person has no password'),
  'no credentials': lost(
    'the Admin API shows no credentials, roles and groups of people: this one has no password here; kc.sh export has them',
  ),
  'otp totp': same('totp', 'an authenticator app goes on'),
  'otp hotp': changed(
    'required_actions',
    'codes by counter are not supported; the person sets up an authenticator app',
  ),
  webauthn: changed(
    'required_actions',
    'a security key is of its issuer’s host and cannot move; the person sets up an authenticator app, and may add keys again',
  ),
  'webauthn-passwordless': lost(
    'a passkey is of its issuer’s host and cannot move; the person adds it again',
  ),
  'recovery-authn-codes': lost('the person makes new recovery codes'),
  'password-history': lost('earlier passwords are not remembered'),
  'other credential': lost('a credential of a kind that is not known here'),
  'required action': same(
    'required_actions',
    'UPDATE_PASSWORD, VERIFY_EMAIL and CONFIGURE_TOTP; webauthn-register becomes configure_totp',
  ),
  'other required action': lost('nobody is held for it'),
  realmRoles: same('roles'),
  clientRoles: changed('roles', 'as CLIENT/ROLE'),
  'roles of Keycloak': lost(
    'who administers Keycloak does not administer this server; give an administrator role',
  ),
  groups: same('groups'),
  federationLink: lost('the password is checked by a user store of Keycloak’s, and did not come along'),
  federatedIdentities: lost('people do not sign in by another provider here'),
  clientConsents: lost('the person is asked again'),
  serviceAccountClientId: untold('a service account is its client here, whose roles and groups it gives'),
} as const satisfies Readonly<Record<string, Field>>;

const FLOWS =
  'people sign in with password and second factor, passkey or certificate; there are no flows to draw';
const PAGES = 'pages have no themes; see [branding]';

/** Members of the realm itself, which no record says. `[…]` is a table of deployment.toml. */
export const REALM_FIELDS = {
  accessTokenLifespan: same('access_token_lifetime', 'that of each client that has none of its own'),
  oauth2DeviceCodeLifespan: same(
    'device_code_lifetime',
    'that of each client of devices that has none of its own',
  ),
  defaultSignatureAlgorithm: same(
    'id_token_signed_response_alg',
    'that of each client that has none of its own',
  ),
  clientPolicies: {
    ours: 'profile',
    outcome: 'changed',
    why: 'a policy for any client, or by the access type or the roles of clients, gives the profile of FAPI it names; others are named',
    quiet: ['{"policies":[]}'],
  },
  clientProfiles: lost('profiles are those of the documentation', ['{"profiles":[]}']),
  'clients of Keycloak': lost('left out: they are Keycloak’s own, and nothing here needs them'),
  components: lost('told of by kind'),
  'org.keycloak.keys.KeyProvider': lost(
    'keys are made anew: tokens that Keycloak issued are checked by its own keys until they end',
  ),
  'org.keycloak.storage.UserStorageProvider': lost('people of another directory are not looked up'),
  'org.keycloak.userprofile.UserProfileProvider': lost('attributes are defined by what people have of them'),
  'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy': lost(
    'who may register clients is said by [registration]',
  ),
  identityProviders: lost('people do not sign in by another provider here'),
  identityProviderMappers: lost('people do not sign in by another provider here'),
  authenticationFlows: lost(FLOWS),
  authenticatorConfig: untold('goes with authenticationFlows'),
  requiredActions: untold('what a person still has to do comes with the person'),
  browserFlow: lost(FLOWS, ['browser']),
  registrationFlow: lost(FLOWS, ['registration']),
  directGrantFlow: lost(FLOWS, ['direct grant']),
  resetCredentialsFlow: lost(FLOWS, ['reset credentials']),
  clientAuthenticationFlow: lost(FLOWS, ['clients']),
  dockerAuthenticationFlow: lost('there is no Docker registry protocol', ['docker auth']),
  firstBrokerLoginFlow: lost(FLOWS, ['first broker login']),
  passwordPolicy: lost('new passwords obey [password_policy]; those that come along stay'),
  bruteForceProtected: changed('sign-in', 'guesses are held back, always, by person and by address'),
  failureFactor: untold('goes with bruteForceProtected'),
  otpPolicyType: lost('new authenticator apps are set up with codes by time', ['totp']),
  otpPolicyAlgorithm: lost('new authenticator apps are set up with SHA1', ['HmacSHA1']),
  otpPolicyDigits: lost('new authenticator apps are set up with 6 digits', [6]),
  otpPolicyPeriod: lost('new authenticator apps are set up with 30 seconds', [30]),
  registrationAllowed: lost('people do not register themselves'),
  resetPasswordAllowed: lost('there is no mail: an administrator sets a new password'),
  rememberMe: lost('how long a session lasts is the same for all'),
  verifyEmail: lost('there is no mail: an administrator says that an address is verified'),
  loginWithEmailAllowed: lost('people sign in with the username, not with the email address'),
  registrationEmailAsUsername: lost('a username is what it is in the file'),
  duplicateEmailsAllowed: untold('several people may have one address'),
  editUsernameAllowed: lost('a username is changed by an administrator'),
  smtpServer: lost('there is no mail'),
  supportedLocales: untold('pages are in English, German and Portuguese'),
  defaultLocale: lost('ui_locales of the request and the browser decide on the language'),
  internationalizationEnabled: untold('goes with defaultLocale'),
  localizationTexts: lost('pages have their own words'),
  ssoSessionIdleTimeout: lost('set [sign_in] session_idle_lifetime'),
  ssoSessionMaxLifespan: lost('set [sign_in] session_lifetime'),
  offlineSessionIdleTimeout: lost('set [oauth] refresh_token_idle_lifetime'),
  offlineSessionMaxLifespanEnabled: lost('set [oauth] refresh_token_lifetime'),
  revokeRefreshToken: lost('refresh tokens that are bound to their client are not rotated, others are'),
  defaultGroups: lost('new people are in no group'),
  defaultRole: untold('what it gives is given to each person'),
  scopeMappings: lost('a scope gives the claims of its rules, whatever roles somebody has', [
    '[{"clientScope":"offline_access","roles":["offline_access"]}]',
  ]),
  eventsEnabled: untold('events are kept, always'),
  adminEventsEnabled: untold('events are kept, always'),
  eventsListeners: lost('events go to webhooks, and to the log', ['["jboss-logging"]']),
  organizations: lost('there are no organizations'),
  loginTheme: lost(PAGES),
  accountTheme: lost(PAGES),
  adminTheme: lost(PAGES),
  emailTheme: lost(PAGES),
  displayName: lost('set [branding] name'),
  displayNameHtml: lost('set [branding] name'),
  userManagedAccessAllowed: lost('User-Managed Access is not supported'),
  verifiableCredentialsEnabled: lost('verifiable credentials are not issued'),
  notBefore: lost('tokens of Keycloak are not known here', [0]),
  sslRequired: untold('only https is served'),
  clientScopeMappings: untold('roles of Keycloak’s own clients'),
} as const satisfies Readonly<Record<string, Field>>;

/**
 * Every section of the table, in the order of the documentation. From it the reader takes what becomes of a field and why,
 * the report what it says, and `docs/import-keycloak.md` its tables.
 */
export const SECTIONS = [
  { title: 'Clients', fields: CLIENT_FIELDS },
  { title: 'Attributes of clients', fields: CLIENT_ATTRIBUTES },
  { title: 'Protocol mappers', fields: MAPPERS },
  { title: 'Roles and groups', fields: GROUPING_FIELDS },
  { title: 'People', fields: PERSON_FIELDS },
  { title: 'The realm', fields: REALM_FIELDS },
] as const;
