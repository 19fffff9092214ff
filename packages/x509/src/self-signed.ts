import { type Certificate, MalformedCertificate } from './certificate.ts';
import { SignatureBudget, signatureProblem } from './signed-data.ts';

/** Nothing is believed because of the signature, so that SHA-1 and short keys tell as well as any. */
const RULES = { minimumRsaBits: 0, sha1: true, wholeOctetModulus: false };

/**
 * Whether a certificate names itself as its issuer and its own key made its signature. A certificate that cannot be
 * read, and one whose key or algorithm is never relied on (MD5, DSA, curves that are not NIST's), counts as not so.
 * @param budget what the decision may verify; default: this one signature
 */
export function isSelfSigned(certificate: Certificate, budget = new SignatureBudget(1)): boolean {
  try {
    return (
      certificate.subject.equals(certificate.issuer) &&
      signatureProblem(certificate.signed, certificate.publicKey, RULES, budget) === undefined
    );
  } catch (error) {
    if (error instanceof MalformedCertificate) return false;
    throw error;
  }
}
