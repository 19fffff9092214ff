import type { Certificate } from '../certificate.ts';
import { fieldsOf, publicKeyOf } from './revocation-fields.ts';
import { signatureProblem } from './signature.ts';
import { moment, type RevocationProblem } from './status.ts';

const notAuthorized = (detail: string): RevocationProblem => ({ because: 'signer-not-authorized', detail });

/**
 * Whether one of `authorities` issued the certificate: by name and by signature.
 * @param authorities certificates already validated as authorities
 * @returns what is wrong, undefined when nothing is
 * @throws MalformedDer
 */
export function issuanceProblem(
  certificate: Certificate,
  authorities: readonly Certificate[],
  at: number,
): RevocationProblem | undefined {
  const fields = fieldsOf(certificate);
  if (!certificate.isValidAt(at)) {
    const [from, to] = [moment(certificate.notBefore), moment(certificate.notAfter)];
    return notAuthorized(`the signer's certificate is valid from ${from} to ${to}, it is ${moment(at)}`);
  }
  if (fields.unknownCritical.length > 0) {
    const unknown = fields.unknownCritical.join(', ');
    return notAuthorized(
      `the signer's certificate has critical extension ${unknown}, which is not understood`,
    );
  }
  const issued = authorities.some(
    (authority) =>
      fieldsOf(authority).subject.equals(fields.issuer) &&
      signatureProblem(fields.signed, publicKeyOf(authority)) === undefined,
  );
  return issued
    ? undefined
    : notAuthorized(`no expected authority issued the signer's certificate ${fields.subject}`);
}

/**
 * Whether a certificate may sign CRLs for what the path's authorities issued: it is one of them, or was issued
 * by one of them, and its key usage, if stated, has cRLSign (RFC 5280 §6.3.3 (f)).
 * @param path the issuer and everything above it, up to the trust anchor
 * @returns what is wrong, undefined when nothing is
 * @throws MalformedDer
 */
export function authorizedSigner(
  candidate: Certificate,
  path: readonly Certificate[],
  at: number,
): RevocationProblem | undefined {
  const { keyUsage, subject } = fieldsOf(candidate);
  if (keyUsage && !keyUsage.has('cRLSign')) {
    return notAuthorized(`the key usage of ${subject} lacks cRLSign`);
  }
  return path.includes(candidate) ? undefined : issuanceProblem(candidate, path, at);
}
