import type { Client, ClientChanges, ClientRegistration } from '../../../api/admin-api.ts';
import type { Body } from '../../../api/request.ts';
import { pastedCertificates } from '../../../components/certificate-input.tsx';
import { type Difference, differencesBetween, same } from '../../../components/difference.ts';
import type { SubjectField } from '../methods.ts';
import { audiencesIn, type Lifetime, secondsIn } from './token-rules.ts';
import { asksForSigningKeys, filled, type Proof, type Values, valuesOf } from './values.ts';

const METHOD_OF: Readonly<Record<Exclude<Proof, 'secret'>, Client['token_endpoint_auth_method']>> = {
  certificate: 'self_signed_tls_client_auth',
  jwks_uri: 'self_signed_tls_client_auth',
  subject: 'tls_client_auth',
  assertion: 'private_key_jwt',
  none: 'none',
};

/** What every registration says. */
const stated = (values: Values) => ({
  client_name: values.client_name.trim(),
  token_endpoint_auth_method: values.proof === 'secret' ? values.secret_in : METHOD_OF[values.proof],
  grant_types: values.grant_types,
  redirect_uris: filled(values.redirect_uris),
  post_logout_redirect_uris: filled(values.post_logout_redirect_uris),
  allowed_cors_origins: filled(values.allowed_cors_origins.split('\n')),
  scope_claims_in_id_token: values.claims_in_id_token,
  access_token_type: values.access_token_type,
  require_pushed_authorization_requests: values.par,
  contacts: filled(values.contacts.split('\n')),
  require_pkce: values.require_pkce,
  dpop_bound_access_tokens: values.dpop,
  require_signed_request_object: values.jar,
  trust_anchors:
    values.proof === 'subject' && values.own_anchors ? pastedCertificates(values.trust_anchors) : [],
});

type Optional =
  | SubjectField
  | 'jwks_uri'
  | 'trust_group'
  | 'request_object_signing_alg'
  | 'backchannel_logout_uri'
  | 'initiate_login_uri'
  | 'sector_identifier_uri'
  | 'client_uri';

/**
 * What a registration says only where it has something to say.
 * @param absent stands for the others
 */
function optional<Absent>(values: Values, absent: Absent): Readonly<Record<Optional, string | Absent>> {
  const { proof } = values;
  const textOr = (text: string) => (text.trim() === '' ? absent : text.trim());
  const subjectAs = (field: SubjectField) =>
    proof === 'subject' && field === values.subject_field ? values.subject.trim() : absent;
  return {
    jwks_uri:
      proof === 'jwks_uri' || proof === 'assertion' || asksForSigningKeys(values)
        ? textOr(values.jwks_uri)
        : absent,
    trust_group: proof === 'subject' && !values.own_anchors ? textOr(values.trust_group) : absent,
    request_object_signing_alg: textOr(values.jar_alg),
    tls_client_auth_subject_dn: subjectAs('tls_client_auth_subject_dn'),
    tls_client_auth_san_dns: subjectAs('tls_client_auth_san_dns'),
    tls_client_auth_san_uri: subjectAs('tls_client_auth_san_uri'),
    tls_client_auth_san_ip: subjectAs('tls_client_auth_san_ip'),
    tls_client_auth_san_email: subjectAs('tls_client_auth_san_email'),
    backchannel_logout_uri: textOr(values.backchannel_logout_uri),
    initiate_login_uri: textOr(values.initiate_login_uri),
    sector_identifier_uri: textOr(values.sector_identifier_uri),
    client_uri: textOr(values.client_uri),
  };
}

/**
 * What a client may leave to the server.
 * @param absent stands for one that does not say
 */
const chosen = <Absent>(
  { binding, id_token_alg, pairwise, has_default_scope, default_scope, scope_audiences, ...values }: Values,
  absent: Absent,
) => {
  const lifetime = (name: Lifetime) => secondsIn(values[name]) ?? absent;
  const audiences = audiencesIn(scope_audiences);
  return {
    tls_client_certificate_bound_access_tokens:
      binding === 'when_presented' ? absent : binding === 'required',
    id_token_signed_response_alg: id_token_alg ?? absent,
    profile: values.profile ?? absent,
    subject_type: pairwise ? ('pairwise' as const) : absent,
    default_scope: has_default_scope ? default_scope.trim() : absent,
    scope_audiences: Object.keys(audiences).length > 0 ? audiences : absent,
    access_token_lifetime: lifetime('access_token_lifetime'),
    client_credentials_token_lifetime: lifetime('client_credentials_token_lifetime'),
    refresh_token_lifetime: lifetime('refresh_token_lifetime'),
    refresh_token_idle_lifetime: lifetime('refresh_token_idle_lifetime'),
    id_token_lifetime: lifetime('id_token_lifetime'),
    device_code_lifetime: lifetime('device_code_lifetime'),
  };
};

/** RFC 7591 metadata of a new client. */
export const registrationOf = (values: Values): Body<ClientRegistration> => ({
  ...stated(values),
  ...chosen(values, undefined),
  ...optional(values, undefined),
  scope: values.scope.trim() || undefined,
  certificates: values.certificate.trim() === '' ? undefined : [...pastedCertificates(values.certificate)],
  // A loopback address or a private scheme makes a new client native by itself.
  application_type: values.native ? 'native' : undefined,
});

/** What the form says of a registered client; `null` takes away what it had, and a certificate joins the others. */
const statedOf = (values: Values, { certificates }: Client): Body<ClientChanges> => ({
  ...stated(values),
  ...chosen(values, null),
  ...optional(values, null),
  scope: values.scope.trim(),
  certificates: [...certificates, ...pastedCertificates(values.certificate)],
  application_type: values.native ? 'native' : 'web',
});

/**
 * What a person changed about a registered client, and nothing else.
 * @param opened the client as it was when the form was opened
 * @param now as it is, where somebody else changed it since
 */
export function changesOf(values: Values, opened: Client, now: Client = opened): Body<ClientChanges> {
  const untouched: Readonly<Record<string, unknown>> = statedOf(valuesOf(opened), opened);
  const touched = Object.entries(statedOf(values, opened))
    .filter(([field, value]) => !same(value, untouched[field]))
    .map(([field]) => field);
  return Object.fromEntries(
    Object.entries(statedOf(values, now)).filter(([field]) => touched.includes(field)),
  );
}

/** What two hands made of one client: what each changed since the form was opened. */
export function differencesOf(values: Values, opened: Client, now: Client): readonly Difference[] {
  const mine: Readonly<Record<string, unknown>> = changesOf(values, opened, now);
  const derived = ['etag', 'certificate_details'];
  return differencesBetween({ ...opened }, { ...now }, mine).filter(({ field }) => !derived.includes(field));
}
