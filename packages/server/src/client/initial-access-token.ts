/**
 * Leave to register clients (RFC 7591 §3). What is presented is kept as its hash alone; `token_id` names it to
 * administrators.
 */
export type InitialAccessToken = {
  readonly token_id: string;
  /** base64url. */
  readonly token_sha256: string;
  /** Whom it was given to, for people. */
  readonly label: string;
  /** How many clients it may register, and how many it has. */
  readonly clients_allowed: number;
  readonly clients_registered: number;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly expires_at: number;
  /** The group that the clients it registers are put into. */
  readonly group_id?: string;
};
