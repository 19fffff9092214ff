import type { Client } from '../../../api/types.ts';
import { SUBJECTS } from '../methods.ts';
import { filled, type Proof, type Values } from './values.ts';

const METHOD_OF: Readonly<Record<Exclude<Proof, 'secret'>, string>> = {
  certificate: 'self_signed_tls_client_auth',
  jwks_uri: 'self_signed_tls_client_auth',
  subject: 'tls_client_auth',
  assertion: 'private_key_jwt',
  none: 'none',
};

/** RFC 7591 metadata of the values; `null` takes away what an earlier registration had. */
export function metadataOf(values: Values, before: Client | undefined): Record<string, unknown> {
  const absent = before ? null : undefined;
  const { proof } = values;
  const certificates = before?.certificates ?? [];
  const metadata: Record<string, unknown> = {
    client_name: values.client_name.trim(),
    token_endpoint_auth_method: proof === 'secret' ? values.secret_in : METHOD_OF[proof],
    grant_types: values.grant_types,
    redirect_uris: filled(values.redirect_uris),
    post_logout_redirect_uris: filled(values.post_logout_redirect_uris),
    scope: before || values.scope.trim() !== '' ? values.scope.trim() : undefined,
    certificates:
      values.certificate.trim() === '' ? certificates : [...certificates, values.certificate.trim()],
    jwks_uri: ['jwks_uri', 'assertion'].includes(proof) ? values.jwks_uri.trim() || absent : absent,
    trust_group: proof === 'subject' && values.trust_group !== '' ? values.trust_group : absent,
    tls_client_certificate_bound_access_tokens: values.bound,
    access_token_type: values.access_token_type,
    // A loopback address or a private scheme makes a new client native by itself.
    application_type: before || values.native ? (values.native ? 'native' : 'web') : undefined,
    require_pushed_authorization_requests: values.par,
    backchannel_logout_uri: values.backchannel_logout_uri.trim() || absent,
    client_uri: values.client_uri.trim() || absent,
    contacts: filled(values.contacts.split('\n')),
  };
  for (const { value } of SUBJECTS) {
    metadata[value] = proof === 'subject' && value === values.subject_field ? values.subject.trim() : absent;
  }
  if (!before && Array.isArray(metadata.certificates) && metadata.certificates.length === 0) {
    delete metadata.certificates;
  }
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}
