import type { Certificate } from '@countersign/x509';
import { type Claim, claimsOn } from '../client/authority-claim.ts';
import type { ClientMetadata } from '../client/client-metadata.ts';
import { ownCertificates, ownClaims } from '../client/own-certificates.ts';
import { invalidClientMetadata } from '../refusal/error-codes.ts';

/** What others rest on: the certificates and keys of authorities, and the certificates by which administrators enter. */
export type ReservedClaims = () => Promise<ReadonlySet<Claim>>;

/**
 * What is registered as a client's own is no authority any more, nor lets an administrator in. So a client that
 * registers itself proves that the certificate or key of an authority, or such a certificate, is its own, by presenting
 * it in the handshake of the request: certificates and keys are public, and others could be taken out of use by whoever
 * has a copy.
 * @param before the metadata so far, whose certificates and keys may stay
 * @returns what the client proved to have, of what it registers
 * @throws Refusal `invalid_client_metadata`
 */
export async function checkPossession(
  metadata: Pick<ClientMetadata, 'certificates' | 'jwks'>,
  presented: Certificate | undefined,
  reserved: ReservedClaims,
  before: Pick<ClientMetadata, 'certificates' | 'jwks'> = { certificates: [] },
): Promise<readonly Claim[]> {
  const proven = new Set(presented ? claimsOn(presented) : []);
  const held = new Set(ownClaims(before));
  const claims = ownClaims(metadata);
  const isUnproven = (claim: Claim) => !proven.has(claim) && !held.has(claim);
  const others = await reserved();
  const unproven =
    claims.find((claim) => isUnproven(claim) && others.has(claim)) ??
    ownCertificates(metadata)
      .filter(({ certificate }) => certificate?.x509.ca === true)
      .flatMap(({ certificate }) => (certificate ? claimsOn(certificate).slice(0, 1) : []))
      .find(isUnproven);
  if (unproven === undefined) return claims.filter((claim) => proven.has(claim));
  throw invalidClientMetadata(
    'certificates: the certificate or key of an authority is registered by presenting it in the handshake.',
    'certificate_not_proven',
    {
      field: 'certificates',
      expected: `${unproven} in the handshake`,
      presented: presented?.thumbprint ?? 'no certificate',
    },
  );
}
