import type { Cause } from './causes.ts';
import { errorDescription } from './error-description.ts';

/**
 * The error codes this server answers with: RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, OIDC Core §3.1.2.6
 * and the extensions in use:
 * RFC 7591 §3.2.2, RFC 8707 §2, RFC 8628 §3.5, CIBA §13.
 */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'login_required'
  | 'consent_required'
  | 'invalid_request_uri'
  | 'invalid_request_object'
  | 'invalid_authorization_details'
  | 'registration_not_supported'
  | 'unmet_authentication_requirements'
  | 'invalid_client_metadata'
  | 'invalid_redirect_uri'
  | 'invalid_software_statement'
  | 'unapproved_software_statement'
  | 'invalid_target'
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  | 'unknown_user_id'
  | 'invalid_binding_message'
  | 'server_error'
  | 'temporarily_unavailable';

/** What was compared when something was refused; JSON values, for the operator only. */
export type Evidence = {
  readonly expected?: unknown;
  readonly presented?: unknown;
  readonly [detail: string]: unknown;
};

const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
};

/**
 * A request refused. `error` and `description` go to the caller and leak nothing;
 * `because` and `evidence` go to the operator's log, console and `countersign explain`.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: ErrorCode;
  readonly description: string;
  readonly because: Cause;
  readonly evidence: Evidence;
  readonly status: number;

  /**
   * @param error the RFC's error code
   * @param description the public `error_description`; what that may not have is written otherwise
   * @param because the exact cause, one of the causes this server can explain
   * @param evidence expected against presented
   * @param status the HTTP status, when it is not the usual one of `error`
   */
  constructor(
    error: ErrorCode,
    description: string,
    because: Cause,
    evidence: Evidence = {},
    status?: number,
  ) {
    super(`${error}: ${because}`);
    this.error = error;
    this.description = errorDescription(description);
    this.because = because;
    this.evidence = evidence;
    this.status = status ?? STATUS[error] ?? 400;
  }

  /** The same refusal, with what is known where it is recorded. */
  withEvidence(more: Evidence): Refusal {
    const { error, description, because, evidence, status } = this;
    return new Refusal(error, description, because, { ...evidence, ...more }, status);
  }
}

/**
 * What a route is told of a request that HTTP refused in its middle: that was answered and recorded already, and is no
 * event again.
 */
export class AnsweredRefusal extends Refusal {
  /** Undefined where the budget of such events was spent. */
  readonly event_id: string | undefined;

  constructor(because: Cause, event_id: string | undefined) {
    super('invalid_request', 'The request is malformed.', because);
    this.event_id = event_id;
  }
}
