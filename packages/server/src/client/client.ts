import type { ClientMetadata } from './client-metadata.ts';
import type { TokenEnds } from './token-ends.ts';

/** A registered client: its RFC 7591 metadata and what the server itself knows about it. */
export type Client = {
  readonly client_id: string;
  /** Seconds since the epoch (RFC 7591 §3.2.1). */
  readonly client_id_issued_at: number;
  readonly metadata: ClientMetadata;
  /** Members of the stored metadata that only a later version knows: written back as they came, shown to nobody. */
  readonly unknown_metadata?: Readonly<Record<string, unknown>>;
  /** base64url SHA-256 of the client secret; absent when none was issued, and of one that somebody chose. */
  readonly client_secret_sha256?: string;
  /** PHC string of argon2id, of a secret that another server let somebody choose; never beside the other hash. */
  readonly client_secret_argon2id?: string;
  /** The secret itself, encrypted with the `[encryption] key`: kept for `client_secret_jwt` alone, which needs it. */
  readonly client_secret_sealed?: string;
  /** Disabled clients are refused everywhere and kept. */
  readonly enabled: boolean;
  /** Disabled by a restore that could not tell what had ended: enabling it confirms its certificates and secret. */
  readonly awaits_confirmation?: true;
  /** What of its access tokens has ended; nothing when absent. */
  readonly token_ends?: TokenEnds;
  /** Grows with every change; caches and optimistic updates compare it. */
  readonly revision: number;
};
