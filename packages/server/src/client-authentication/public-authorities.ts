import { createHash } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import type { Certificate } from '@countersign/x509';

let known: ReadonlySet<string> | undefined;

/** The roots of the public web that this Node.js brings, by thumbprint (RFC 8705 §3.1 form). */
function publicRoots(): ReadonlySet<string> {
  known ??= new Set(
    rootCertificates.map((pem) => {
      const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
      return createHash('sha256').update(der).digest('base64url');
    }),
  );
  return known;
}

/**
 * Those certificates that are roots of the public web: whoever gets a certificate there, of any name, would come through,
 * as with the trust store that WSO2 brings.
 */
export const publicAuthoritiesAmong = (certificates: readonly Certificate[]): readonly Certificate[] =>
  certificates.filter(({ thumbprint }) => publicRoots().has(thumbprint));
