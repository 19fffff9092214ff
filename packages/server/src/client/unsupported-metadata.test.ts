import assert from 'node:assert/strict';
import test from 'node:test';
import { ClientMetadata } from './client-metadata.ts';
import { InvalidClientMetadata, parseClientMetadata } from './client-registration.ts';
import { UNSUPPORTED_METADATA, unsupportedIn } from './unsupported-metadata.ts';

/** The registry "OAuth Dynamic Client Registration Metadata" of IANA, as of March 2026. */
const IANA = `
redirect_uris token_endpoint_auth_method grant_types response_types client_name client_uri logo_uri scope contacts tos_uri
policy_uri jwks_uri jwks software_id software_version client_id client_secret client_id_issued_at client_secret_expires_at
registration_access_token registration_client_uri application_type sector_identifier_uri subject_type
id_token_signed_response_alg id_token_encrypted_response_alg id_token_encrypted_response_enc userinfo_signed_response_alg
userinfo_encrypted_response_alg userinfo_encrypted_response_enc request_object_signing_alg request_object_encryption_alg
request_object_encryption_enc token_endpoint_auth_signing_alg default_max_age require_auth_time default_acr_values
initiate_login_uri request_uris claims_redirect_uris nfv_token_signed_response_alg nfv_token_encrypted_response_alg
nfv_token_encrypted_response_enc tls_client_certificate_bound_access_tokens tls_client_auth_subject_dn
tls_client_auth_san_dns tls_client_auth_san_uri tls_client_auth_san_ip tls_client_auth_san_email
require_signed_request_object require_pushed_authorization_requests introspection_signed_response_alg
introspection_encrypted_response_alg introspection_encrypted_response_enc frontchannel_logout_uri
frontchannel_logout_session_required backchannel_logout_uri backchannel_logout_session_required post_logout_redirect_uris
authorization_details_types dpop_bound_access_tokens client_registration_types signed_jwks_uri organization_name description
keywords information_uri organization_uri use_mtls_endpoint_aliases encrypted_response_enc_values_supported
vp_formats_supported`
  .trim()
  .split(/\s+/);

/** What the server assigns: a client may repeat it, and nothing comes of it. */
const ASSIGNED = new Set([
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
]);

test('every registered member is honoured or refused', () => {
  const neither = IANA.filter(
    (field) =>
      !(field in ClientMetadata.shape) && !Object.hasOwn(UNSUPPORTED_METADATA, field) && !ASSIGNED.has(field),
  );
  assert.deepEqual(neither, []);
  const both = Object.keys(UNSUPPORTED_METADATA).filter((field) => field in ClientMetadata.shape);
  assert.deepEqual(both, []);
});

test('a member that asks for something is found, one that asks for nothing is not', () => {
  for (const field of Object.keys(UNSUPPORTED_METADATA)) {
    assert.equal(unsupportedIn({ client_name: 'c', [field]: ['x'] })?.field, field);
    for (const nothing of [undefined, null, false, '', [], {}]) {
      assert.equal(unsupportedIn({ [field]: nothing }), undefined);
    }
  }
  assert.equal(unsupportedIn({ client_name: 'c', an_extension: true }), undefined);
});

test('where nothing may be unknown, the reason is said too', () => {
  assert.throws(
    () => parseClientMetadata({ client_name: 'c', frontchannel_logout_uri: 'https://c.example/' }),
    (error) =>
      error instanceof InvalidClientMetadata &&
      error.field === 'frontchannel_logout_uri' &&
      /not supported: front-channel logout/.test(error.message),
  );
});
