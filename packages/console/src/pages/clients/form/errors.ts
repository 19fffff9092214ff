import type { Client } from '../../../api/admin-api.ts';
import { ApiError } from '../../../api/request.ts';
import { text } from '../../../words/words.tsx';
import { callbackProblem } from '../redirect-uri.ts';
import { audiencesIn, LIFETIMES, secondsIn } from './token-rules.ts';
import { asksForSigningKeys, filled, type Values } from './values.ts';

/** What is wrong, by the input it belongs to; `form` belongs to none of them. */
export type Errors = Readonly<Record<string, string>>;

/** What can be told before the server is asked. */
export function errorsOf(values: Values, before: Client | undefined): Errors {
  const errors: Record<string, string> = {};
  if (values.client_name.trim() === '') errors.client_name = text('clientform.needsname');
  if (
    values.proof === 'certificate' &&
    values.certificate.trim() === '' &&
    (before?.certificates.length ?? 0) === 0 &&
    before?.jwks === undefined
  ) {
    errors.certificates = text('clientform.needscertificate');
  }
  const hasKeys = values.jwks_uri.trim() !== '' || before?.jwks !== undefined;
  const needsKeys =
    ['jwks_uri', 'assertion'].includes(values.proof) || (values.jar && asksForSigningKeys(values));
  if (needsKeys && !hasKeys) {
    errors.jwks_uri = text('clientform.needsjwks');
  }
  if (values.proof === 'subject' && values.subject.trim() === '')
    errors.subject = text('clientform.needssubject');
  if (values.proof === 'subject' && values.own_anchors && values.trust_anchors.trim() === '')
    errors.trust_anchors = text('clientform.needsanchors');
  const urls = filled(values.redirect_uris);
  if (urls.some((uri) => callbackProblem(uri, values.plain_http_redirect_uris) !== undefined))
    errors.redirect_uris = text('clientform.wrongurl');
  else if (values.grant_types.includes('authorization_code') && urls.length === 0) {
    errors.redirect_uris = text('clientform.needsurl');
  }
  if (values.grant_types.length === 0) errors.grant_types = text('clientform.needsgrant');
  for (const { value } of LIFETIMES) {
    if (Number.isNaN(secondsIn(values[value]))) errors[value] = text('clientform.needsseconds');
  }
  const [bare] = Object.entries(audiencesIn(values.scope_audiences)).find(([, of]) => of.length === 0) ?? [];
  if (bare !== undefined) errors.scope_audiences = text('clientform.needsaudience', { scope: bare });
  return errors;
}

/** The inputs that show what is wrong with them. */
const PLACES = [
  'form',
  'client_name',
  'certificates',
  'jwks_uri',
  'trust_anchors',
  'trust_group',
  'profile',
  'request_object_signing_alg',
  'tls_client_certificate_bound_access_tokens',
  'subject',
  'redirect_uris',
  'grant_types',
  'scope',
  'allowed_cors_origins',
  'default_scope',
  'scope_audiences',
  ...LIFETIMES.map(({ value }) => value),
  'sector_identifier_uri',
];

/** Which input of the form a field of the server's answer belongs to. */
function placeOf(field: string | undefined): string {
  if (field === undefined) return 'form';
  if (field.startsWith('certificates')) return 'certificates';
  if (field.startsWith('trust_anchors')) return 'trust_anchors';
  if (field.startsWith('jwks')) return 'jwks_uri';
  if (field.startsWith('scope_audiences')) return 'scope_audiences';
  if (field.startsWith('tls_client_auth_')) return 'subject';
  return field;
}

/** What the server refused, beside the input it is about and below the form where that input shows nothing. */
export function errorsOfFailure(failure: unknown): Errors {
  const message = failure instanceof Error ? failure.message : String(failure);
  const place = failure instanceof ApiError ? placeOf(failure.field) : 'form';
  return { [place]: message, ...(!PLACES.includes(place) && { form: message }) };
}
