import type { Client } from '../../../api/admin-api.ts';
import { ApiError } from '../../../api/request.ts';
import { callbackProblem } from '../redirect-uri.ts';
import { audiencesIn, LIFETIMES, secondsIn } from './token-rules.ts';
import { filled, type Values } from './values.ts';

/** What is wrong, by the input it belongs to; `form` belongs to none of them. */
export type Errors = Readonly<Record<string, string>>;

/** What can be told before the server is asked. */
export function errorsOf(values: Values, before: Client | undefined): Errors {
  const errors: Record<string, string> = {};
  if (values.client_name.trim() === '') errors.client_name = 'Give it a name.';
  if (
    values.proof === 'certificate' &&
    values.certificate.trim() === '' &&
    (before?.certificates.length ?? 0) === 0 &&
    before?.jwks === undefined
  ) {
    errors.certificates = 'Paste the certificate in PEM format.';
  }
  const hasKeys = values.jwks_uri.trim() !== '' || before?.jwks !== undefined;
  if (['jwks_uri', 'assertion'].includes(values.proof) && !hasKeys) {
    errors.jwks_uri = 'Write the URI of the JWK set.';
  }
  if (values.proof === 'subject' && values.subject.trim() === '')
    errors.subject = 'Write the value as the certificate carries it.';
  const urls = filled(values.redirect_uris);
  if (urls.some((uri) => callbackProblem(uri, values.plain_http_redirect_uris) !== undefined))
    errors.redirect_uris = 'Correct the callback URL.';
  else if (values.grant_types.includes('authorization_code') && urls.length === 0) {
    errors.redirect_uris = 'The authorization code grant needs a callback URL.';
  }
  if (values.grant_types.length === 0) errors.grant_types = 'Choose at least one.';
  for (const { value } of LIFETIMES) {
    if (Number.isNaN(secondsIn(values[value]))) errors[value] = 'Write a whole number of seconds.';
  }
  const [bare] = Object.entries(audiencesIn(values.scope_audiences)).find(([, of]) => of.length === 0) ?? [];
  if (bare !== undefined) errors.scope_audiences = `Write the audiences of ${bare} behind it.`;
  return errors;
}

/** The inputs that show what is wrong with them. */
const PLACES = [
  'form',
  'client_name',
  'certificates',
  'jwks_uri',
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
