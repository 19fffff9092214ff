import type { CertificateExtensions } from '../certificate-extensions.ts';
import type { CertificateFields } from '../certificate-fields.ts';
import { extensionNamed } from '../extension.ts';
import { OCSP_ACCESS } from '../object-identifiers.ts';
import { type DistributionPoint, distributionPointsIn, freshestUrisIn } from './distribution-point.ts';

/** What a certificate says of where its revocation is published. */
export type RevocationInformation = {
  /** Where CRLs about it stand (RFC 5280 §4.2.1.13). */
  readonly distributionPoints: readonly DistributionPoint[];
  /** Where delta CRLs for them stand (freshestCRL, RFC 5280 §4.2.1.15). */
  readonly freshestUris: readonly string[];
  /** Its OCSP responders, whatever the scheme of their URIs (authorityInfoAccess, RFC 5280 §4.2.2.1). */
  readonly ocspUris: readonly string[];
  /** Of a responder's certificate: it is not to be asked about as long as it lasts (RFC 6960 §4.2.2.2.1). */
  readonly ocspNoCheck: boolean;
  /** The issuer publishes no revocation information for it (RFC 9608 §2). */
  readonly noRevocationAvailable: boolean;
};

/** @throws MalformedDer when an extension that it needs is not as RFC 5280 defines it */
export function readRevocationInformation(
  { extensions, issuer }: CertificateFields,
  { authorityInfoAccess = [] }: CertificateExtensions,
): RevocationInformation {
  return {
    distributionPoints: distributionPointsIn(extensions, 'cRLDistributionPoints', issuer),
    freshestUris: freshestUrisIn(extensions, issuer),
    ocspUris: authorityInfoAccess.flatMap(({ method, location }) =>
      method === OCSP_ACCESS && location.kind === 'uri' ? [location.value] : [],
    ),
    ocspNoCheck: extensionNamed(extensions, 'ocspNoCheck') !== undefined,
    noRevocationAvailable: extensionNamed(extensions, 'noRevAvail') !== undefined,
  };
}
