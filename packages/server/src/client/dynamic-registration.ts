/** What is known of a client that registered itself (RFC 7591), beside the client. */
export type DynamicRegistration = {
  readonly client_id: string;
  /** base64url; the client manages its registration with the token itself (RFC 7592). */
  readonly registration_access_token_sha256: string;
  /** The initial access token it registered with. */
  readonly initial_access_token_id?: string;
  /** As it was presented; its claims stand above what the client says of itself (RFC 7591 §2.3). */
  readonly software_statement?: string;
  /** False for a client that asked for no scope by name; it may ask for those that were registered all the same. */
  readonly scope_asked?: boolean;
  /** Milliseconds since the epoch. */
  readonly registered_at: number;
};
