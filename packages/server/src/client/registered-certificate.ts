import type { KeyObject } from 'node:crypto';
import { type Certificate, certificateDescription } from '@countersign/x509';

/** What `read` gives; undefined where the certificate does not let itself be read so. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const describeKey = (key: KeyObject | undefined) => {
  const details = key?.asymmetricKeyDetails;
  return {
    key_type: key?.asymmetricKeyType ?? 'unknown',
    ...(details?.modulusLength !== undefined && { key_bits: details.modulusLength }),
    ...(details?.namedCurve !== undefined && { key_curve: details.namedCurve }),
  };
};

/**
 * A registered certificate as a person reads it: in the console, in `client show`, in answers of the admin API. It is
 * as total as the description within: one strange certificate must not hide the others of a list.
 */
export function describeRegistered(certificate: Certificate) {
  const { x509 } = certificate;
  const subject_alt_name = readable(() => x509.subjectAltName);
  return {
    ...certificateDescription(certificate),
    ...describeKey(certificate.keyObject),
    ...(subject_alt_name !== undefined && { subject_alt_name }),
    self_signed: readable(() => x509.checkIssued(x509)) ?? false,
  };
}
