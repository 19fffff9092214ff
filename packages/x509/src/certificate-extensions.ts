import {
  boolean,
  contextTag,
  count,
  type DerElement,
  DerReader,
  integer,
  MalformedDer,
  members,
  namedBits,
  objectIdentifier,
  onlyElement,
  TAG,
} from './der.ts';
import { type Extension, extensionNamed } from './extension.ts';
import { type GeneralName, generalName, generalNames } from './general-name.ts';
import type { ExtensionName } from './object-identifiers.ts';

/** The bits of RFC 5280 §4.2.1.3 in their order. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;
/** A bit of keyUsage, by its name in RFC 5280 §4.2.1.3. */
export type KeyUsage = (typeof KEY_USAGES)[number];

/** One mapping of policyMappings (RFC 5280 §4.2.1.5), as OIDs. */
export type PolicyMapping = { readonly issuerDomainPolicy: string; readonly subjectDomainPolicy: string };

/** Where more about an issuer or a subject stands (RFC 5280 §4.2.2): the access method as an OID, and the place. */
export type AccessDescription = { readonly method: string; readonly location: GeneralName };

/** The extensions of RFC 5280 §4.2 that decisions are made from; undefined where absent. */
export type CertificateExtensions = {
  readonly basicConstraints:
    | { readonly cA: boolean; readonly pathLenConstraint: number | undefined }
    | undefined;
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  /** Purposes as OIDs. */
  readonly extKeyUsage: readonly string[] | undefined;
  readonly subjectAltName: readonly GeneralName[] | undefined;
  readonly nameConstraints:
    | { readonly permitted: readonly GeneralName[]; readonly excluded: readonly GeneralName[] }
    | undefined;
  readonly certificatePolicies: readonly string[] | undefined;
  readonly policyMappings: readonly PolicyMapping[] | undefined;
  readonly policyConstraints:
    | {
        readonly requireExplicitPolicy: number | undefined;
        readonly inhibitPolicyMapping: number | undefined;
      }
    | undefined;
  readonly inhibitAnyPolicy: number | undefined;
  readonly authorityKeyIdentifier:
    | {
        readonly keyIdentifier: Uint8Array | undefined;
        readonly hasAuthorityCertIssuer: boolean;
        readonly hasAuthorityCertSerialNumber: boolean;
      }
    | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityInfoAccess: readonly AccessDescription[] | undefined;
};

const sequence = (value: Uint8Array, field: string): DerReader =>
  new DerReader(onlyElement(value, TAG.sequence, field).content, field);
const sequenceOf = (value: Uint8Array, field: string): DerElement[] =>
  members(onlyElement(value, TAG.sequence, field), field);
const oids = (value: Uint8Array, field: string): string[] =>
  sequenceOf(value, field).map((element) =>
    objectIdentifier(onlyElement(element.bytes, TAG.objectIdentifier, field), field),
  );

function basicConstraints(value: Uint8Array, field: string) {
  const reader = sequence(value, field);
  // Many issuers write the default FALSE out, which DER does not allow; it means the same, so it is read.
  const written = reader.optional(TAG.boolean);
  const length = reader.optional(TAG.integer);
  reader.end();
  return {
    cA: written !== undefined && boolean(written, field),
    pathLenConstraint: length && count(length, field),
  };
}

function keyUsage(value: Uint8Array, field: string): ReadonlySet<KeyUsage> {
  const bits = namedBits(onlyElement(value, TAG.bitString, field), field);
  const usages = bits.map((bit) => KEY_USAGES[bit]);
  if (usages.length === 0) throw new MalformedDer(field, 'no usage at all');
  return new Set(usages.filter((usage) => usage !== undefined));
}

function subtrees(list: DerElement | undefined, field: string): GeneralName[] {
  if (!list) return [];
  return members(list, field).map((subtree) => {
    const reader = sequence(subtree.bytes, field);
    const base = generalName(reader.any(), field, 'range');
    // RFC 5280 §4.2.1.10: minimum is 0, which DER leaves out, and maximum is absent.
    if (reader.nextTag !== undefined) throw new MalformedDer(field, 'a subtree with minimum or maximum');
    return base;
  });
}

function nameConstraints(value: Uint8Array, field: string) {
  const reader = sequence(value, field);
  const permitted = reader.optional(contextTag(0, true));
  const excluded = reader.optional(contextTag(1, true));
  reader.end();
  if (!permitted && !excluded) throw new MalformedDer(field, 'neither permitted nor excluded subtrees');
  return {
    permitted: subtrees(permitted, `${field}.permittedSubtrees`),
    excluded: subtrees(excluded, `${field}.excludedSubtrees`),
  };
}

