import type { Extension } from './certificate-fields.ts';
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
import { type GeneralName, generalName } from './general-name.ts';

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
export type KeyUsage = (typeof KEY_USAGES)[number];

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  cRLDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  freshestCRL: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  subjectInfoAccess: '1.3.6.1.5.5.7.1.11',
} as const;
export type ExtensionName = keyof typeof EXTENSION;

const NAMES = new Map<string, string>(Object.entries(EXTENSION).map(([name, oid]) => [oid, name]));
/** The name RFC 5280 gives an extension, else its OID. */
export const extensionName = (oid: string): string => NAMES.get(oid) ?? oid;

export const ANY_POLICY = '2.5.29.32.0';

export type PolicyMapping = { readonly issuerDomainPolicy: string; readonly subjectDomainPolicy: string };

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
  if (issuer) for (const name of members(issuer, field)) generalName(name, field);
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

function accessDescriptions(value: Uint8Array, field: string): void {
  for (const description of sequenceOf(value, field)) {
    const reader = sequence(description.bytes, field);
    objectIdentifier(reader.element(TAG.objectIdentifier), field);
    generalName(reader.any(), field);
    reader.end();
  }
}

const generalNames = (value: Uint8Array, field: string): GeneralName[] =>
  sequenceOf(value, field).map((name) => generalName(name, field));

/**
 * Reads the extensions of RFC 5280 §4.2. Those that decide nothing here (access information, issuer
 * alternative names) are read too, so that a malformed one is found; unknown ones are left alone.
 * @throws MalformedDer
 */
export function readCertificateExtensions(extensions: readonly Extension[]): CertificateExtensions {
  const read = <T>(name: ExtensionName, parse: (value: Uint8Array, field: string) => T): T | undefined => {
    const extension = extensions.find(({ oid }) => oid === EXTENSION[name]);
    return extension && parse(extension.value, `extensions.${name}`);
  };
  read('authorityInfoAccess', accessDescriptions);
  read('subjectInfoAccess', accessDescriptions);
  read('issuerAltName', generalNames);
  return {
    basicConstraints: read('basicConstraints', basicConstraints),
    keyUsage: read('keyUsage', keyUsage),
    extKeyUsage: read('extKeyUsage', oids),
    subjectAltName: read('subjectAltName', generalNames),
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
  };
}
