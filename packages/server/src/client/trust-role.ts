/** What an entry of the trust store is for: it issues client certificates, or it may merely come through the handshake. */
export const TRUST_ROLES = ['authority', 'handshake'] as const;
export type TrustRole = (typeof TRUST_ROLES)[number];

/** The role that somebody gave a certificate; it stands whatever else is known of it. */
export type NamedRole = {
  /** RFC 8705 §3.1 form. */
  readonly thumbprint: string;
  readonly role: TrustRole;
  /** An administrator, a user of the command line, the configuration, or an upgrade. */
  readonly named_by: string;
  /** Milliseconds since the epoch. */
  readonly named_at: number;
};
