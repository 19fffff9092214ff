import { createHash, timingSafeEqual, type X509Certificate } from 'node:crypto';
import { isObject } from './https-call.ts';
import { TokenRefused } from './token-refused.ts';

/** RFC 8705 §3.1: base64url of the SHA-256 of the certificate's DER, without padding. */
export const thumbprintOf = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.raw).digest('base64url');

function equalThumbprints(expected: string, presented: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(presented)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/**
 * Holds a token to the certificate it is bound to (RFC 8705 §3).
 * @param cnf the claim as it came (RFC 7800 §3.1)
 * @param required whether a token without binding is refused
 * @throws TokenRefused `invalid_token`
 */
export function checkBinding(
  cnf: unknown,
  certificate: X509Certificate | undefined,
  required: boolean,
): 'certificate' | 'none' {
  if (cnf === undefined) {
    if (!required) return 'none';
    throw new TokenRefused(
      'invalid_token',
      'The access token must be bound to a client certificate.',
      'binding_absent',
      { expected: 'cnf with x5t#S256', presented: 'no cnf' },
    );
  }
  const expected = isObject(cnf) ? cnf['x5t#S256'] : undefined;
  // A binding that cannot be checked here must not count as none.
  if (!isObject(cnf) || typeof expected !== 'string' || Object.keys(cnf).length !== 1) {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound in a way that is not supported here.',
      'binding_unknown',
      { expected: ['x5t#S256'], presented: isObject(cnf) ? Object.keys(cnf) : typeof cnf },
    );
  }
  if (certificate === undefined) {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound to a client certificate, and none was presented.',
      'certificate_absent',
      { expected: { 'x5t#S256': expected }, presented: 'no certificate' },
    );
  }
  const presented = thumbprintOf(certificate);
  if (!equalThumbprints(expected, presented)) {
    throw new TokenRefused(
      'invalid_token',
      'The access token is bound to another client certificate than the one presented.',
      'certificate_differs',
      {
        expected: { 'x5t#S256': expected },
        presented: { 'x5t#S256': presented, subject: certificate.subject },
      },
    );
  }
  return 'certificate';
}
