import { X509Certificate } from 'node:crypto';
import {
  canonicalAddress,
  certificatesIn,
  certificateToPem,
  InvalidDistinguishedName,
  MalformedCertificate,
  mailboxParts,
  normaliseRegisteredSubjectDn,
} from '@countersign/x509';
import type { z } from 'zod';
import { isVisible } from '../event/printable.ts';
import { jwksMeant, MalformedJwks, parseJwks } from '../outbound/json-web-key-set.ts';
import { ownMember } from '../own-member.ts';
import { contentEncryptionDefaults, encryptionProblem } from './client-encryption.ts';
import { ClientMetadata } from './client-metadata.ts';
import { ASSERTION_ALGORITHMS, CLIENT_SIGNING_ALGORITHMS } from './client-signing-algorithms.ts';
import { uriProblem, urisOf } from './client-uri.ts';
import { BUNDLES } from './profile/bundles.ts';
import { profileProblem } from './profile/registration.ts';
import { clauseOf } from './profile.ts';
import { PROFILES } from './profile-name.ts';
import { isNativeRedirectUri } from './redirect-uri.ts';
import { type RegistrationDefaults, withResponseAlgorithms } from './response-algorithm.ts';
import { isFrontChannel, RESPONSE_TYPES, type ResponseType, responseTypeOf } from './response-type.ts';
import { Scope } from './scope.ts';
import { scopeProblem } from './scope-registration.ts';
import { sectorProblem } from './sector.ts';
import { TOKEN_ENDPOINT_AUTH_METHODS } from './token-endpoint-auth-method.ts';
import { unsupportedReason } from './unsupported-metadata.ts';

/** The grant types this server issues tokens for (RFC 7591 §2). */
export const GRANT_TYPES = [
  'client_credentials',
  'password',
  'authorization_code',
  'refresh_token',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:openid:params:grant-type:ciba',
] as const;
export type GrantType = (typeof GRANT_TYPES)[number];

/** A grant type of a plug-in is a URI outside the names that specifications give out (RFC 6749 §4.5). */
export const isExtensionGrantType = (grant_type: string): boolean =>
  URL.canParse(grant_type) && !/^urn:(ietf|openid):/i.test(grant_type);

/** The subject values of RFC 8705 §2.1.2, of which `tls_client_auth` takes exactly one. */
export const TLS_CLIENT_AUTH_SUBJECTS = [
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
] as const;

/** Thrown when client metadata is not acceptable (RFC 7591 §3.2.2); `field` names the metadata field at fault. */
export class InvalidClientMetadata extends Error {
  override readonly name = 'InvalidClientMetadata';
  readonly error: 'invalid_client_metadata' | 'invalid_redirect_uri';
  readonly field: string;

  constructor(field: string, message: string) {
    super(`${field}: ${message}`);
    this.field = field;
    this.error = field === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata';
  }
}

const isOneOf = <T extends string>(values: readonly T[], value: string): value is T =>
  values.some((known) => known === value);

function describe(issue: z.core.$ZodIssue): InvalidClientMetadata {
  const place = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') return new InvalidClientMetadata(place || 'body', issue.message);
  const [named] = issue.keys.filter((field) => place === '' && unsupportedReason(field) !== undefined);
  if (named !== undefined) {
    return new InvalidClientMetadata(named, `is not supported: ${unsupportedReason(named)}`);
  }
  return new InvalidClientMetadata(place || issue.keys.join(', '), 'unknown metadata');
}

/** What a client that signs people in may ask for when its registration does not say (OIDC Core §5.4). */
const SIGN_IN_SCOPE = 'openid profile email address phone';
const SIGN_IN_GRANTS: readonly GrantType[] = [
  'authorization_code',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
];

/** That of a client which names none: `code`, or the first that its profile allows. */
function usualResponseType(profile: unknown): ResponseType {
  const known = PROFILES.find((name) => name === profile);
  return (known && BUNDLES[known].response_types.of[0]) ?? 'code';
}

const hasHybridFlow = ({ response_types }: Record<string, unknown>): boolean =>
  Array.isArray(response_types) &&
  response_types.some((each) => typeof each === 'string' && responseTypeOf(each) === 'code id_token');

const withoutImplicit = (grant_types: unknown): unknown =>
  Array.isArray(grant_types) ? grant_types.filter((grant) => grant !== 'implicit') : grant_types;

