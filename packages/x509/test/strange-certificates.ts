import type { Certificate } from '../src/certificate.ts';
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
  derUtf8String,
} from '../src/der-encoding.ts';
import { EXTENSION, type ExtensionName } from '../src/object-identifiers.ts';
import {
  basicConstraints,
  type CertificatePlan,
  type MadeCertificate,
  type MadeExtension,
  makeAuthority,
  makeSigned,
  NOW,
  nameConstraints,
  san,
  subjectAltName,
} from './made-certificate.ts';

/** The authorities that the certificates below are issued by. */
export const ROOT = makeAuthority({ subject: 'Root' });
const NARROW = makeAuthority({
  subject: 'Narrow',
  issuer: ROOT,
  extensions: [nameConstraints([san.dns('allowed.example')])],
});

/** One row of the table in docs/strange-certificates.md. */
export type StrangeCertificate = {
  /** The row's first column. */
  readonly what: string;
  /** The field that it is refused for; absent where it is accepted. */
  readonly refusedFor?: string;
  /** The bytes as presented. */
  readonly bytes: Uint8Array;
  readonly intermediates: readonly Certificate[];
};

type Plan = Partial<CertificatePlan> & { readonly beside?: readonly MadeCertificate[] };

const leaf = ({ beside = [], ...plan }: Plan): Pick<StrangeCertificate, 'bytes' | 'intermediates'> => ({
  bytes: makeSigned({ subject: 'client', issuer: ROOT, ...plan }).bytes,
  intermediates: beside.map(({ certificate }) => certificate),
});
const extension = (name: ExtensionName, value: Uint8Array, critical = false): MadeExtension => ({
  oid: EXTENSION[name],
  value,
  critical,
});
const bearing = (...extensions: MadeExtension[]) => leaf({ extensions });
const replaced = (index: number, member: (old: Uint8Array) => Uint8Array) =>
  leaf({ alter: (members) => members.map((old, at) => (at === index ? member(old) : old)) });
const UTC = 0x17;
const GENERALIZED = 0x18;
const time = (tag: number, text: string) => der(tag, Buffer.from(text));
const lasting = (from: Uint8Array, to: Uint8Array) => replaced(4, () => derSequence(from, to));
const FROM = time(UTC, '250101000000Z');
const TO = time(UTC, '400101000000Z');
const named = (...rdns: Uint8Array[]) => replaced(5, () => derSequence(...rdns));
const attribute = (type: string, value: Uint8Array) => derSequence(derObjectIdentifier(type), value);
const CN = '2.5.4.3';
const extended = (...extensions: Uint8Array[]) =>
  leaf({ alter: (members) => [...members, der(0xa3, derSequence(...extensions))] });
const rawExtension = (name: ExtensionName, ...rest: Uint8Array[]) =>
  derSequence(derObjectIdentifier(EXTENSION[name]), ...rest);
const usage = derOctetString(derNamedBits([0]));
const OCSP = '1.3.6.1.5.5.7.48.1';
const access = (uri: Uint8Array) => derSequence(derSequence(derObjectIdentifier(OCSP), san.uri(uri)));
const UMLAUT = Buffer.from('http://jürgen.example/');

/** The same value with an indefinite length. */
function indefinite(value: Uint8Array): Uint8Array {
  const header = (value[1] ?? 0) < 0x80 ? 2 : 2 + ((value[1] ?? 0) & 0x7f);
  return Buffer.concat([Buffer.of(value[0] ?? 0, 0x80), value.subarray(header), Buffer.of(0, 0)]);
}

const under = (issuer: MadeCertificate, ...extensions: MadeExtension[]) =>
  leaf({ issuer, extensions, beside: [issuer] });
const authority = (...extensions: MadeExtension[]) =>
  makeAuthority({ subject: 'CA', issuer: ROOT, extensions });

const plain = leaf({});
const empty = makeAuthority({ subject: '', issuer: ROOT });

