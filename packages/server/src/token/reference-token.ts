import type { Confirmation } from './confirmation.ts';

/** An opaque access token as stored: the SHA-256 of its value and the claims introspection answers with. */
export type ReferenceToken = {
  /** base64url. */
  readonly token_sha256: string;
  readonly jti: string;
  readonly grant_id?: string;
  readonly client_id: string;
  readonly sub: string;
  readonly scope: string;
  readonly audience: readonly string[];
  readonly cnf?: Confirmation;
  /** Further claims of the token, e.g. `auth_time`, `authorization_details`, `act`. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly issued_at: number;
  readonly expires_at: number;
  readonly revoked_at?: number;
};