function withInferredDefaults(input: Record<string, unknown>): Record<string, unknown> {
  const identifiesByCertificate = ['certificates', 'jwks_uri', 'jwks'].some((field) => {
    const value = input[field];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
  const identifiesBySubject = TLS_CLIENT_AUTH_SUBJECTS.some((field) => input[field] !== undefined);
  const method = identifiesBySubject
    ? 'tls_client_auth'
    : identifiesByCertificate
      ? 'self_signed_tls_client_auth'
      : 'client_secret_basic';
  const redirects = Array.isArray(input.redirect_uris) && input.redirect_uris.length > 0;
  const grants = redirects ? ['authorization_code', 'refresh_token'] : ['client_credentials'];
  const defaulted = {
    token_endpoint_auth_method: method,
    grant_types: grants,
    ...input,
    ...(hasHybridFlow(input) && {
      // With code id_token clients register it (OIDC Registration §2); nothing is granted by it here.
      grant_types: withoutImplicit(input.grant_types ?? grants),
    }),
  };
  const usesCode =
    Array.isArray(defaulted.grant_types) && defaulted.grant_types.includes('authorization_code');
  const signsIn = SIGN_IN_GRANTS.some(
    (grant) => Array.isArray(defaulted.grant_types) && defaulted.grant_types.includes(grant),
  );
  const redirectUris = Array.isArray(input.redirect_uris) ? input.redirect_uris : [];
  const isNative = redirectUris.some((uri) => typeof uri === 'string' && isNativeRedirectUri(uri));
  const refreshes = Array.isArray(defaulted.grant_types) && defaulted.grant_types.includes('refresh_token');
  return {
    response_types: usesCode ? [usualResponseType(input.profile)] : [],
    application_type: isNative ? 'native' : 'web',
    ...(signsIn && { scope: `${SIGN_IN_SCOPE}${refreshes ? ' offline_access' : ''}` }),
    ...defaulted,
  };
}

/** The one certificate in what was given for it, as PEM. @throws InvalidClientMetadata */
function certificatePem(given: string, field: string): string {
  try {
    const [certificate, ...others] = certificatesIn(given);
    if (!certificate) throw new InvalidClientMetadata(field, 'holds no certificate');
    if (others.length > 0) {
      throw new InvalidClientMetadata(
        field,
        `holds ${others.length + 1} certificates; one is expected: give each as a member of its own, and leave out those of authorities`,
      );
    }
    const pem = certificateToPem(certificate);
    // Line ends of another system and none at the end are no other writing.
    return given.replaceAll('\r\n', '\n').trimEnd() === pem.trimEnd() ? given : pem;
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    throw new InvalidClientMetadata(field, error.message);
  }
}

/** The same certificates, each once however often it was given. */
function eachOnce(certificates: readonly string[]): string[] {
  const seen = new Set<string>();
  return certificates.filter((pem) => {
    const { fingerprint256 } = new X509Certificate(pem);
    const isNew = !seen.has(fingerprint256);
    seen.add(fingerprint256);
    return isNew;
  });
}

function checkAuthenticationMethod(metadata: ClientMetadata): void {
  const subjects = TLS_CLIENT_AUTH_SUBJECTS.filter((field) => metadata[field] !== undefined);
  const method = metadata.token_endpoint_auth_method;
  if (method === 'tls_client_auth' && subjects.length !== 1) {
    throw new InvalidClientMetadata(
      subjects[1] ?? 'tls_client_auth_subject_dn',
      `tls_client_auth takes exactly one of ${TLS_CLIENT_AUTH_SUBJECTS.join(', ')}; ${subjects.length} given`,
    );
  }
  if (metadata.trust_group !== undefined && metadata.trust_anchors.length > 0) {
    throw new InvalidClientMetadata('trust_anchors', 'must not stand beside trust_group');
  }
  if (method !== 'tls_client_auth' && subjects[0]) {
    throw new InvalidClientMetadata(subjects[0], `goes with tls_client_auth, not with ${method}`);
  }
  const sources = [
    metadata.certificates.length > 0 && 'certificates',
    metadata.jwks_uri !== undefined && 'jwks_uri',
    metadata.jwks !== undefined && 'jwks',
  ].filter((source) => source !== false);
  if (metadata.jwks_uri !== undefined && metadata.jwks !== undefined) {
    throw new InvalidClientMetadata('jwks', 'must not stand beside jwks_uri (RFC 7591 §2)');
  }
  if (method === 'self_signed_tls_client_auth' && sources.length === 0) {
    throw new InvalidClientMetadata(
      'certificates',
      'self_signed_tls_client_auth needs a certificate: certificates, jwks or jwks_uri',
    );
  }
  if (method === 'private_key_jwt' && metadata.jwks_uri === undefined && metadata.jwks === undefined) {
    throw new InvalidClientMetadata('jwks', 'private_key_jwt needs jwks or jwks_uri');
  }
  if (method === 'none' && metadata.grant_types.includes('client_credentials')) {
    throw new InvalidClientMetadata(
      'grant_types',
      'a public client cannot use client_credentials (RFC 6749 §4.4)',
    );
  }
}

/** The algorithms by which assertions of a client can be signed, whose method may be another one so far. */
const assertionAlgorithms = ({ token_endpoint_auth_method: method }: ClientMetadata): readonly string[] =>
  ownMember(ASSERTION_ALGORITHMS, method) ?? Object.values(ASSERTION_ALGORITHMS).flat();

/** What a client says it signs with is something this server verifies; `none` is nothing of the kind. */
function checkSigningAlgorithms(metadata: ClientMetadata): void {
  const known = {
    request_object_signing_alg: CLIENT_SIGNING_ALGORITHMS,
    token_endpoint_auth_signing_alg: assertionAlgorithms(metadata),
  } as const;
  for (const field of ['request_object_signing_alg', 'token_endpoint_auth_signing_alg'] as const) {
    const algorithm = metadata[field];
    if (algorithm === undefined || isOneOf(known[field], algorithm)) continue;
    const expected = known[field].join(', ');
    throw new InvalidClientMetadata(field, `${JSON.stringify(algorithm)} is not one of ${expected}`);
  }
}

/** The registered subject DN in the one form it is kept in, whoever's way of writing it was (RFC 4514). */
function canonicalSubjectDn(text: string): string {
  try {
    return normaliseRegisteredSubjectDn(text).canonical;
  } catch (error) {
    if (!(error instanceof InvalidDistinguishedName)) throw error;
    throw new InvalidClientMetadata('tls_client_auth_subject_dn', error.message);
  }
}

function checkSubjectAltNames(metadata: ClientMetadata): void {
  const { tls_client_auth_san_dns: dns, tls_client_auth_san_ip: ip } = metadata;
  const { tls_client_auth_san_uri: uri, tls_client_auth_san_email: email } = metadata;
  if (
    dns !== undefined &&
    !/^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/.test(dns)
  ) {
    throw new InvalidClientMetadata('tls_client_auth_san_dns', 'is not a DNS name; wildcards never match');
  }
  if (ip !== undefined && canonicalAddress(ip) === undefined) {
    throw new InvalidClientMetadata('tls_client_auth_san_ip', 'is not an IPv4 or IPv6 address');
  }
  if (uri !== undefined && !/^[A-Za-z][A-Za-z0-9+.-]*:[\x21-\x7E]+$/.test(uri)) {
    throw new InvalidClientMetadata('tls_client_auth_san_uri', 'is not an absolute URI');
  }
  if (email !== undefined && mailboxParts(email) === undefined) {
    throw new InvalidClientMetadata('tls_client_auth_san_email', 'is not an email address');
  }
}

function checkJwks(jwks: NonNullable<ClientMetadata['jwks']>): void {
  try {
    const { keys, skipped } = parseJwks(jwks);
    const place = ({ index, kid }: (typeof skipped)[number]) =>
      `keys[${index}]${kid === undefined ? '' : ` (${JSON.stringify(kid)})`}`;
    // A private key is nobody's but the client's; what names no certificate would never match one.
    const refused = skipped.find(
      ({ because, member }) =>
        because === 'private-members' || because === 'symmetric' || member !== undefined,
    );
    if (refused) throw new InvalidClientMetadata('jwks', `${place(refused)}: ${refused.message}`);
    if (keys.length > 0) return;
    throw new InvalidClientMetadata(
      'jwks',
      skipped[0]
        ? `has no usable key: the first is ${skipped[0].because}: ${skipped[0].message}`
        : 'has no key',
    );
  } catch (error) {
    if (error instanceof MalformedJwks) throw new InvalidClientMetadata('jwks', error.message);
    throw error;
  }
}

function checkEncryption(metadata: ClientMetadata): void {
  const keys = metadata.jwks && parseJwks(metadata.jwks).keys;
  const problem = encryptionProblem(metadata, keys);
  if (problem) throw new InvalidClientMetadata(problem.field, problem.message);
}

function checkUris(metadata: ClientMetadata): void {
  for (const { field, uri, rule } of urisOf(metadata)) {
    const problem = uriProblem(uri, rule);
    if (problem !== undefined) throw new InvalidClientMetadata(field, `${JSON.stringify(uri)} ${problem}`);
  }
}

/** The response types as they are kept: those asked for, and the usual one for a client that asked for none. */
function responseTypesOf({ grant_types, response_types, profile }: ClientMetadata): ResponseType[] {
  if (!grant_types.includes('authorization_code')) return [];
  const asked = new Set(response_types.map(responseTypeOf));
  const known = RESPONSE_TYPES.filter((response_type) => asked.has(response_type));
  return known.length > 0 ? known : [usualResponseType(profile)];
}

function checkCodeFlow(metadata: ClientMetadata): void {
  const { grant_types, response_types, redirect_uris, application_type } = metadata;
  const other = response_types.find((response_type) => responseTypeOf(response_type) === undefined);
  if (other !== undefined) {
    throw new InvalidClientMetadata(
      'response_types',
      `${JSON.stringify(other)} is not one of ${RESPONSE_TYPES.join(', ')} (RFC 9700 §2.1.2)`,
    );
  }
  const hybrid = grant_types.includes('authorization_code') && response_types.some(isFrontChannel);
  const query = metadata.response_modes?.find((mode) => mode === 'query' || mode === 'query.jwt');
  if (hybrid && response_types.every(isFrontChannel) && query !== undefined) {
    throw new InvalidClientMetadata(
      'response_modes',
      `${query} would bring an ID token in the query (Multiple Response Types §5, JARM §2.3.1)`,
    );
  }
  if (hybrid && !Scope.of(metadata.scope).has('openid')) {
    throw new InvalidClientMetadata('scope', 'needs openid for code id_token (OIDC Core §3.3.2.1)');
  }
  if (grant_types.includes('authorization_code') && redirect_uris.length === 0) {
    throw new InvalidClientMetadata('redirect_uris', 'authorization_code needs at least one redirect URI');
  }
  const unreachable = redirect_uris.find((uri) => application_type === 'web' && !/^https?:/i.test(uri));
  if (unreachable !== undefined) {
    throw new InvalidClientMetadata(
      'redirect_uris',
      `${JSON.stringify(unreachable)} has a private scheme, which needs application_type native`,
    );
  }
}

/** Neither names nor texts: PEM and JSON Web Keys, and values of certificates, which are compared and not shown alone. */
const NOT_SHOWN = new Set<string>([
  'certificates',
  'trust_anchors',
  'jwks',
  ...TLS_CLIENT_AUTH_SUBJECTS,
] satisfies readonly (keyof ClientMetadata)[]);

function isVisibleThroughout(value: unknown): boolean {
  if (typeof value === 'string') return isVisible(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isVisibleThroughout);
}

/** People and administrators judge a client by what they see of it. */
function checkVisible(metadata: ClientMetadata): void {
  const shown = Object.entries(metadata).filter(([field]) => !NOT_SHOWN.has(field));
  const hiding = shown.find(([, value]) => !isVisibleThroughout(value));
  if (hiding) throw new InvalidClientMetadata(hiding[0], 'holds characters that nobody sees');
}

/** CIBA §4: a client that uses it authenticates and says how it wants to be told. */
function checkBackchannelAuthentication(metadata: ClientMetadata): void {
  const { backchannel_token_delivery_mode: mode, backchannel_client_notification_endpoint: endpoint } =
    metadata;
  const uses = metadata.grant_types.includes('urn:openid:params:grant-type:ciba');
  if (uses && mode === undefined) {
    throw new InvalidClientMetadata(
      'backchannel_token_delivery_mode',
      'must be poll or ping for urn:openid:params:grant-type:ciba (CIBA §4)',
    );
  }
  if (uses && metadata.token_endpoint_auth_method === 'none') {
    throw new InvalidClientMetadata(
      'grant_types',
      'a public client cannot use urn:openid:params:grant-type:ciba (CIBA §7)',
    );
  }
  const { backchannel_authentication_request_signing_alg: alg, jwks, jwks_uri } = metadata;
  if (alg !== undefined && jwks === undefined && jwks_uri === undefined) {
    throw new InvalidClientMetadata(
      'jwks',
      'or jwks_uri is needed for the keys of signed backchannel requests (CIBA §7.1.1)',
    );
  }
  if (mode === 'ping' && endpoint === undefined) {
    throw new InvalidClientMetadata(
      'backchannel_client_notification_endpoint',
      'is needed with backchannel_token_delivery_mode ping (CIBA §4)',
    );
  }
}

/**
 * Validates client metadata as it comes from the command line, the admin API or dynamic registration
 * (RFC 7591 §2, RFC 8705 §2.1.2 and §2.2.2). Absent fields are inferred: a certificate or JWKS means
 * `self_signed_tls_client_auth`, a `tls_client_auth_*` value means `tls_client_auth`, redirect URIs mean
 * the authorization code grant, which without a `scope` means the scopes of OpenID Connect; a loopback address or a
 * private scheme among them means a native application. A certificate that is given twice is taken once.
 * @param defaults what the deployment says of what is left out; the standards say it otherwise
 * @throws InvalidClientMetadata naming the first field at fault
 */
export function parseClientMetadata(
  input: Record<string, unknown>,
  defaults: RegistrationDefaults = {},
): ClientMetadata {
  const method = input.token_endpoint_auth_method;
  if (typeof method === 'string' && !isOneOf(TOKEN_ENDPOINT_AUTH_METHODS, method)) {
    throw new InvalidClientMetadata(
      'token_endpoint_auth_method',
      `${JSON.stringify(method)} is not one of ${TOKEN_ENDPOINT_AUTH_METHODS.join(', ')}`,
    );
  }
  const meant = input.jwks === undefined ? input : { ...input, jwks: jwksMeant(input.jwks) };
  const parsed = ClientMetadata.safeParse(withInferredDefaults(meant));
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw first ? describe(first) : new InvalidClientMetadata('body', 'unreadable');
  }
  const metadata = parsed.data;
  for (const grant of metadata.grant_types) {
    if (!isOneOf(GRANT_TYPES, grant) && !isExtensionGrantType(grant)) {
      throw new InvalidClientMetadata(
        'grant_types',
        `${JSON.stringify(grant)} is neither one of ${GRANT_TYPES.join(', ')} nor the URI of a plug-in's grant type`,
      );
    }
  }
  const scope = Scope.parse(metadata.scope);
  if (!scope) {
    throw new InvalidClientMetadata('scope', 'is not a space-separated list of scope tokens (RFC 6749 §3.3)');
  }
  checkVisible(metadata);
  const certificates = metadata.certificates.map((given, index) =>
    certificatePem(given, `certificates.${index}`),
  );
  const trust_anchors = metadata.trust_anchors.map((given, index) =>
    certificatePem(given, `trust_anchors.${index}`),
  );
  checkAuthenticationMethod(metadata);
  checkSigningAlgorithms(metadata);
  checkSubjectAltNames(metadata);
  if (metadata.jwks) checkJwks(metadata.jwks);
  checkEncryption(metadata);
  checkUris(metadata);
  checkCodeFlow(metadata);
  checkBackchannelAuthentication(metadata);
  const problem = scopeProblem(metadata) ?? profileProblem(metadata) ?? sectorProblem(metadata);
  if (problem) throw new InvalidClientMetadata(problem.field, problem.message);
  const subjectDn = metadata.tls_client_auth_subject_dn;
  const { tls_client_certificate_bound_access_tokens: bound } = metadata;
  const mustBind = clauseOf(metadata, 'certificate_constraint') !== undefined;
  return {
    ...withResponseAlgorithms(metadata, defaults),
    ...contentEncryptionDefaults(metadata),
    ...(bound === undefined && mustBind && { tls_client_certificate_bound_access_tokens: true }),
    scope: `${scope}`,
    ...(metadata.default_scope !== undefined && { default_scope: `${Scope.of(metadata.default_scope)}` }),
    certificates: eachOnce(certificates),
    trust_anchors,
    // A change of grant_types alone must not leave the other behind (RFC 7591 §2.1).
    response_types: responseTypesOf(metadata),
    ...(subjectDn !== undefined && { tls_client_auth_subject_dn: canonicalSubjectDn(subjectDn) }),
  };
}
