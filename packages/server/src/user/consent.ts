/** What a person agreed to share with a client, remembered until revoked. */
export type Consent = {
  readonly sub: string;
  readonly client_id: string;
  readonly scopes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly granted_at: number;
};
