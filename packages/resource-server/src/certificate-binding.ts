import { hash, type X509Certificate } from 'node:crypto';
import { TokenRefused } from './token-refused.ts';

/** Of a connection, and of a proxy's client, the certificate is one object. */
const thumbprints = new WeakMap<X509Certificate, string>();

/** RFC 8705 §3.1: base64url of the SHA-256 of the certificate's DER, without padding. */
export function thumbprintOf(certificate: X509Certificate): string {
  const known = thumbprints.get(certificate);
  if (known !== undefined) return known;
  const thumbprint = hash('sha256', certificate.raw, 'base64url');
  thumbprints.set(certificate, thumbprint);
  return thumbprint;
}

/**
 * Holds a token to the certificate it is bound to (RFC 8705 §3).
 * @param expected the thumbprint of the token's `cnf`
 * @param certificate the one whose key the caller has proved to hold
 * @throws TokenRefused `invalid_token`
 */
export function checkCertificate(expected: string, certificate: X509Certificate | undefined): void {
  if (certificate === undefined) {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound to a client certificate, and none was presented.',
      'certificate_absent',
      { expected: { 'x5t#S256': expected }, presented: 'no certificate' },
    );
  }
  const presented = thumbprintOf(certificate);
  // Neither is a secret: the one stands in the token, the other is of what the caller sent.
  if (expected === presented) return;
  throw new TokenRefused(
    'invalid_token',
    'The access token is bound to another client certificate than the one presented.',
    'certificate_differs',
    {
      expected: { 'x5t#S256': expected },
      presented: { 'x5t#S256': presented, subject: subjectOf(certificate) },
    },
  );
}

/** Some certificates have a subject that OpenSSL cannot write down. */
function subjectOf(certificate: X509Certificate): string {
  try {
    return certificate.subject;
  } catch {
    return 'a subject that cannot be read';
  }
}