function certificatePolicies(value: Uint8Array, field: string): string[] {
  const policies = sequenceOf(value, field).map((information) => {
    const reader = sequence(information.bytes, field);
    const policy = objectIdentifier(reader.element(TAG.objectIdentifier), field);
    const qualifiers = reader.optional(TAG.sequence);
    reader.end();
    for (const qualifier of qualifiers ? members(qualifiers, field) : []) {
      const parts = sequence(qualifier.bytes, field);
      parts.element(TAG.objectIdentifier);
      parts.any();
      parts.end();
    }
    return policy;
  });
  if (new Set(policies).size !== policies.length) throw new MalformedDer(field, 'one policy more than once');
  return policies;
}

function policyMappings(value: Uint8Array, field: string): PolicyMapping[] {
  return sequenceOf(value, field).map((mapping) => {
    const reader = sequence(mapping.bytes, field);
    const issuerDomainPolicy = objectIdentifier(reader.element(TAG.objectIdentifier), field);
    const subjectDomainPolicy = objectIdentifier(reader.element(TAG.objectIdentifier), field);
    reader.end();
    return { issuerDomainPolicy, subjectDomainPolicy };
  });
}

function policyConstraints(value: Uint8Array, field: string) {
  const reader = sequence(value, field);
  const explicit = reader.optional(contextTag(0, false));
  const mapping = reader.optional(contextTag(1, false));
  reader.end();
  if (!explicit && !mapping) throw new MalformedDer(field, 'an empty policyConstraints');
  return {
    requireExplicitPolicy: explicit && count(explicit, field),
    inhibitPolicyMapping: mapping && count(mapping, field),
  };
}

function authorityKeyIdentifier(value: Uint8Array, field: string) {
  const reader = sequence(value, field);
  const keyIdentifier = reader.optional(contextTag(0, false))?.content;
  const issuer = reader.optional(contextTag(1, true));
  const serial = reader.optional(contextTag(2, false));
  reader.end();
  if (issuer) generalNames(issuer, field);
  if (serial) integer(serial, field);
  if ((issuer === undefined) !== (serial === undefined)) {
    throw new MalformedDer(
      field,
      'one of authorityCertIssuer and authorityCertSerialNumber without the other',
    );
  }
  return {
    keyIdentifier,
    hasAuthorityCertIssuer: issuer !== undefined,
    hasAuthorityCertSerialNumber: serial !== undefined,
  };
}

function accessDescriptions(value: Uint8Array, field: string): AccessDescription[] {
  return sequenceOf(value, field).map((description) => {
    const reader = sequence(description.bytes, field);
    const method = objectIdentifier(reader.element(TAG.objectIdentifier), field);
    const location = generalName(reader.any(), field);
    reader.end();
    return { method, location };
  });
}

const alternativeNames = (value: Uint8Array, field: string): GeneralName[] =>
  generalNames(onlyElement(value, TAG.sequence, field), field);

/**
 * Reads the extensions of RFC 5280 §4.2. Those that decide nothing here (the subject's access information, issuer
 * alternative names) are read too, so that a malformed one is found; unknown ones are left alone.
 * @throws MalformedDer
 */
export function readCertificateExtensions(extensions: readonly Extension[]): CertificateExtensions {
  const read = <T>(name: ExtensionName, parse: (value: Uint8Array, field: string) => T): T | undefined => {
    const extension = extensionNamed(extensions, name);
    return extension && parse(extension.value, `extensions.${name}`);
  };
  read('subjectInfoAccess', accessDescriptions);
  read('issuerAltName', alternativeNames);
  return {
    basicConstraints: read('basicConstraints', basicConstraints),
    keyUsage: read('keyUsage', keyUsage),
    extKeyUsage: read('extKeyUsage', oids),
    subjectAltName: read('subjectAltName', alternativeNames),
    nameConstraints: read('nameConstraints', nameConstraints),
    certificatePolicies: read('certificatePolicies', certificatePolicies),
    policyMappings: read('policyMappings', policyMappings),
    policyConstraints: read('policyConstraints', policyConstraints),
    inhibitAnyPolicy: read('inhibitAnyPolicy', (value, field) =>
      count(onlyElement(value, TAG.integer, field), field),
    ),
    authorityKeyIdentifier: read('authorityKeyIdentifier', authorityKeyIdentifier),
    subjectKeyIdentifier: read(
      'subjectKeyIdentifier',
      (value, field) => onlyElement(value, TAG.octetString, field).content,
    ),
    authorityInfoAccess: read('authorityInfoAccess', accessDescriptions),
  };
}
