/** Why there is no token, or no certificate to present; for logs, metrics and tests. */
export type TokenUnavailableCause =
  | 'client_closed'
  | 'certificate_unusable'
  | 'metadata_unavailable'
  | 'metadata_differs'
  | 'endpoint_absent'
  | 'server_unreachable'
  | 'server_failed'
  | 'request_refused'
  | 'answer_malformed'
  | 'token_type_differs'
  | 'binding_absent'
  | 'binding_differs';

/** What the cause is known by. None of it ever holds a token, an assertion or a key. */
export type TokenEvidence = {
  readonly expected?: unknown;
  readonly presented?: unknown;
  /** The HTTP status of the authorization server. */
  readonly status?: number | undefined;
  /** The `error` of its answer (RFC 6749 §5.2). */
  readonly error?: string | undefined;
  /** The id by which the server's operator finds the refusal: `countersign explain ID`. */
  readonly eventId?: string | undefined;
  /** Milliseconds that the server asked to wait by Retry-After. */
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
};

/** What may be otherwise a moment later without anybody changing anything. */
const PASSING: readonly TokenUnavailableCause[] = [
  'metadata_unavailable',
  'server_unreachable',
  'server_failed',
  'answer_malformed',
];

/** Thrown when there is no access token to be had. It is safe to log as it is. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';
  readonly because: TokenUnavailableCause;
  readonly expected: unknown;
  readonly presented: unknown;
  /** The HTTP status of the authorization server, where it answered. */
  readonly status: number | undefined;
  /** The `error` of its answer (RFC 6749 §5.2), such as `invalid_client`. */
  readonly error: string | undefined;
  /** The id by which the operator of Countersign finds the refusal: `countersign explain ID`. */
  readonly eventId: string | undefined;
  /** Milliseconds that the server asked to wait (RFC 9110 §10.2.3), five minutes at most. */
  readonly retryAfter: number | undefined;
  /** Whether it may pass by itself; the client then tries again. */
  readonly isPassing: boolean;

  constructor(because: TokenUnavailableCause, message: string, evidence: TokenEvidence = {}) {
    super(`${message} (${because})`, 'cause' in evidence ? { cause: evidence.cause } : undefined);
    this.because = because;
    this.expected = evidence.expected;
    this.presented = evidence.presented;
    this.status = evidence.status;
    this.error = evidence.error;
    this.eventId = evidence.eventId;
    this.retryAfter = evidence.retryAfter;
    this.isPassing = PASSING.includes(because);
  }
}
