import { type AlgorithmIdentifier, algorithmIdentifier } from './algorithm-identifier.ts';
import {
  contextTag,
  count,
  type DerElement,
  DerReader,
  integer,
  MalformedDer,
  onlyElement,
  TAG,
  time,
} from './der.ts';
import { DistinguishedName } from './distinguished-name.ts';
import { type Extension, readExtensions } from './extension.ts';
import { readSigned } from './signed-data.ts';

/** A bound of the validity period and the type it is written in (RFC 5280 §4.1.2.5). */
export type ValidityTime = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly encoding: 'UTCTime' | 'GeneralizedTime';
};

/** The fields of a certificate (RFC 5280 §4.1), read strictly; extensions still as bytes. */
export type CertificateFields = {
  /** DER of the TBSCertificate: what is signed. */
  readonly tbsCertificate: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** Two's-complement octets. */
  readonly serialNumber: Uint8Array;
  /** The algorithm within the signed part, and the one beside the signature: they must be the same. */
  readonly signature: AlgorithmIdentifier;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly issuer: DistinguishedName;
  /** DER of the issuer's name, as this certificate writes it. */
  readonly issuerDer: Uint8Array;
  readonly notBefore: ValidityTime;
  readonly notAfter: ValidityTime;
  readonly subject: DistinguishedName;
  /** DER of the subject's name, as this certificate writes it. */
  readonly subjectDer: Uint8Array;
  /** DER of the SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** In the order written, each OID once. */
  readonly extensions: readonly Extension[];
  readonly signatureValue: Uint8Array;
};

function validityTime(element: DerElement, field: string): ValidityTime {
  return {
    at: time(element, field),
    encoding: element.tag === TAG.utcTime ? 'UTCTime' : 'GeneralizedTime',
  };
}

/**
 * Reads the fields of a certificate, without judging them.
 * @throws MalformedDer also for an extension given twice and for fields that the version does not have
 */
export function readCertificateFields(der: Uint8Array): CertificateFields {
  const outer = new DerReader(onlyElement(der, TAG.sequence, 'certificate').content, 'certificate');
  const { content: tbs, algorithm: signatureAlgorithm, signature: signatureValue } = readSigned(outer);
  outer.end();

  const reader = new DerReader(tbs.content, 'tbsCertificate');
  const written = reader.optional(contextTag(0, true));
  const number = written
    ? count(onlyElement(written.content, TAG.integer, 'tbsCertificate.version'), 'tbsCertificate.version')
    : 0;
  if (number > 2 || (written && number === 0)) {
    throw new MalformedDer('tbsCertificate.version', `version number ${number}`);
  }
  const version = number === 2 ? 3 : number === 1 ? 2 : 1;
  const serialNumber = integer(reader.element(TAG.integer), 'tbsCertificate.serialNumber');
  const signature = algorithmIdentifier(reader.element(TAG.sequence), 'tbsCertificate.signature');
  const issuerName = reader.element(TAG.sequence);
  const validity = new DerReader(reader.element(TAG.sequence).content, 'tbsCertificate.validity');
  const notBefore = validityTime(validity.any(), 'tbsCertificate.validity.notBefore');
  const notAfter = validityTime(validity.any(), 'tbsCertificate.validity.notAfter');
  validity.end();
  const subjectName = reader.element(TAG.sequence);
  const subjectPublicKeyInfo = reader.element(TAG.sequence).bytes;
  const identifiers = [reader.optional(contextTag(1, false)), reader.optional(contextTag(2, false))];
  if (version === 1 && identifiers.some((identifier) => identifier !== undefined)) {
    throw new MalformedDer('tbsCertificate.version', 'version 1 with a unique identifier');
  }
  const tagged = reader.optional(contextTag(3, true));
  if (tagged && version !== 3) {
    throw new MalformedDer('tbsCertificate.version', `version ${version} with extensions`);
  }
  const field = 'tbsCertificate.extensions';
  const extensions = tagged ? readExtensions(onlyElement(tagged.content, TAG.sequence, field), field) : [];
  reader.end();
  return {
    tbsCertificate: tbs.bytes,
    version,
    serialNumber,
    signature,
    signatureAlgorithm,
    issuer: DistinguishedName.fromElement(issuerName, 'tbsCertificate.issuer'),
    issuerDer: issuerName.bytes,
    notBefore,
    notAfter,
    subject: DistinguishedName.fromElement(subjectName, 'tbsCertificate.subject'),
    subjectDer: subjectName.bytes,
    subjectPublicKeyInfo,
    extensions,
    signatureValue,
  };
}
