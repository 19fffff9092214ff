import { type Certificate, certificateSummary } from '@countersign/x509';

/** A registered certificate as a person reads it: in the console, in `client show`, in answers of the admin API. */
export function describeRegistered(certificate: Certificate) {
  const { x509 } = certificate;
  const key = x509.publicKey;
  const details = key.asymmetricKeyDetails;
  return {
    ...certificateSummary(certificate),
    key_type: key.asymmetricKeyType ?? 'unknown',
    ...(details?.modulusLength !== undefined && { key_bits: details.modulusLength }),
    ...(details?.namedCurve !== undefined && { key_curve: details.namedCurve }),
    ...(x509.subjectAltName !== undefined && { subject_alt_name: x509.subjectAltName }),
    self_signed: x509.checkIssued(x509),
  };
}
