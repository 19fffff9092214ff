import type { Certificate } from '@countersign/x509';
import type { ClientMetadata } from '../client/client-metadata.ts';
import { ownCertificates } from '../client/own-certificates.ts';
import { invalidClientMetadata } from '../refusal/error-codes.ts';

/** The certificates that others rest on: trust anchors, and those by which administrators enter. */
export type ReservedCertificates = (thumbprint: string) => boolean;

/**
 * A certificate is public, and what is registered as a client's own is no trust anchor any more, nor lets an
 * administrator in. So a client that registers itself proves that an authority, an anchor or such a certificate is
 * its own, by presenting it in the handshake of the request; others could be taken out of use by whoever has a copy.
 * @param before the metadata so far, whose certificates may stay
 * @throws Refusal `invalid_client_metadata`
 */
export function checkPossession(
  metadata: Pick<ClientMetadata, 'certificates' | 'jwks'>,
  presented: Certificate | undefined,
  isReserved: ReservedCertificates,
  before: Pick<ClientMetadata, 'certificates' | 'jwks'> = { certificates: [] },
): void {
  const held = new Set(ownCertificates(before).map(({ thumbprint }) => thumbprint));
  if (presented) held.add(presented.thumbprint);
  const unproven = ownCertificates(metadata).find(
    ({ thumbprint, certificate }) =>
      !held.has(thumbprint) && (certificate?.x509.ca === true || isReserved(thumbprint)),
  );
  if (!unproven) return;
  throw invalidClientMetadata(
    'certificates: the certificate of an authority is registered by presenting it in the handshake.',
    'certificate_not_proven',
    {
      field: 'certificates',
      expected: `${unproven.thumbprint} in the handshake`,
      presented: presented?.thumbprint ?? 'no certificate',
    },
  );
}
