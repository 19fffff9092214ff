import type { Client } from '../../../api/admin-api.ts';
import {
  type Binding,
  type IdTokenAlgorithm,
  type Profile,
  SUBJECTS,
  type SubjectField,
} from '../methods.ts';
import { audienceLines, type Lifetime } from './token-rules.ts';

/** What a person chooses first: what the client proves itself with. */
export type Proof = 'certificate' | 'jwks_uri' | 'subject' | 'secret' | 'assertion' | 'none';

const SECRET_IN = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;
type SecretIn = (typeof SECRET_IN)[number];

/** Where a client sends its secret, of the ways the form offers. */
export const secretIn = (method: string): SecretIn =>
  SECRET_IN.find((known) => known === method) ?? 'client_secret_basic';

/** What the inputs of the form hold. */
export type Values = {
  readonly client_name: string;
  readonly proof: Proof;
  readonly secret_in: SecretIn;
  readonly certificate: string;
  readonly jwks_uri: string;
  readonly subject_field: SubjectField;
  readonly subject: string;
  readonly trust_group: string;
  /** Whether anchors of its own stand in place of trust store and trust group. */
  readonly own_anchors: boolean;
  /** PEM, one after another. */
  readonly trust_anchors: string;
  readonly redirect_uris: readonly string[];
  /** Those of them, and of those after sign-out, that an operator accepted: shown, and changed elsewhere. */
  readonly plain_http_redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly allowed_cors_origins: string;
  readonly grant_types: readonly string[];
  readonly scope: string;
  readonly binding: Binding;
  readonly claims_in_id_token: boolean;
  readonly access_token_type: 'jwt' | 'reference';
  /** Undefined where the server is to choose. */
  readonly id_token_alg: IdTokenAlgorithm | undefined;
  /** Whether its sector knows people by a `sub` of its own. */
  readonly pairwise: boolean;
  readonly sector_identifier_uri: string;
  readonly native: boolean;
  readonly par: boolean;
  readonly profile: Profile | undefined;
  readonly dpop: boolean;
  /** Whether authorization requests must be signed. */
  readonly jar: boolean;
  /** Empty for any. */
  readonly jar_alg: string;
  readonly backchannel_logout_uri: string;
  readonly initiate_login_uri: string;
  readonly client_uri: string;
  readonly contacts: string;
  /** False where a request that names no scope gets what it gets of any client. */
  readonly has_default_scope: boolean;
  readonly default_scope: string;
  readonly scope_audiences: string;
  readonly require_pkce: boolean;
} & Readonly<Record<Lifetime, string>>;

/** What a new client begins with. */
export const NEW: Values = {
  client_name: '',
  proof: 'certificate',
  secret_in: 'client_secret_basic',
  certificate: '',
  jwks_uri: '',
  subject_field: 'tls_client_auth_subject_dn',
  subject: '',
  trust_group: '',
  own_anchors: false,
  trust_anchors: '',
  redirect_uris: [],
  plain_http_redirect_uris: [],
  post_logout_redirect_uris: [],
  allowed_cors_origins: '',
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: '',
  binding: 'when_presented',
  claims_in_id_token: false,
  access_token_type: 'jwt',
  id_token_alg: undefined,
  pairwise: false,
  sector_identifier_uri: '',
  native: false,
  par: false,
  profile: undefined,
  dpop: false,
  jar: false,
  jar_alg: '',
  backchannel_logout_uri: '',
  initiate_login_uri: '',
  client_uri: '',
  contacts: '',
  has_default_scope: false,
  default_scope: '',
  scope_audiences: '',
  require_pkce: false,
  access_token_lifetime: '',
  client_credentials_token_lifetime: '',
  refresh_token_lifetime: '',
  refresh_token_idle_lifetime: '',
  id_token_lifetime: '',
  device_code_lifetime: '',
};

function proofOf(client: Client): Proof {
  switch (client.token_endpoint_auth_method) {
    case 'tls_client_auth':
      return 'subject';
    case 'self_signed_tls_client_auth':
      return client.jwks_uri === undefined ? 'certificate' : 'jwks_uri';
    case 'private_key_jwt':
      return 'assertion';
    case 'none':
      return 'none';
    default:
      return 'secret';
  }
}

const secondsOf = (lifetime: number | undefined): string => (lifetime === undefined ? '' : `${lifetime}`);

/** The values of a registered client. */
export function valuesOf(client: Client): Values {
  const field = SUBJECTS.find(({ value }) => client[value] !== undefined)?.value ?? NEW.subject_field;
  return {
    client_name: client.client_name,
    proof: proofOf(client),
    secret_in: secretIn(client.token_endpoint_auth_method),
    certificate: '',
    jwks_uri: client.jwks_uri ?? '',
    subject_field: field,
    subject: client[field] ?? '',
    trust_group: client.trust_group ?? '',
    own_anchors: client.trust_anchors.length > 0,
    trust_anchors: client.trust_anchors.join('\n'),
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: client.post_logout_redirect_uris,
    plain_http_redirect_uris: client.plain_http_redirect_uris ?? [],
    allowed_cors_origins: client.allowed_cors_origins.join('\n'),
    grant_types: client.grant_types,
    scope: client.scope,
    binding: client.certificate_binding,
    claims_in_id_token: client.scope_claims_in_id_token,
    access_token_type: client.access_token_type,
    id_token_alg: client.id_token_signed_response_alg,
    pairwise: client.subject_type === 'pairwise',
    sector_identifier_uri: client.sector_identifier_uri ?? '',
    native: client.application_type === 'native',
    par: client.require_pushed_authorization_requests,
    profile: client.profile,
    dpop: client.dpop_bound_access_tokens,
    jar: client.require_signed_request_object,
    jar_alg: client.request_object_signing_alg ?? '',
    backchannel_logout_uri: client.backchannel_logout_uri ?? '',
    initiate_login_uri: client.initiate_login_uri ?? '',
    client_uri: client.client_uri ?? '',
    contacts: client.contacts.join('\n'),
    has_default_scope: client.default_scope !== undefined,
    default_scope: client.default_scope ?? '',
    scope_audiences: audienceLines(client.scope_audiences),
    require_pkce: client.require_pkce,
    access_token_lifetime: secondsOf(client.access_token_lifetime),
    client_credentials_token_lifetime: secondsOf(client.client_credentials_token_lifetime),
    refresh_token_lifetime: secondsOf(client.refresh_token_lifetime),
    refresh_token_idle_lifetime: secondsOf(client.refresh_token_idle_lifetime),
    id_token_lifetime: secondsOf(client.id_token_lifetime),
    device_code_lifetime: secondsOf(client.device_code_lifetime),
  };
}

/** Whether the keys that its request objects are signed with are asked for beside what it proves itself with. */
export const asksForSigningKeys = ({ proof, jar, profile }: Values): boolean =>
  proof !== 'jwks_uri' && proof !== 'assertion' && (jar || profile !== undefined);

/** The lines that hold something, without the space around them. */
export const filled = (values: readonly string[]) =>
  values.map((value) => value.trim()).filter((value) => value !== '');
