/**
 * What a person authorised a client to do: every code, refresh token and access token that comes from one
 * authorization shares its `grant_id`, so that revoking the grant revokes them all (RFC 6749 §10.4, RFC 9700 §4.14).
 */
export type Grant = {
  readonly grant_id: string;
  readonly client_id: string;
  readonly sub: string;
  /** Space-separated. */
  readonly scope: string;
  /** Milliseconds since the epoch, as all times here. */
  readonly created_at: number;
  readonly expires_at: number;
  readonly revoked_at?: number;
};