/** Every kind of certificate that the page tells of. */
export const STRANGE_CERTIFICATES: readonly StrangeCertificate[] = [
  { what: '`critical FALSE` written out', ...extended(rawExtension('keyUsage', derBoolean(false), usage)) },
  {
    what: '`cA FALSE` written out',
    ...bearing(extension('basicConstraints', derSequence(derBoolean(false)), true)),
  },
  { what: 'version 1 written out', ...replaced(0, () => der(0xa0, derInteger(0))) },
  {
    what: '`minimum 0` written out in the constraints of an issuer',
    ...under(
      authority(
        extension(
          'nameConstraints',
          derSequence(der(0xa0, derSequence(san.dns('a.example'), der(0x80, Buffer.of(0))))),
          true,
        ),
      ),
      subjectAltName(san.dns('a.example')),
    ),
  },
  {
    what: 'trailing zero bits in keyUsage',
    ...bearing(extension('keyUsage', der(0x03, Buffer.of(0, 0x80)), true)),
  },
  { what: 'an empty list of extensions', ...extended() },
  {
    what: 'one alternative name that cannot be read beside a good one',
    ...bearing(subjectAltName(san.dns('app.example.com'), san.email(Buffer.from('jürgen@example.com')))),
  },
  { what: 'a subjectAltName that is no list', ...bearing(extension('subjectAltName', Buffer.from('text'))) },
  { what: 'an empty subjectAltName', ...bearing(subjectAltName()) },
  {
    what: 'an empty dNSName, an address of five octets, IPv4 in 16 octets',
    ...bearing(
      subjectAltName(
        san.dns(''),
        san.ip(192, 0, 2, 1, 0),
        san.ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1),
      ),
    ),
  },
  {
    what: 'otherName, registeredID, x400Address',
    ...bearing(
      subjectAltName(
        der(0xa0, derObjectIdentifier('1.2.3'), der(0xa0, derUtf8String('x'))),
        san.registeredId('1.2.3'),
        der(0xa3),
      ),
    ),
  },
  {
    what: 'a location outside ASCII in authorityInfoAccess',
    ...bearing(extension('authorityInfoAccess', access(UMLAUT))),
  },
  {
    what: 'cRLDistributionPoints that cannot be read',
    ...bearing(extension('cRLDistributionPoints', Buffer.from('text'))),
  },
  {
    what: 'an authorityKeyIdentifier with a serial number and no issuer',
    ...bearing(
      extension('authorityKeyIdentifier', derSequence(der(0x80, Buffer.of(1)), der(0x82, Buffer.of(1)))),
    ),
  },
  {
    what: 'certificatePolicies with one policy twice',
    ...bearing(
      extension(
        'certificatePolicies',
        derSequence(derSequence(derObjectIdentifier('1.2.3')), derSequence(derObjectIdentifier('1.2.3'))),
      ),
    ),
  },
  {
    what: 'an unknown extension, not critical, of any content',
    ...bearing({ oid: '1.2.3.4', value: Buffer.from('text') }),
  },
  { what: 'a serial number of 0', ...leaf({ serialNumber: 0 }) },
  { what: 'a negative serial number', ...leaf({ serialNumber: Buffer.of(0x80) }) },
  { what: 'a serial number of 21 octets', ...leaf({ serialNumber: new Uint8Array(21).fill(1) }) },
  {
    what: 'an empty subject',
    ...leaf({ subject: '', extensions: [subjectAltName(san.uri('spiffe://example.org/app'))] }),
  },
  { what: 'an empty issuer', ...under(empty) },
  {
    what: 'several attributes in one relative name',
    ...named(derSet(attribute(CN, derUtf8String('a')), attribute('2.5.4.10', derUtf8String('b')))),
  },
  {
    what: 'T61String, BMPString, UniversalString in names',
    ...named(
      derSet(attribute('2.5.4.6', der(0x14, Buffer.of(0x5a, 0xfc)))),
      derSet(attribute('2.5.4.10', der(0x1e, Buffer.of(0, 0x5a)))),
      derSet(attribute(CN, der(0x1c, Buffer.of(0, 0, 0, 0x5a)))),
    ),
  },
  {
    what: 'an attribute of an unknown type whose value is no text',
    ...named(derSet(attribute('1.2.3.4.5', derSequence(derInteger(1))))),
  },
  { what: 'an empty relative name', ...named(der(0x31)), refusedFor: 'tbsCertificate.subject' },
  { what: 'a GeneralizedTime before 2050', ...lasting(FROM, time(GENERALIZED, '20400101000000Z')) },
  {
    what: 'the last second of the year 9999',
    ...lasting(FROM, time(GENERALIZED, '99991231235959Z')),
  },
  {
    what: 'a month 13',
    ...lasting(FROM, time(GENERALIZED, '20401301000000Z')),
    refusedFor: 'tbsCertificate.validity.notAfter',
  },
  {
    what: 'a UTCTime with an offset',
    ...lasting(time(UTC, '240101000000+0100'), TO),
    refusedFor: 'tbsCertificate.validity.notBefore',
  },
  {
    what: 'a UTCTime without seconds',
    ...lasting(time(UTC, '2401010000Z'), TO),
    refusedFor: 'certificate',
  },
  {
    what: 'a GeneralizedTime with a fraction',
    ...lasting(FROM, time(GENERALIZED, '20600101000000.5Z')),
    refusedFor: 'tbsCertificate.validity.notAfter',
  },
  {
    what: 'a GeneralizedTime without a zone',
    ...lasting(FROM, time(GENERALIZED, '20600101000000')),
    refusedFor: 'certificate',
  },
  {
    what: 'a leap second',
    ...lasting(FROM, time(UTC, '400630235960Z')),
    refusedFor: 'tbsCertificate.validity.notAfter',
  },
  {
    what: 'unique identifiers in version 2 or 3',
    ...leaf({ alter: (members) => [...members, der(0x81, Buffer.of(0, 1)), der(0x82, Buffer.of(0, 2))] }),
  },
  {
    what: 'version 1 with extensions',
    ...leaf({ version: 1, extensions: [basicConstraints(false)] }),
    refusedFor: 'tbsCertificate.version',
  },
  {
    what: 'version 2 with extensions',
    ...leaf({
      extensions: [basicConstraints(false)],
      alter: ([, ...others]) => [der(0xa0, derInteger(1)), ...others],
    }),
    refusedFor: 'tbsCertificate.version',
  },
  {
    what: 'an extension twice',
    ...extended(rawExtension('keyUsage', usage), rawExtension('keyUsage', usage)),
    refusedFor: 'tbsCertificate.extensions',
  },
  {
    what: 'a BOOLEAN that is neither 00 nor FF',
    ...extended(rawExtension('keyUsage', der(0x01, Buffer.of(1)), usage)),
    refusedFor: 'tbsCertificate.extensions',
  },
  {
    what: 'an extension whose object identifier has 200 octets',
    ...extended(derSequence(der(0x06, Buffer.of(0x2a, ...new Uint8Array(199).fill(1))), usage)),
    refusedFor: 'tbsCertificate.extensions',
  },
  {
    what: 'a critical extension that is not understood',
    ...bearing({ oid: '1.2.3.4', critical: true, value: derNull() }),
    refusedFor: 'extensions.1.2.3.4',
  },
  {
    what: 'a critical extension that cannot be read',
    ...bearing({ ...subjectAltName(san.dns('a.example'), san.email(UMLAUT)), critical: true }),
    refusedFor: 'extensions.subjectAltName.rfc822Name',
  },
  {
    what: 'a keyUsage without a usage',
    ...bearing(extension('keyUsage', der(0x03, Buffer.of(7, 0)), true)),
    refusedFor: 'extensions.keyUsage',
  },
  {
    what: 'a keyUsage whose unused bits are set',
    ...bearing(extension('keyUsage', der(0x03, Buffer.of(7, 0xff)), true)),
    refusedFor: 'extensions.keyUsage',
  },
  {
    what: 'basicConstraints that cannot be read',
    ...bearing(extension('basicConstraints', derSequence(derBoolean(true), derBoolean(true)))),
    refusedFor: 'extensions.basicConstraints',
  },
  {
    what: 'an extKeyUsage that cannot be read',
    ...bearing(extension('extKeyUsage', derSequence())),
    refusedFor: 'extensions.extKeyUsage',
  },
  {
    what: 'an alternative name that cannot be read, under name constraints',
    ...under(NARROW, subjectAltName(san.dns('allowed.example'), san.email(UMLAUT))),
    refusedFor: 'extensions.subjectAltName.rfc822Name',
  },
  {
    what: 'a subjectAltName that is no list, under name constraints',
    ...under(NARROW, extension('subjectAltName', Buffer.from('text'))),
    refusedFor: 'extensions.subjectAltName',
  },
  {
    what: 'an issuer with any extension that cannot be read',
    ...under(authority(extension('authorityInfoAccess', access(UMLAUT)))),
    refusedFor: 'extensions.authorityInfoAccess.uniformResourceIdentifier',
  },
  {
    what: 'more than 100 extensions',
    ...bearing(...Array.from({ length: 101 }, (_, index) => ({ oid: `1.2.3.4.${index}`, value: derNull() }))),
    refusedFor: 'tbsCertificate.extensions',
  },
  {
    what: 'more than 64 KiB, as with 10,000 alternative names',
    ...bearing(subjectAltName(...Array.from({ length: 10_000 }, (_, index) => san.dns(`${index}.example`)))),
    refusedFor: 'certificate',
  },
  {
    what: 'the outermost values in BER, an indefinite length',
    ...plain,
    bytes: indefinite(plain.bytes),
  },
  {
    what: 'a length in the signed part that is not minimal',
    ...replaced(4, (validity) => Buffer.concat([Buffer.of(0x30, 0x81, 0x1e), validity.subarray(2)])),
    refusedFor: 'tbsCertificate',
  },
  {
    what: 'an indefinite length in the signed part',
    ...replaced(5, indefinite),
    refusedFor: 'tbsCertificate',
  },
  {
    what: 'a subject public key that is none',
    ...replaced(6, () =>
      derSequence(
        derSequence(derObjectIdentifier('1.2.840.113549.1.1.1'), derNull()),
        derBitString(Buffer.from('text')),
      ),
    ),
    refusedFor: 'subjectPublicKeyInfo',
  },
];

/** Held against each: when they are all valid. */
export const AT = NOW;
