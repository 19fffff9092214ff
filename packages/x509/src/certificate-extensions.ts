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
import { type GeneralName, generalName, generalNames, readableOrNot } from './general-name.ts';
import { strictly } from './malformed-certificate.ts';
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

/**
 * The extensions of RFC 5280 §4.2 that are read; undefined where absent. Each is read when it is first asked for, and
 * throws MalformedCertificate, whose message names the field, if it cannot be.
 */
export type CertificateExtensions = {
  readonly basicConstraints:
    | { readonly cA: boolean; readonly pathLenConstraint: number | undefined }
    | undefined;
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  /** Purposes as OIDs. */
  readonly extKeyUsage: readonly string[] | undefined;
  /** Names that cannot be read stand among the others, as such. */
  readonly subjectAltName: readonly GeneralName[] | undefined;
  /** Decides nothing; likewise. */
  readonly issuerAltName: readonly GeneralName[] | undefined;
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
  /** Decides nothing. */
  readonly subjectInfoAccess: readonly AccessDescription[] | undefined;
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
    const minimum = reader.optional(contextTag(0, false));
    if ((minimum && count(minimum, field) !== 0) || reader.nextTag !== undefined) {
      throw new MalformedDer(field, 'a subtree with minimum or maximum');
    }
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
  // One of the two without the other points to nothing (RFC 5280 §4.2.1.1); the key identifier alone is used.
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
    const location = readableOrNot(reader.any(), field);
    reader.end();
    return { method, location };
  });
}

const alternativeNames = (value: Uint8Array, field: string): GeneralName[] =>
  members(onlyElement(value, TAG.sequence, field), field).map((name) => readableOrNot(name, field));

/** Every extension that is read, by its name in RFC 5280 §4.2. */
export const READ_EXTENSIONS = [
  'basicConstraints',
  'keyUsage',
  'extKeyUsage',
  'subjectAltName',
  'issuerAltName',
  'nameConstraints',
  'certificatePolicies',
  'policyMappings',
  'policyConstraints',
  'inhibitAnyPolicy',
  'authorityKeyIdentifier',
  'subjectKeyIdentifier',
  'authorityInfoAccess',
  'subjectInfoAccess',
] as const satisfies readonly (keyof CertificateExtensions)[];
/** The name of an extension that is read. */
export type ReadExtensionName = (typeof READ_EXTENSIONS)[number];

/** Asks `read` when first asked itself, and keeps the answer. */
function once<T>(read: () => T): () => T {
  let held: { readonly value: T } | undefined;
  return () => {
    held ??= { value: read() };
    return held.value;
  };
}

/**
 * Offers the extensions of RFC 5280 §4.2; unknown ones are left alone. Nothing is read yet, and every getter throws
 * MalformedCertificate for its own extension alone.
 */
export function readCertificateExtensions(extensions: readonly Extension[]): CertificateExtensions {
  const lazily = <T>(name: ExtensionName, parse: (value: Uint8Array, field: string) => T) =>
    once((): T | undefined => {
      const extension = extensionNamed(extensions, name);
      return extension && strictly(() => parse(extension.value, `extensions.${name}`));
    });
  const readers = {
    basicConstraints: lazily('basicConstraints', basicConstraints),
    keyUsage: lazily('keyUsage', keyUsage),
    extKeyUsage: lazily('extKeyUsage', oids),
    subjectAltName: lazily('subjectAltName', alternativeNames),
    issuerAltName: lazily('issuerAltName', alternativeNames),
    nameConstraints: lazily('nameConstraints', nameConstraints),
    certificatePolicies: lazily('certificatePolicies', certificatePolicies),
    policyMappings: lazily('policyMappings', policyMappings),
    policyConstraints: lazily('policyConstraints', policyConstraints),
    inhibitAnyPolicy: lazily('inhibitAnyPolicy', (value, field) =>
      count(onlyElement(value, TAG.integer, field), field),
    ),
    authorityKeyIdentifier: lazily('authorityKeyIdentifier', authorityKeyIdentifier),
    subjectKeyIdentifier: lazily(
      'subjectKeyIdentifier',
      (value, field) => onlyElement(value, TAG.octetString, field).content,
    ),
    authorityInfoAccess: lazily('authorityInfoAccess', accessDescriptions),
    subjectInfoAccess: lazily('subjectInfoAccess', accessDescriptions),
  };
  return {
    get basicConstraints() {
      return readers.basicConstraints();
    },
    get keyUsage() {
      return readers.keyUsage();
    },
    get extKeyUsage() {
      return readers.extKeyUsage();
    },
    get subjectAltName() {
      return readers.subjectAltName();
    },
    get issuerAltName() {
      return readers.issuerAltName();
    },
    get nameConstraints() {
      return readers.nameConstraints();
    },
    get certificatePolicies() {
      return readers.certificatePolicies();
    },
    get policyMappings() {
      return readers.policyMappings();
    },
    get policyConstraints() {
      return readers.policyConstraints();
    },
    get inhibitAnyPolicy() {
      return readers.inhibitAnyPolicy();
    },
    get authorityKeyIdentifier() {
      return readers.authorityKeyIdentifier();
    },
    get subjectKeyIdentifier() {
      return readers.subjectKeyIdentifier();
    },
    get authorityInfoAccess() {
      return readers.authorityInfoAccess();
    },
    get subjectInfoAccess() {
      return readers.subjectInfoAccess();
    },
  };
}

/** The names that an extension holds, for those that hold any. */
function namesIn(extensions: CertificateExtensions, name: ReadExtensionName): readonly GeneralName[] {
  switch (name) {
    case 'subjectAltName':
    case 'issuerAltName':
      return extensions[name] ?? [];
    case 'authorityInfoAccess':
    case 'subjectInfoAccess':
      return extensions[name]?.map(({ location }) => location) ?? [];
    default:
      return [];
  }
}

/**
 * Reads one extension to its last name, as is asked of issuers and of what is critical (RFC 5280 §4.2).
 * @throws MalformedCertificate
 */
export function readWhole(extensions: CertificateExtensions, name: ReadExtensionName): void {
  if (extensions[name] === undefined) return;
  const unreadable = namesIn(extensions, name).find((each) => each.kind === 'unreadable');
  if (!unreadable) return;
  strictly(() => {
    throw new MalformedDer(unreadable.field, unreadable.reason);
  });
}

/** Reads every extension to its last name. @throws MalformedCertificate */
export function readEvery(extensions: CertificateExtensions): void {
  for (const name of READ_EXTENSIONS) readWhole(extensions, name);
}
