import type { KeyObject } from 'node:crypto';
import { type Certificate, MalformedCertificate } from '../certificate.ts';
import { EXTENSION as CERTIFICATE_EXTENSION, type KeyUsage } from '../certificate-extensions.ts';
import {
  contextTag,
  type DerElement,
  DerReader,
  MalformedDer,
  objectIdentifier,
  octetAligned,
  onlyElement,
  TAG,
} from '../der.ts';
import type { DistinguishedName } from '../distinguished-name.ts';
import { EXTENSION, type Extensions, extensionValue, unknownCritical } from './extensions.ts';
import { distributionPointName, generalNames } from './name.ts';
import { reasonMask } from './reason.ts';
import type { Signed } from './signature.ts';

/** A DistributionPoint of a certificate (RFC 5280 §4.2.1.13). */
export type DistributionPoint = {
  /** Comparable forms of its names; undefined when it has none. */
  readonly names?: readonly string[];
  readonly uris: readonly string[];
  /** Mask of ReasonFlags; undefined means every reason. */
  readonly reasons?: number;
  /** The directory names of cRLIssuer; undefined means the certificate's own issuer. */
  readonly crlIssuers?: readonly DistinguishedName[];
};

/** What revocation reads from a certificate. */
export type RevocationFields = {
  readonly serial: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** The subject public key's octets without the BIT STRING's header: what OCSP hashes. */
  readonly keyOctets: Uint8Array;
  readonly signed: Signed;
  readonly isCa: boolean;
  /** Undefined when the extension is absent. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  /** Purposes as OIDs. */
  readonly extKeyUsage: readonly string[];
  readonly distributionPoints: readonly DistributionPoint[];
  /** Where delta CRLs for this certificate's CRLs stand (freshestCRL, RFC 5280 §4.2.1.15). */
  readonly freshestUris: readonly string[];
  readonly ocspUris: readonly string[];
  readonly ocspNoCheck: boolean;
  /** RFC 9608: the issuer publishes no revocation information for this certificate. */
  readonly noRevocationAvailable: boolean;
  readonly unknownCritical: readonly string[];
};

const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1';
const MOST_MEMBERS = 100;

/** Every extension that may be critical in a certificate that signs revocation data. */
const UNDERSTOOD = new Set<string>([...Object.values(CERTIFICATE_EXTENSION), ...Object.values(EXTENSION)]);

function boundedMembers(list: DerElement | undefined, field: string): DerElement[] {
  const found = list ? new DerReader(list.content, field).rest() : [];
  if (found.length > MOST_MEMBERS) throw new MalformedDer(field, `more than ${MOST_MEMBERS} members`);
  return found;
}

function distributionPoint({ content }: DerElement, issuer: DistinguishedName): DistributionPoint {
  const field = 'DistributionPoint';
  const reader = new DerReader(content, field);
  const name = reader.optional(contextTag(0, true));
  const reasons = reader.optional(contextTag(1, false));
  const issuers = reader.optional(contextTag(2, true));
  reader.end();
  const crlIssuers = issuers && generalNames(issuers, field).directoryNames;
  const names = name && distributionPointName(name, crlIssuers ? crlIssuers[0] : issuer, field);
  return {
    ...(names && { names: names.comparable }),
    uris: names?.uris ?? [],
    ...(reasons && { reasons: reasonMask(reasons, field) }),
    ...(crlIssuers && { crlIssuers }),
  };
}

const distributionPointsIn = (
  extensions: Extensions,
  extension: 'cRLDistributionPoints' | 'freshestCRL',
  issuer: DistinguishedName,
): DistributionPoint[] =>
  boundedMembers(extensionValue(extensions, extension, TAG.sequence), extension).map((point) =>
    distributionPoint(point, issuer),
  );

/** The URIs in a freshestCRL extension, of a certificate or a CRL (RFC 5280 §5.2.6). @throws MalformedDer */
export const freshestUrisIn = (extensions: Extensions, issuer: DistinguishedName): string[] =>
  distributionPointsIn(extensions, 'freshestCRL', issuer).flatMap(({ uris }) => uris);

function ocspUrisIn(extensions: Extensions): string[] {
  const field = 'authorityInfoAccess';
  return boundedMembers(extensionValue(extensions, field, TAG.sequence), field).flatMap(({ content }) => {
    const description = new DerReader(content, field);
    const method = objectIdentifier(description.element(TAG.objectIdentifier), field);
    const location = description.any();
    const isUri = method === OCSP_ACCESS && location.tag === contextTag(6, false);
    return isUri ? [Buffer.from(location.content).toString('latin1')] : [];
  });
}

function read(certificate: Certificate): RevocationFields {
  const { fields } = certificate;
  const { basicConstraints, keyUsage, extKeyUsage } = certificate.extensions;
  if (!Buffer.from(fields.signature.der).equals(fields.signatureAlgorithm.der)) {
    throw new MalformedDer('tbsCertificate.signature', 'another algorithm than signatureAlgorithm');
  }
  const { issuer, subject, tbsCertificate, signatureAlgorithm, signatureValue } = fields;
  const keyInfo = new DerReader(
    onlyElement(fields.subjectPublicKeyInfo, TAG.sequence, 'subjectPublicKeyInfo').content,
    'subjectPublicKeyInfo',
  );
  keyInfo.element(TAG.sequence);
  const keyOctets = octetAligned(keyInfo.element(TAG.bitString), 'subjectPublicKey');
  const extensions: Extensions = new Map(fields.extensions.map((extension) => [extension.oid, extension]));
  return {
    serial: fields.serialNumber,
    issuer,
    subject,
    keyOctets,
    signed: { content: tbsCertificate, algorithm: signatureAlgorithm, signature: signatureValue },
    isCa: basicConstraints?.cA === true,
    keyUsage,
    extKeyUsage: extKeyUsage ?? [],
    distributionPoints: distributionPointsIn(extensions, 'cRLDistributionPoints', issuer),
    freshestUris: freshestUrisIn(extensions, issuer),
    ocspUris: ocspUrisIn(extensions),
    ocspNoCheck: extensions.has(EXTENSION.ocspNoCheck),
    noRevocationAvailable: extensions.has(EXTENSION.noRevocationAvailable),
    unknownCritical: unknownCritical(extensions, UNDERSTOOD),
  };
}

const known = new WeakMap<Certificate, RevocationFields>();

/**
 * What revocation reads from a certificate; read once and remembered as long as the certificate lives.
 * @throws MalformedDer when a field or extension that it needs is not DER
 */
export function fieldsOf(certificate: Certificate): RevocationFields {
  const remembered = known.get(certificate);
  if (remembered) return remembered;
  try {
    const fields = read(certificate);
    known.set(certificate, fields);
    return fields;
  } catch (error) {
    if (error instanceof MalformedCertificate) throw new MalformedDer('certificate', error.message);
    throw error;
  }
}

/** @throws MalformedDer when the public key is of a kind that cannot be read */
export function publicKeyOf(certificate: Certificate): KeyObject {
  try {
    return certificate.x509.publicKey;
  } catch {
    throw new MalformedDer('subjectPublicKeyInfo', 'a key that cannot be read');
  }
}
