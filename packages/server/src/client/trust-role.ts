import type { Managed } from '../managed-by.ts';

/** What an entry of the trust store is for: it issues client certificates, or it may merely come through the handshake. */
export const TRUST_ROLES = ['authority', 'handshake'] as const;
export type TrustRole = (typeof TRUST_ROLES)[number];

/** The role that somebody gave a certificate; it stands whatever else is known of it, but for the configuration. */
export type NamedRole = Managed & {
  /** RFC 8705 §3.1 form. */
  readonly thumbprint: string;
  readonly role: TrustRole;
  /** An administrator, or a user of the command line. */
  readonly named_by: string;
  /** Milliseconds since the epoch. */
  readonly named_at: number;
};

/** Of `[truststore]` in deployment.toml: the certificates that it names, by thumbprint (RFC 8705 §3.1 form). */
export type ConfiguredRoles = {
  readonly authorities: readonly string[];
  readonly handshake: readonly string[];
};

/** The role that deployment.toml gives a certificate, and the key that does. Its word goes before everybody's. */
export type ConfiguredRole = {
  readonly role: TrustRole;
  readonly key: '[truststore] authorities' | '[truststore] handshake';
};

/** What deployment.toml says of a certificate. One that it names as both is the weaker. */
export function configuredRole(
  thumbprint: string,
  { authorities, handshake }: ConfiguredRoles,
): ConfiguredRole | undefined {
  if (handshake.includes(thumbprint)) return { role: 'handshake', key: '[truststore] handshake' };
  if (authorities.includes(thumbprint)) return { role: 'authority', key: '[truststore] authorities' };
  return undefined;
}
