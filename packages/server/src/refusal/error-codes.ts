import type { Cause } from './causes.ts';
import { type ErrorCode, type Evidence, Refusal } from './refusal.ts';

/**
 * Makes a refusal of one error code.
 * @param description the public `error_description`, which leaks nothing
 * @param because the exact cause
 * @param evidence expected against presented, for the operator
 * @param status the HTTP status, when it is not the usual one of the code
 */
export type RefusalOfCode = (
  description: string,
  because: Cause,
  evidence?: Evidence,
  status?: number,
) => Refusal;

const refusalOf =
  (error: ErrorCode): RefusalOfCode =>
  (description, because, evidence = {}, status) =>
    new Refusal(error, description, because, evidence, status);

/**
 * A client that did not prove who it is (RFC 6749 §5.2): the same words whatever the cause, so that nobody learns
 * which clients there are.
 * @param description for what says nothing of any client
 */
export const invalidClient = (
  because: Cause,
  evidence: Evidence = {},
  description = 'Client authentication failed.',
): Refusal => new Refusal('invalid_client', description, because, evidence);

/** What this server failed at, never the caller's fault; the causes stand in its own log. */
export const internalError = (): Refusal =>
  new Refusal('server_error', 'The server failed to answer.', 'internal_error', {}, 500);

/**
 * A stored record that this version cannot take for what it is: the request that needs it is refused, and no other.
 * @param evidence the name of the record, and why
 */
export const unreadableRecord = (evidence: { readonly record: string; readonly why: string }): Refusal =>
  new Refusal(
    'server_error',
    'The server cannot read a record that this request needs.',
    'record_unreadable',
    { ...evidence },
    409,
  );

/**
 * The database failed: what was asked was not done, or it stays unknown whether it was. It may be asked again.
 * @param why for the operator
 */
export const storageUnavailable = ({ message: why }: { readonly message: string }): Refusal =>
  new Refusal('temporarily_unavailable', 'The server cannot answer now.', 'storage_unavailable', { why });

/**
 * A plug-in that could not be asked, or whose answer is lost: it may be asked again.
 * @param evidence names the plug-in
 * @param why for the operator
 */
export const plugInUnavailable = (
  evidence: Evidence,
  { message: why }: { readonly message: string },
): Refusal =>
  new Refusal('temporarily_unavailable', 'The server cannot answer now.', 'plug_in_unavailable', {
    ...evidence,
    why,
  });

/**
 * Refuses, for now, what needs a claim that a plug-in gives, which did not say what it is.
 * @param evidence names the plug-in and says why
 */
export const claimsPlugInFailed = (evidence: Evidence): Refusal =>
  new Refusal('temporarily_unavailable', 'The server cannot answer now.', 'claims_plug_in_failed', evidence);

/* RFC 6749 §4.1.2.1, §5.2 */
export const invalidRequest = refusalOf('invalid_request');
export const invalidGrant = refusalOf('invalid_grant');
export const invalidScope = refusalOf('invalid_scope');
export const unauthorizedClient = refusalOf('unauthorized_client');
export const unsupportedGrantType = refusalOf('unsupported_grant_type');
export const unsupportedResponseType = refusalOf('unsupported_response_type');
export const accessDenied = refusalOf('access_denied');
export const temporarilyUnavailable = refusalOf('temporarily_unavailable');

/* RFC 6750 §3.1, RFC 9449 §7.1, §8 */
export const invalidToken = refusalOf('invalid_token');
export const insufficientScope = refusalOf('insufficient_scope');
export const invalidDpopProof = refusalOf('invalid_dpop_proof');
export const useDpopNonce = refusalOf('use_dpop_nonce');

/* OpenID Connect Core §3.1.2.6, RFC 9101 §6.3, RFC 9396 §5, Unmet Authentication Requirements */
export const loginRequired = refusalOf('login_required');
export const consentRequired = refusalOf('consent_required');
export const invalidRequestUri = refusalOf('invalid_request_uri');
export const invalidRequestObject = refusalOf('invalid_request_object');
export const invalidAuthorizationDetails = refusalOf('invalid_authorization_details');
export const registrationNotSupported = refusalOf('registration_not_supported');
export const unmetAuthenticationRequirements = refusalOf('unmet_authentication_requirements');

/* RFC 7591 §3.2.2 */
export const invalidClientMetadata = refusalOf('invalid_client_metadata');
export const invalidRedirectUri = refusalOf('invalid_redirect_uri');
export const invalidSoftwareStatement = refusalOf('invalid_software_statement');
export const unapprovedSoftwareStatement = refusalOf('unapproved_software_statement');

/* RFC 8707 §2, RFC 8628 §3.5, CIBA §13 */
export const invalidTarget = refusalOf('invalid_target');
export const authorizationPending = refusalOf('authorization_pending');
export const slowDown = refusalOf('slow_down');
export const expiredToken = refusalOf('expired_token');
export const unknownUserId = refusalOf('unknown_user_id');
export const invalidBindingMessage = refusalOf('invalid_binding_message');
