import type { Confirmation } from './confirmation.ts';

/** How a person came to an authorization they gave on another device than the client's. */
export type Approval = {
  readonly grant_id: string;
  readonly scope: string;
  /** Seconds since the epoch. */
  readonly auth_time: number;
  readonly acr?: string;
  readonly amr?: readonly string[];
};

/**
 * An authorization that a client began and a person decides elsewhere, while the client asks again and again: a device
 * code (RFC 8628) or a backchannel authentication (CIBA). Kept under the SHA-256 of what the client asks with.
 */
export type DeferredAuthorization = {
  /** base64url. */
  readonly authorization_sha256: string;
  readonly kind: 'device' | 'backchannel';
  readonly client_id: string;
  /** Space-separated. */
  readonly scope: string;
  readonly resource?: readonly string[];
  /** What the person types, in its canonical form; the device flow alone has one. */
  readonly user_code?: string;
  /** Who is asked, or who decided. */
  readonly sub?: string;
  readonly state: 'pending' | 'approved' | 'denied';
  readonly approval?: Approval;
  /** When its tokens were issued, and to which holder where the client is public. */
  readonly redeemed?: { readonly at: number; readonly cnf?: Confirmation };
  readonly binding_message?: string;
  readonly acr_values?: readonly string[];
  /** `{ auth_req_id, client_notification_token }` encrypted, for a client that wants to be told (CIBA §10.2). */
  readonly sealed_notification?: string;
  /** Seconds between two questions; grows whenever the client asks too soon. */
  readonly interval: number;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly expires_at: number;
};

/** One whose tokens were issued. */
export type RedeemedAuthorization = DeferredAuthorization & {
  readonly redeemed: NonNullable<DeferredAuthorization['redeemed']>;
};
