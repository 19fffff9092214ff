/** The error codes of RFC 6750 §3.1; `undefined` when the request carried no token at all. */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope' | undefined;

/** The exact cause of a refusal, for the operator's log and for tests; never for the caller. */
export type RefusalCause =
  | 'token_absent'
  | 'authorization_repeated'
  | 'authorization_malformed'
  | 'token_in_query'
  | 'token_too_long'
  | 'certificate_header_malformed'
  | 'token_malformed'
  | 'token_type_differs'
  | 'algorithm_refused'
  | 'key_unknown'
  | 'signature_invalid'
  | 'issuer_differs'
  | 'audience_differs'
  | 'claim_missing'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'introspection_not_configured'
  | 'token_inactive'
  | 'binding_absent'
  | 'binding_unknown'
  | 'certificate_absent'
  | 'certificate_differs'
  | 'scope_insufficient';

const STATUS = { invalid_request: 400, invalid_token: 401, insufficient_scope: 403 } as const;

/** What would have been accepted and what came instead; neither ever holds the token. */
export type Evidence = { readonly expected?: unknown; readonly presented?: unknown };

/** Thrown when a request's access token is not accepted. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  /** The HTTP status to answer with. */
  readonly status: 400 | 401 | 403;
  readonly error: BearerError;
  /** For the caller; the only part of the refusal that may leave the server. */
  readonly description: string;
  readonly because: RefusalCause;
  readonly expected: unknown;
  readonly presented: unknown;
  /** Space-separated scopes that the request needs, with `insufficient_scope`. */
  readonly scope: string | undefined;

  constructor(
    error: BearerError,
    description: string,
    because: RefusalCause,
    { expected, presented }: Evidence = {},
    scope?: string,
  ) {
    super(`${description} (${because}; expected ${show(expected)}, presented ${show(presented)})`);
    this.error = error;
    this.status = error === undefined ? 401 : STATUS[error];
    this.description = description;
    this.because = because;
    this.expected = expected;
    this.presented = presented;
    this.scope = scope;
  }

  /** The value of the WWW-Authenticate header (RFC 6750 §3). @param realm without quotes and backslashes */
  challenge(realm?: string): string {
    // A request without a token is told how to authenticate and nothing more (RFC 6750 §3.1).
    const told = this.error && { error: this.error, error_description: this.description, scope: this.scope };
    const parameters = Object.entries({ realm, ...told }).filter(([, value]) => value !== undefined);
    return ['Bearer', parameters.map(([name, value]) => `${name}="${value}"`).join(', ')].join(' ').trimEnd();
  }
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));

/**
 * Thrown when the authorization server cannot be asked for its keys or about a token. It says nothing about the token:
 * answer 503, not 401, so that callers try again instead of discarding a good token.
 */
export class AuthorizationServerUnavailable extends Error {
  override readonly name = 'AuthorizationServerUnavailable';
}
