import type { Certificate } from '../certificate.ts';
import { readEvery } from '../certificate-extensions.ts';
import { unknownCritical } from '../extension.ts';
import { EXTENSION } from '../object-identifiers.ts';
import { DEFAULT_ALGORITHMS } from '../signed-data/algorithms.ts';
import { type SignatureBudget, signatureProblem } from '../signed-data.ts';
import { timeText } from '../time-text.ts';
import type { RevocationProblem } from './status.ts';

/** Every extension that may be critical in a certificate that signs revocation data. */
const UNDERSTOOD = new Set<string>(Object.values(EXTENSION));

const notAuthorized = (detail: string): RevocationProblem => ({ because: 'signer-not-authorized', detail });

/**
 * Whether one of `authorities` issued the certificate: by name and by signature.
 * @param authorities certificates already validated as authorities
 * @returns what is wrong, undefined when nothing is
 * @throws MalformedCertificate
 */
export function issuanceProblem(
  certificate: Certificate,
  authorities: readonly Certificate[],
  at: number,
  budget: SignatureBudget,
): RevocationProblem | undefined {
  readEvery(certificate.extensions);
  const { notBefore, notAfter } = certificate.fields;
  if (!certificate.isValidAt(at)) {
    const [from, to] = [timeText(notBefore.at), timeText(notAfter.at)];
    return notAuthorized(`the signer's certificate is valid from ${from} to ${to}, it is ${timeText(at)}`);
  }
  const unknown = unknownCritical(certificate.fields.extensions, UNDERSTOOD);
  if (unknown.length > 0) {
    return notAuthorized(
      `the signer's certificate has critical extension ${unknown.join(', ')}, which is not understood`,
    );
  }
  const issued = authorities.some(
    (authority) =>
      authority.subject.equals(certificate.issuer) &&
      signatureProblem(certificate.signed, authority.publicKey, DEFAULT_ALGORITHMS, budget) === undefined,
  );
  return issued
    ? undefined
    : notAuthorized(`no expected authority issued the signer's certificate ${certificate.subject}`);
}

/**
 * Whether a certificate may sign CRLs for what the path's authorities issued: it is one of them, or was issued
 * by one of them, and its key usage, if stated, has cRLSign (RFC 5280 §6.3.3 (f)).
 * @param path the issuer and everything above it, up to the trust anchor
 * @returns what is wrong, undefined when nothing is
 * @throws MalformedCertificate
 */
export function authorizedSigner(
  candidate: Certificate,
  path: readonly Certificate[],
  at: number,
  budget: SignatureBudget,
): RevocationProblem | undefined {
  const { keyUsage } = candidate.extensions;
  if (keyUsage && !keyUsage.has('cRLSign')) {
    return notAuthorized(`the key usage of ${candidate.subject} lacks cRLSign`);
  }
  return path.includes(candidate) ? undefined : issuanceProblem(candidate, path, at, budget);
}
