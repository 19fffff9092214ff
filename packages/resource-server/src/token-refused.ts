/**
 * The error codes of RFC 6750 §3.1, RFC 9449 §7.1 and RFC 9470 §3; `undefined` when the request carried no token at all.
 */
export type TokenError =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  | 'insufficient_user_authentication'
  | undefined;

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
  | 'dpop_not_configured'
  | 'dpop_scheme_differs'
  | 'dpop_proof_absent'
  | 'dpop_proof_repeated'
  | 'dpop_proof_malformed'
  | 'dpop_proof_differs'
  | 'dpop_key_differs'
  | 'dpop_nonce_absent'
  | 'dpop_proof_replayed'
  | 'scope_insufficient'
  | 'authorization_details_insufficient'
  | 'authentication_insufficient';

const STATUS = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  invalid_dpop_proof: 401,
  use_dpop_nonce: 401,
  insufficient_user_authentication: 401,
} as const;

/** What would have been accepted and what came instead; neither ever holds the token. */
export type Evidence = { readonly expected?: unknown; readonly presented?: unknown };

/** What the caller needs to be let through the next time. */
export type Needs = {
  /** Space-separated scopes, with `insufficient_scope`. */
  readonly scope?: string;
  /** Space-separated, with `insufficient_user_authentication` (RFC 9470 §3). */
  readonly acr_values?: string;
  /** Seconds, likewise. */
  readonly max_age?: number;
};

/** How a challenge is written. */
export type ChallengeOptions = {
  /** Names the protected space (RFC 9110 §11.5); without quotes and backslashes. */
  readonly realm?: string | undefined;
  /** The URL of the resource's metadata (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined;
  /** The scheme the request used; Bearer when absent. */
  readonly scheme?: 'Bearer' | 'DPoP';
  /** What proofs may be signed with, where DPoP is offered beside Bearer (RFC 9449 §7.1). */
  readonly dpopAlgorithms?: readonly string[];
};

/** Thrown when a request's access token is not accepted. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  /** The HTTP status to answer with. */
  readonly status: 400 | 401 | 403;
  readonly error: TokenError;
  /** For the caller; the only part of the refusal that may leave the server. */
  readonly description: string;
  readonly because: RefusalCause;
  readonly expected: unknown;
  readonly presented: unknown;
  readonly needs: Needs;

  constructor(
    error: TokenError,
    description: string,
    because: RefusalCause,
    { expected, presented }: Evidence = {},
    needs: Needs = {},
  ) {
    super(`${description} (${because}; expected ${show(expected)}, presented ${show(presented)})`);
    this.error = error;
    this.status = error === undefined ? 401 : STATUS[error];
    this.description = description;
    this.because = because;
    this.expected = expected;
    this.presented = presented;
    this.needs = needs;
  }

  /**
   * The value of the WWW-Authenticate header (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3): a challenge, or where DPoP is
   * offered two, that of the scheme used first.
   */
  challenge({ realm, resourceMetadata, scheme = 'Bearer', dpopAlgorithms }: ChallengeOptions = {}): string {
    const written = (name: 'Bearer' | 'DPoP') => {
      // A request without a token is told how to authenticate and nothing more (RFC 6750 §3.1).
      const told = name === scheme &&
        this.error && { error: this.error, error_description: this.description, ...this.needs };
      const parameters = Object.entries({
        realm,
        ...told,
        algs: name === 'DPoP' ? dpopAlgorithms?.join(' ') : undefined,
        resource_metadata: resourceMetadata,
      }).filter(([, value]) => value !== undefined);
      return [name, parameters.map(([key, value]) => `${key}="${value}"`).join(', ')].join(' ').trimEnd();
    };
    if (dpopAlgorithms === undefined) return written('Bearer');
    return scheme === 'DPoP'
      ? `${written('DPoP')}, ${written('Bearer')}`
      : `${written('Bearer')}, ${written('DPoP')}`;
  }
}

/** As JSON, whatever it is: describing a refusal never fails. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}

/**
 * Thrown when a request can be neither accepted nor refused now. It says nothing about the token: answer 503, not 401, so
 * that callers try again instead of discarding a good token.
 */
export class DecisionUnavailable extends Error {
  override readonly name: string = 'DecisionUnavailable';
}

/** Thrown when the authorization server cannot be asked for its keys or about a token. */
export class AuthorizationServerUnavailable extends DecisionUnavailable {
  override readonly name = 'AuthorizationServerUnavailable';
}

/** Thrown when it cannot be known whether a DPoP proof was used before. */
export class ReplayStoreUnavailable extends DecisionUnavailable {
  override readonly name = 'ReplayStoreUnavailable';
}
