/** A person's signed-in session; its cookie's value is kept only as SHA-256. */
export type Session = {
  /** The `sid` of ID tokens; public. */
  readonly session_id: string;
  /** base64url SHA-256 of the cookie's secret; changes at every sign-in. */
  readonly secret_sha256: string;
  readonly sub: string;
  /** Seconds since the epoch. */
  readonly auth_time: number;
  readonly acr?: string;
  readonly amr: readonly string[];
  /** Clients that received an ID token in this session, for back-channel logout. */
  readonly client_ids: readonly string[];
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly last_seen_at: number;
  /** When nobody is signed in by it any more, unless they are seen again. */
  readonly expires_at: number;
  /** When it ends for clients that use it by their refresh tokens, where that is later. */
  readonly prolonged_until?: number;
  readonly remote_address?: string;
  readonly user_agent?: string;
};
