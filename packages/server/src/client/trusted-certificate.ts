import type { Certificate } from '@countersign/x509';

/** An entry of a trust store that nodes share. */
export type TrustedCertificate = {
  /** Unique in its store, but for letter case. */
  readonly alias: string;
  readonly certificate: Certificate;
  /** Milliseconds since the epoch. */
  readonly added_at: number;
};

/** A trust store that nodes share, as a whole. */
export type SharedTrustStore = {
  /** `truststore`, or `trust_group.` and the name of a group. */
  readonly store: string;
  /** Raised by every change. */
  readonly revision: number;
  readonly entries: readonly TrustedCertificate[];
};

/** The section of deployment.toml that names a trust store, by which it is told from the others. @param group undefined for the trust store itself */
export const trustStoreKey = (group: string | undefined): string =>
  group === undefined ? 'truststore' : `trust_group.${group}`;
