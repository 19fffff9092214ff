import { createHash, generateKeyPairSync, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto';
import { Certificate } from '../src/certificate.ts';
import {
  der,
  derBitString,
  derBoolean,
  derInteger,
  derNamedBits,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derUtf8String,
} from '../src/der-encoding.ts';
import { attributeTypeOf } from '../src/distinguished-name.ts';
import { EXTENSION, type ExtensionName } from '../src/object-identifiers.ts';

/** Within the validity of every certificate made here, unless it says otherwise. */
export const NOW = Date.UTC(2030, 5, 1);

export type MadeExtension = { readonly oid: string; readonly critical?: boolean; readonly value: Uint8Array };

/** An attribute as keyword and text, or with a value that is DER already. */
export type MadeAttribute = readonly [keyword: string, value: string | Uint8Array];

export type CertificatePlan = {
  /** Relative names of one attribute each, root first; a common name alone for short. */
  readonly subject: string | readonly MadeAttribute[];
  /** Absent: self-signed. */
  readonly issuer?: MadeCertificate;
  readonly keys?: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly extensions?: readonly MadeExtension[];
  readonly serialNumber?: number | Uint8Array;
  readonly notBefore?: number;
  readonly notAfter?: number;
  /** Both bounds as the contents of a GeneralizedTime. */
  readonly times?: readonly [notBefore: Uint8Array, notAfter: Uint8Array];
  readonly version?: 1 | 3;
  readonly hash?: 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
  readonly pss?: boolean;
  /** Changes the members of the TBSCertificate, version first and extensions last, before it is signed. */
  readonly alter?: (members: readonly Uint8Array[]) => readonly Uint8Array[];
  /** DER of the AlgorithmIdentifier written, whatever the signature is made with. */
  readonly algorithm?: Uint8Array;
};

export type MadeCertificate = {
  readonly certificate: Certificate;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly subject: Uint8Array;
};

export const ecKeys = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve });
export const rsaKeys = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });

/** DER of a name. */
export function derName(subject: CertificatePlan['subject']): Uint8Array {
  const attributes: readonly MadeAttribute[] =
    typeof subject === 'string' ? (subject === '' ? [] : [['CN', subject]]) : subject;
  return derSequence(
    ...attributes.map(([keyword, value]) =>
      derSet(
        derSequence(
          derObjectIdentifier(attributeTypeOf(keyword) ?? keyword),
          typeof value === 'string' ? derUtf8String(value) : value,
        ),
      ),
    ),
  );
}

const NUMBERS = { md5: 4, sha1: 5, sha256: 11, sha384: 12, sha512: 13 } as const;
const HASH_OIDS = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
const EC_OIDS = { sha1: '1', sha256: '3.2', sha384: '3.3', sha512: '3.4', md5: '0' } as const;

function algorithm({ hash = 'sha256', pss }: CertificatePlan, key: KeyObject): Uint8Array {
  if (key.asymmetricKeyType === 'ed25519') return derSequence(derObjectIdentifier('1.3.101.112'));
  if (key.asymmetricKeyType === 'ec')
    return derSequence(derObjectIdentifier(`1.2.840.10045.4.${EC_OIDS[hash]}`));
  if (key.asymmetricKeyType === 'dsa') return derSequence(derObjectIdentifier('2.16.840.1.101.3.4.3.2'));
  if (!pss) return derSequence(derObjectIdentifier(`1.2.840.113549.1.1.${NUMBERS[hash]}`), derNull());
  const hashing = derSequence(derObjectIdentifier(HASH_OIDS[hash]), derNull());
  return derSequence(
    derObjectIdentifier('1.2.840.113549.1.1.10'),
    derSequence(
      der(0xa0, hashing),
      der(0xa1, derSequence(derObjectIdentifier('1.2.840.113549.1.1.8'), hashing)),
      der(0xa2, derInteger(32)),
    ),
  );
}

/** Makes and signs a certificate, as right or as wrong as the plan says. @throws MalformedCertificate */
export function makeCertificate(plan: CertificatePlan): MadeCertificate {
  const { bytes, ...made } = makeSigned(plan);
  return { certificate: Certificate.fromDer(bytes), ...made };
}

