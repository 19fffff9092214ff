/** An issued authorization code (RFC 6749 §4.1.2); only the SHA-256 of the code itself is kept. */
export type AuthorizationCode = {
  /** base64url. */
  readonly code_sha256: string;
  readonly grant_id: string;
  readonly client_id: string;
  readonly sub: string;
  readonly scope: string;
  /** The redirect URI as the request named it; absent when it named none (RFC 6749 §4.1.3). */
  readonly redirect_uri?: string;
  /** PKCE S256 challenge (RFC 7636 §4.2). */
  readonly code_challenge?: string;
  readonly nonce?: string;
  /** Seconds since the epoch (OIDC Core §2). */
  readonly auth_time: number;
  readonly session_id: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  /** The `claims` request parameter (OIDC Core §5.5). */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly resource?: readonly string[];
  readonly authorization_details?: readonly Readonly<Record<string, unknown>>[];
  /** Thumbprint of the DPoP key the code is bound to (RFC 9449 §10). */
  readonly dpop_jkt?: string;
  /** Milliseconds since the epoch. */
  readonly expires_at: number;
};
