import type { LifetimeRules } from '../client/client-lifetimes.ts';
import type { AccessTokenPlan } from './access-token.ts';
import type { IdTokenPlan } from './id-token.ts';
import type { RefreshToken } from './refresh-token.ts';

/** What a grant decided to issue; the endpoint turns it into tokens. */
export type TokenPlan = AccessTokenPlan & {
  readonly id_token?: IdTokenPlan;
  /** For the answer to a token exchange (RFC 8693 §2.2.1). */
  readonly issued_token_type?: string;
  /** The record of a refresh token, but for what making the token gives. */
  readonly refresh_token?: Omit<RefreshToken, 'token_sha256' | 'issued_at' | 'expires_at'>;
};

/** Lifetimes in seconds, under their names in `[oauth]` of deployment.toml. */
export type TokenLifetimes = LifetimeRules & { readonly authorization_code_lifetime: number };

/** When a refresh token is replaced by its use, under the names in `[oauth]` of deployment.toml. */
export type RotationRules = {
  readonly refresh_token_rotation: 'unbound' | 'always';
  /** Seconds in which a token that was replaced yields its successor once more. */
  readonly refresh_token_reuse_window: number;
};
