import { createHash } from 'node:crypto';
import {
  type Certificate,
  certificateToPem,
  type GeneralName,
  isSelfSigned,
  MalformedCertificate,
  type OtherForm,
} from '@countersign/x509';
import { keyPurposeName } from '@countersign/x509/path-validation';
import { describeRegistered } from './registered-certificate.ts';

/** Any purpose has a short name here. */
export const shownPurpose = (oid: string): string => {
  const name = keyPurposeName(oid);
  return name === 'anyExtendedKeyUsage' ? 'any' : name;
};

/** Octets as openssl prints them: hexadecimal pairs with colons between. */
export const colonForm = (octets: Uint8Array): string =>
  Buffer.from(octets).toString('hex').toUpperCase().match(/../g)?.join(':') ?? '';

const fingerprint = (algorithm: 'sha1' | 'sha256', der: Uint8Array): string =>
  colonForm(createHash(algorithm).update(der).digest());

/** An alternative name by its form and its text. */
export function alternativeName(name: GeneralName): {
  readonly type: Exclude<GeneralName['kind'], 'other' | 'unreadable'> | OtherForm;
  readonly value: string;
} {
  switch (name.kind) {
    case 'directoryName':
      return { type: 'directoryName', value: name.name.toString() };
    case 'other':
      return { type: name.form, value: 'not shown' };
    case 'unreadable':
      return { type: name.form ?? 'otherName', value: `cannot be read: ${name.reason}` };
    default:
      return { type: name.kind, value: name.value };
  }
}

/** What the extensions say, empty when they cannot be read. */
function describeExtensions(certificate: Certificate) {
  try {
    const { basicConstraints, keyUsage, extKeyUsage } = certificate.extensions;
    return {
      is_ca: basicConstraints?.cA ?? false,
      subject_alternative_names: certificate.subjectAlternativeNames.map(alternativeName),
      ...(keyUsage && { key_usage: [...keyUsage] }),
      ...(extKeyUsage && { extended_key_usage: extKeyUsage.map(shownPurpose) }),
    };
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    return { subject_alternative_names: [] };
  }
}

/** Describes a certificate with its thumbprint (RFC 8705 §3.1) and the fingerprints that openssl prints. */
export function describeForPeople(certificate: Certificate) {
  const { unreadable, ...described } = describeRegistered(certificate);
  return {
    ...described,
    ...(unreadable && { unreadable: [...unreadable] }),
    fingerprint_sha256: fingerprint('sha256', certificate.der),
    fingerprint_sha1: fingerprint('sha1', certificate.der),
    // checkIssued() would ask for a CA's key usage too, which a client's own certificate need not have.
    self_signed: isSelfSigned(certificate),
    ...describeExtensions(certificate),
    pem: certificateToPem(certificate),
  };
}
