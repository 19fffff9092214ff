import {
  boolean,
  contextTag,
  count,
  type DerElement,
  DerReader,
  integer,
  MalformedDer,
  members,
  objectIdentifier,
  octetAligned,
  onlyElement,
  TAG,
  time,
} from './der.ts';
import { DistinguishedName } from './distinguished-name.ts';

export type AlgorithmIdentifier = {
  readonly oid: string;
  /** DER of the parameters; undefined when absent. */
  readonly parameters: Uint8Array | undefined;
  /** DER of the whole, for comparison. */
  readonly der: Uint8Array;
};

export type Extension = {
  readonly oid: string;
  readonly critical: boolean;
  /** What the extension's OCTET STRING holds. */
  readonly value: Uint8Array;
};

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
  readonly notBefore: ValidityTime;
  readonly notAfter: ValidityTime;
  readonly subject: DistinguishedName;
  /** DER of the SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** In the order written, each OID once. */
  readonly extensions: readonly Extension[];
  readonly signatureValue: Uint8Array;
};

export function algorithmIdentifier(element: DerElement, field: string): AlgorithmIdentifier {
  const reader = new DerReader(element.content, field);
  const oid = objectIdentifier(reader.element(TAG.objectIdentifier), field);
  const parameters = reader.nextTag === undefined ? undefined : reader.any().bytes;
  reader.end();
  return { oid, parameters, der: element.bytes };
}

function validityTime(element: DerElement, field: string): ValidityTime {
  return {
    at: time(element, field),
    encoding: element.tag === TAG.utcTime ? 'UTCTime' : 'GeneralizedTime',
  };
}

function extension(element: DerElement): Extension {
  const field = 'tbsCertificate.extensions';
  const reader = new DerReader(onlyElement(element.bytes, TAG.sequence, field).content, field);
  const oid = objectIdentifier(reader.element(TAG.objectIdentifier), field);
  const written = reader.optional(TAG.boolean);
  const critical = written !== undefined && boolean(written, field);
  if (written && !critical) throw new MalformedDer(field, `critical FALSE written out in extension ${oid}`);
  const value = reader.element(TAG.octetString).content;
  reader.end();
  return { oid, critical, value };
}

function extensionList(tagged: DerElement): Extension[] {
  const field = 'tbsCertificate.extensions';
  const found = members(onlyElement(tagged.content, TAG.sequence, field), field).map(extension);
  const seen = new Set<string>();
  for (const { oid } of found) {
    if (seen.has(oid)) throw new MalformedDer(field, `extension ${oid} more than once`);
    seen.add(oid);
  }
  return found;
}

/**
 * Reads the fields of a certificate, without judging them.
 * @throws MalformedDer also for an extension given twice and for fields that the version does not have
 */
export function readCertificateFields(der: Uint8Array): CertificateFields {
  const outer = new DerReader(onlyElement(der, TAG.sequence, 'certificate').content, 'certificate');
  const tbs = outer.element(TAG.sequence);
  const signatureAlgorithm = algorithmIdentifier(outer.element(TAG.sequence), 'signatureAlgorithm');
  const signatureValue = octetAligned(outer.element(TAG.bitString), 'signatureValue');
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
  const issuer = DistinguishedName.fromElement(reader.element(TAG.sequence), 'tbsCertificate.issuer');
  const validity = new DerReader(reader.element(TAG.sequence).content, 'tbsCertificate.validity');
  const notBefore = validityTime(validity.any(), 'tbsCertificate.validity.notBefore');
  const notAfter = validityTime(validity.any(), 'tbsCertificate.validity.notAfter');
  validity.end();
  const subject = DistinguishedName.fromElement(reader.element(TAG.sequence), 'tbsCertificate.subject');
  const subjectPublicKeyInfo = reader.element(TAG.sequence).bytes;
  const identifiers = [reader.optional(contextTag(1, false)), reader.optional(contextTag(2, false))];
  if (version === 1 && identifiers.some((identifier) => identifier !== undefined)) {
    throw new MalformedDer('tbsCertificate.version', 'version 1 with a unique identifier');
  }
  const tagged = reader.optional(contextTag(3, true));
  if (tagged && version !== 3) {
    throw new MalformedDer('tbsCertificate.version', `version ${version} with extensions`);
  }
  const extensions = tagged ? extensionList(tagged) : [];
  reader.end();
  return {
    tbsCertificate: tbs.bytes,
    version,
    serialNumber,
    signature,
    signatureAlgorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    subjectPublicKeyInfo,
    extensions,
    signatureValue,
  };
}
