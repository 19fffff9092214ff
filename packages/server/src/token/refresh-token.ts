import { Scope } from '../client/scope.ts';
import type { Confirmation } from './confirmation.ts';

/** A refresh token as stored: the SHA-256 of its value and what it was issued for. */
export type RefreshToken = {
  /** base64url. */
  readonly token_sha256: string;
  readonly grant_id: string;
  readonly client_id: string;
  readonly sub: string;
  readonly scope: string;
  readonly auth_time?: number;
  readonly session_id?: string;
  readonly nonce?: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly resource?: readonly string[];
  readonly authorization_details?: readonly Readonly<Record<string, unknown>>[];
  /** The sender constraint of a public client's refresh token (RFC 8705 §4, RFC 9449 §5). */
  readonly cnf?: Confirmation;
  /** Milliseconds since the epoch; the idle lifetime ends at `expires_at`, the absolute one with the grant. */
  readonly issued_at: number;
  readonly expires_at: number;
};

/** The session that a token ends with: without offline_access that of a sign-in through OpenID Connect (OIDC Core §11). */
export function sessionOf({
  scope,
  session_id,
}: Pick<RefreshToken, 'scope' | 'session_id'>): string | undefined {
  const held = Scope.of(scope);
  return held.has('openid') && !held.has('offline_access') ? session_id : undefined;
}