/** Makes and signs what may be too wrong to be a certificate at all. */
export function makeSigned(
  plan: CertificatePlan,
): Omit<MadeCertificate, 'certificate'> & { readonly bytes: Uint8Array } {
  const { publicKey, privateKey } = plan.keys ?? ecKeys();
  const signer = plan.issuer?.privateKey ?? privateKey;
  const subject = derName(plan.subject);
  const signature = plan.algorithm ?? algorithm(plan, signer);
  const version = plan.version ?? 3;
  const extensions = (plan.extensions ?? []).map(({ oid, critical, value }) =>
    derSequence(derObjectIdentifier(oid), ...(critical ? [derBoolean(true)] : []), derOctetString(value)),
  );
  const { serialNumber = 1 } = plan;
  const members = [
    ...(version === 3 ? [der(0xa0, derInteger(2))] : []),
    typeof serialNumber === 'number' ? derInteger(serialNumber) : der(0x02, serialNumber),
    signature,
    plan.issuer?.subject ?? subject,
    derSequence(
      ...(plan.times?.map((content) => der(0x18, content)) ?? [
        derTime(plan.notBefore ?? Date.UTC(2025, 0, 1)),
        derTime(plan.notAfter ?? Date.UTC(2040, 0, 1)),
      ]),
    ),
    subject,
    publicKey.export({ format: 'der', type: 'spki' }),
    ...(extensions.length > 0 ? [der(0xa3, derSequence(...extensions))] : []),
  ];
  const tbs = derSequence(...(plan.alter?.(members) ?? members));
  const input: SignKeyObjectInput = plan.pss ? { key: signer, padding: 6, saltLength: 32 } : { key: signer };
  const hash = signer.asymmetricKeyType === 'ed25519' ? null : (plan.hash ?? 'sha256');
  const bytes = derSequence(tbs, signature, derBitString(sign(hash, tbs, input)));
  return { bytes, publicKey, privateKey, subject };
}

const named = (name: ExtensionName, value: Uint8Array, critical = false): MadeExtension => ({
  oid: EXTENSION[name],
  value,
  critical,
});

export const basicConstraints = (cA: boolean, pathLength?: number): MadeExtension =>
  named(
    'basicConstraints',
    derSequence(
      ...(cA ? [derBoolean(true)] : []),
      ...(pathLength === undefined ? [] : [derInteger(pathLength)]),
    ),
    true,
  );
/** @param bits 0 is digitalSignature, 5 keyCertSign, 6 cRLSign */
export const keyUsage = (...bits: number[]): MadeExtension => named('keyUsage', derNamedBits(bits), true);
export const extendedKeyUsage = (...purposes: string[]): MadeExtension =>
  named('extKeyUsage', derSequence(...purposes.map((oid) => derObjectIdentifier(oid))));
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

const keyIdentifier = (key: KeyObject): Uint8Array =>
  createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest()
    .subarray(0, 20);
export const subjectKeyIdentifier = (key: KeyObject): MadeExtension =>
  named('subjectKeyIdentifier', derOctetString(keyIdentifier(key)));
export const authorityKeyIdentifier = (key: KeyObject): MadeExtension =>
  named('authorityKeyIdentifier', derSequence(der(0x80, keyIdentifier(key))));

/** General names as DER. */
export const san = {
  email: (text: string | Uint8Array) => der(0x81, Buffer.from(text)),
  dns: (text: string | Uint8Array) => der(0x82, Buffer.from(text)),
  uri: (text: string | Uint8Array) => der(0x86, Buffer.from(text)),
  ip: (...octets: number[]) => der(0x87, Uint8Array.from(octets)),
  directoryName: (subject: CertificatePlan['subject']) => der(0xa4, derName(subject)),
  registeredId: (oid: string) => der(0x88, derObjectIdentifier(oid).subarray(2)),
};
export const subjectAltName = (...names: Uint8Array[]): MadeExtension =>
  named('subjectAltName', derSequence(...names));

export const nameConstraints = (permitted: Uint8Array[], excluded: Uint8Array[] = []): MadeExtension => {
  const list = (tag: number, names: Uint8Array[]): Uint8Array[] =>
    names.length === 0 ? [] : [der(tag, ...names.map((name) => derSequence(name)))];
  return named('nameConstraints', derSequence(...list(0xa0, permitted), ...list(0xa1, excluded)), true);
};

export const certificatePolicies = (...policies: string[]): MadeExtension =>
  named('certificatePolicies', derSequence(...policies.map((oid) => derSequence(derObjectIdentifier(oid)))));
export const policyMappings = (...mappings: readonly (readonly [string, string])[]): MadeExtension =>
  named(
    'policyMappings',
    derSequence(
      ...mappings.map(([issuer, subject]) =>
        derSequence(derObjectIdentifier(issuer), derObjectIdentifier(subject)),
      ),
    ),
  );

/** A CA's certificate as RFC 5280 §4 wants it. */
export function makeAuthority(plan: CertificatePlan, pathLength?: number): MadeCertificate {
  const keys = plan.keys ?? ecKeys();
  return makeCertificate({
    ...plan,
    keys,
    extensions: [
      basicConstraints(true, pathLength),
      keyUsage(5, 6),
      subjectKeyIdentifier(keys.publicKey),
      ...(plan.issuer ? [authorityKeyIdentifier(plan.issuer.publicKey)] : []),
      ...(plan.extensions ?? []),
    ],
  });
}

/** A client's certificate as RFC 5280 §4 wants it. */
export function makeClient(plan: CertificatePlan & { readonly issuer: MadeCertificate }): MadeCertificate {
  return makeCertificate({
    ...plan,
    extensions: [
      keyUsage(0),
      extendedKeyUsage(CLIENT_AUTH),
      authorityKeyIdentifier(plan.issuer.publicKey),
      ...(plan.extensions ?? []),
    ],
  });
}
