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
import { strictly } from './malformed-certificate.ts';
import { readSigned } from './signed-data.ts';

/** A bound of the validity period and the type it is written in (RFC 5280 §4.1.2.5). */
export type ValidityTime = {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly encoding: 'UTCTime' | 'GeneralizedTime';
};

/** Every field of a certificate (RFC 5280 §4.1), in the order of the standard. */
export const CERTIFICATE_FIELDS = [
  'version',
  'serialNumber',
  'signature',
  'issuer',
  'notBefore',
  'notAfter',
  'subject',
  'subjectPublicKeyInfo',
  'extensions',
  'signatureAlgorithm',
  'signatureValue',
] as const;

/** What a validity and its bounds are called in refusals. */
const VALIDITY = 'tbsCertificate.validity';

/** The elements of a TBSCertificate, none of them opened. */
type Frame = {
  readonly certificate: Uint8Array;
  readonly tbsCertificate: DerElement;
  readonly version: 1 | 2 | 3;
  readonly serialNumber: DerElement;
  readonly signature: DerElement;
  readonly issuer: DerElement;
  readonly validity: DerElement;
  readonly subject: DerElement;
  readonly subjectPublicKeyInfo: DerElement;
  /** What the tag of the extensions holds. */
  readonly extensions: Uint8Array | undefined;
};

function versionOf(written: DerElement | undefined): 1 | 2 | 3 {
  const field = 'tbsCertificate.version';
  // The default, version 1, written out is not DER, and means what leaving it out means.
  const number = written ? count(onlyElement(written.content, TAG.integer, field), field) : 0;
  if (number > 2) throw new MalformedDer(field, `version number ${number}`);
  return number === 2 ? 3 : number === 1 ? 2 : 1;
}

function readFrame(der: Uint8Array): Frame {
  const certificate = onlyElement(der, TAG.sequence, 'certificate').content;
  const tbsCertificate = new DerReader(certificate, 'certificate').element(TAG.sequence);
  const reader = new DerReader(tbsCertificate.content, 'tbsCertificate');
  const version = versionOf(reader.optional(contextTag(0, true)));
  const elements = {
    serialNumber: reader.element(TAG.integer),
    signature: reader.element(TAG.sequence),
    issuer: reader.element(TAG.sequence),
    validity: reader.element(TAG.sequence),
    subject: reader.element(TAG.sequence),
    subjectPublicKeyInfo: reader.element(TAG.sequence),
  };
  const identifiers = [reader.optional(contextTag(1, false)), reader.optional(contextTag(2, false))];
  if (version === 1 && identifiers.some((identifier) => identifier !== undefined)) {
    throw new MalformedDer('tbsCertificate.version', 'version 1 with a unique identifier');
  }
  const extensions = reader.optional(contextTag(3, true))?.content;
  if (extensions && version !== 3) {
    throw new MalformedDer('tbsCertificate.version', `version ${version} with extensions`);
  }
  reader.end();
  return { certificate, tbsCertificate, version, ...elements, extensions };
}

/** The bounds of the validity as elements, neither of them read. */
function bounds(validity: DerElement): Readonly<Record<'notBefore' | 'notAfter', DerElement>> {
  const reader = new DerReader(validity.content, VALIDITY);
  const [notBefore, notAfter] = [reader.any(), reader.any()];
  reader.end();
  return { notBefore, notAfter };
}

function validityTime(element: DerElement, field: string): ValidityTime {
  return {
    at: time(element, field),
    encoding: element.tag === TAG.utcTime ? 'UTCTime' : 'GeneralizedTime',
  };
}

/**
 * The fields of a certificate (RFC 5280 §4.1). The frame is whole: every element there that the version has, and
 * none besides. What stands in an element is read, strictly, when it is first asked for, so that one that cannot be
 * read harms nobody who does not need it. Every getter throws MalformedCertificate, whose message names the field.
 */
export class CertificateFields {
  readonly #frame: Frame;
  #signed: ReturnType<typeof readSigned> | undefined;
  #issuer: DistinguishedName | undefined;
  #subject: DistinguishedName | undefined;
  #extensions: readonly Extension[] | undefined;

  /** @throws MalformedCertificate when the frame is not a certificate's, also for fields that the version does not have */
  constructor(der: Uint8Array) {
    this.#frame = strictly(() => readFrame(der));
  }

  /** DER of the TBSCertificate: what is signed. */
  get tbsCertificate(): Uint8Array {
    return this.#frame.tbsCertificate.bytes;
  }

  get version(): 1 | 2 | 3 {
    return this.#frame.version;
  }

  /** Two's-complement octets. */
  get serialNumber(): Uint8Array {
    return strictly(() => integer(this.#frame.serialNumber, 'tbsCertificate.serialNumber'));
  }

  /** The algorithm within the signed part; it must be the same as `signatureAlgorithm`. */
  get signature(): AlgorithmIdentifier {
    return strictly(() => algorithmIdentifier(this.#frame.signature, 'tbsCertificate.signature'));
  }

  /** The algorithm beside the signature. */
  get signatureAlgorithm(): AlgorithmIdentifier {
    return this.#outer.algorithm;
  }

  get signatureValue(): Uint8Array {
    return this.#outer.signature;
  }

  get #outer(): ReturnType<typeof readSigned> {
    this.#signed ??= strictly(() => {
      const reader = new DerReader(this.#frame.certificate, 'certificate');
      const signed = readSigned(reader);
      reader.end();
      return signed;
    });
    return this.#signed;
  }

  get issuer(): DistinguishedName {
    this.#issuer ??= strictly(() =>
      DistinguishedName.fromElement(this.#frame.issuer, 'tbsCertificate.issuer'),
    );
    return this.#issuer;
  }

  /** DER of the issuer's name, as this certificate writes it. */
  get issuerDer(): Uint8Array {
    return this.#frame.issuer.bytes;
  }

  get notBefore(): ValidityTime {
    return strictly(() => validityTime(bounds(this.#frame.validity).notBefore, `${VALIDITY}.notBefore`));
  }

  get notAfter(): ValidityTime {
    return strictly(() => validityTime(bounds(this.#frame.validity).notAfter, `${VALIDITY}.notAfter`));
  }

  get subject(): DistinguishedName {
    this.#subject ??= strictly(() =>
      DistinguishedName.fromElement(this.#frame.subject, 'tbsCertificate.subject'),
    );
    return this.#subject;
  }

  /** DER of the subject's name, as this certificate writes it. */
  get subjectDer(): Uint8Array {
    return this.#frame.subject.bytes;
  }

  /** DER of the SubjectPublicKeyInfo. */
  get subjectPublicKeyInfo(): Uint8Array {
    return this.#frame.subjectPublicKeyInfo.bytes;
  }

  /** In the order written, each OID once; their values unread. */
  get extensions(): readonly Extension[] {
    const { extensions } = this.#frame;
    const field = 'tbsCertificate.extensions';
    this.#extensions ??= extensions
      ? strictly(() => readExtensions(onlyElement(extensions, TAG.sequence, field), field))
      : [];
    return this.#extensions;
  }
}
