import type { AccessDescription, CertificateExtensions } from '../certificate-extensions.ts';
import type { CertificateFields } from '../certificate-fields.ts';
import { MalformedDer } from '../der.ts';
import { extensionNamed } from '../extension.ts';
import { strictly } from '../malformed-certificate.ts';
import { type ExtensionName, OCSP_ACCESS } from '../object-identifiers.ts';
import { type DistributionPoint, distributionPointsIn, freshestUrisIn } from './distribution-point.ts';

/**
 * What a certificate says of where its revocation is published. Each part is read when it is asked for; where it
 * cannot be, the getter throws, and nothing is known of the revocation by that way.
 */
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

/**
 * Reads what each part says when it is asked for: one that cannot be read leaves the others standing. A getter throws
 * MalformedCertificate when the extension it needs is not as RFC 5280 defines it.
 */
export function readRevocationInformation(
  fields: CertificateFields,
  extensions: CertificateExtensions,
): RevocationInformation {
  const has = (name: ExtensionName): boolean => extensionNamed(fields.extensions, name) !== undefined;
  return {
    get distributionPoints() {
      return strictly(() => distributionPointsIn(fields.extensions, 'cRLDistributionPoints', fields.issuer));
    },
    get freshestUris() {
      return strictly(() => freshestUrisIn(fields.extensions, fields.issuer));
    },
    get ocspUris() {
      return strictly(() => ocspUrisIn(extensions.authorityInfoAccess ?? []));
    },
    get ocspNoCheck() {
      return has('ocspNoCheck');
    },
    get noRevocationAvailable() {
      return has('noRevAvail');
    },
  };
}

/** @throws MalformedDer when responders are named and no name can be read */
function ocspUrisIn(descriptions: readonly AccessDescription[]): string[] {
  const locations = descriptions.flatMap(({ method, location }) =>
    method === OCSP_ACCESS ? [location] : [],
  );
  const uris = locations.flatMap((location) => (location.kind === 'uri' ? [location.value] : []));
  const unreadable = locations.find((location) => location.kind === 'unreadable');
  if (uris.length === 0 && unreadable) throw new MalformedDer(unreadable.field, unreadable.reason);
  return uris;
}
