import ipaddr from 'ipaddr.js';
import type { Certificate } from '../certificate.ts';
import { ATTRIBUTE } from '../distinguished-name/attribute-type.ts';
import { extensionNamed } from '../extension.ts';
import { addressText } from '../general-name.ts';
import { KEY_PURPOSE } from '../object-identifiers.ts';
import type { Finding, PathRole } from './path-rules.ts';

const BR = 'Baseline Requirements';

function* keyIdentifierFindings(certificate: Certificate, role: PathRole): Generator<Finding> {
  const { authorityKeyIdentifier, subjectKeyIdentifier } = certificate.extensions;
  if (!authorityKeyIdentifier) return;
  const field = 'extensions.authorityKeyIdentifier';
  if (authorityKeyIdentifier.hasAuthorityCertIssuer || authorityKeyIdentifier.hasAuthorityCertSerialNumber) {
    yield [field, `neither authorityCertIssuer nor authorityCertSerialNumber (${BR} §7.1.2.11.1)`, 'present'];
  }
  const { keyIdentifier } = authorityKeyIdentifier;
  const selfIssued = certificate.subject.equals(certificate.issuer);
  if (role !== 'anchor' || !selfIssued || !keyIdentifier) return;
  if (!subjectKeyIdentifier || !Buffer.from(subjectKeyIdentifier).equals(keyIdentifier)) {
    yield [
      `${field}.keyIdentifier`,
      `the root's own subjectKeyIdentifier (${BR} §7.1.2.1.3)`,
      Buffer.from(keyIdentifier).toString('hex'),
    ];
  }
}

function* subscriberFindings(certificate: Certificate): Generator<Finding> {
  const { basicConstraints, extKeyUsage, subjectAltName } = certificate.extensions;
  // A CA's own certificate in the leaf's place is no subscriber's, unless its key signs no certificates.
  if (basicConstraints?.cA) {
    if (!certificate.extensions.keyUsage?.has('keyCertSign')) {
      yield ['extensions.basicConstraints.cA', `FALSE (${BR} §7.1.2.7.8)`, 'TRUE'];
    }
    return;
  }
  if (!extKeyUsage) {
    yield ['extensions.extKeyUsage', `present (${BR} §7.1.2.7.6)`, 'absent'];
  } else if (extKeyUsage.includes(KEY_PURPOSE.anyExtendedKeyUsage)) {
    yield ['extensions.extKeyUsage', `no anyExtendedKeyUsage (${BR} §7.1.2.7.10)`, 'anyExtendedKeyUsage'];
  }
  if (!subjectAltName) {
    yield ['extensions.subjectAltName', `present (${BR} §7.1.2.7.12)`, 'absent'];
    return;
  }
  if (
    extensionNamed(certificate.fields.extensions, 'subjectAltName')?.critical &&
    !certificate.subject.isEmpty
  ) {
    yield [
      'extensions.subjectAltName',
      `not critical, as the subject is not empty (${BR} §7.1.2.7.12)`,
      'critical',
    ];
  }
  yield* commonNameFindings(certificate);
}

/**
 * A common name that means one of the alternative names must be written just as that one. A common name that
 * means none of them names nothing and is left alone.
 */
function* commonNameFindings(certificate: Certificate): Generator<Finding> {
  const names = certificate.subjectAlternativeNames.flatMap((name) =>
    name.kind === 'dns' || name.kind === 'ip' ? [name.value] : [],
  );
  const meaning = (text: string): string =>
    ipaddr.isValid(text)
      ? addressText(Uint8Array.from(ipaddr.parse(text).toByteArray()))
      : text.toLowerCase();
  for (const commonName of certificate.subject.valuesOf(ATTRIBUTE.CN)) {
    const meant = names.find((name) => meaning(name) === meaning(commonName));
    if (meant !== undefined && meant !== commonName && !names.includes(commonName)) {
      yield [
        'tbsCertificate.subject.commonName',
        `${JSON.stringify(meant)}, character for character (${BR} §7.1.4.3)`,
        JSON.stringify(commonName),
      ];
    }
  }
}

/** What the CA/Browser Forum's Baseline Requirements say of a certificate beyond RFC 5280. */
export function* webPkiFindings(certificate: Certificate, role: PathRole): Generator<Finding> {
  if (certificate.fields.version !== 3) {
    yield ['tbsCertificate.version', `3 (${BR} §7.1.1)`, `${certificate.fields.version}`];
  }
  yield* keyIdentifierFindings(certificate, role);
  const selfIssued = certificate.subject.equals(certificate.issuer);
  if (role === 'anchor' && selfIssued && certificate.extensions.extKeyUsage) {
    yield ['extensions.extKeyUsage', `absent from a root (${BR} §7.1.2.1.2)`, 'present'];
  }
  if (role === 'leaf') yield* subscriberFindings(certificate);
}
