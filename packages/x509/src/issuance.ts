import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import ipaddr from 'ipaddr.js';
import { Certificate, MalformedCertificate } from './certificate.ts';
import { certificateDescription } from './certificate-description.ts';
import { contextTag } from './der.ts';
import {
  der,
  derBitString,
  derBoolean,
  derIa5String,
  derInteger,
  derNamedBits,
  derNull,
  derObjectIdentifier,
  derOctetString,
  derPrintableString,
  derSequence,
  derSet,
  derTime,
  derUtf8String,
} from './der-encoding.ts';
import { ATTRIBUTE } from './distinguished-name/attribute-type.ts';
import { type AttributeTypeAndValue, DistinguishedName } from './distinguished-name.ts';
import { EXTENSION, type ExtensionName, KEY_PURPOSE } from './object-identifiers.ts';
import { SIGNATURE_ALGORITHM } from './signed-data/algorithms.ts';
import { PublicKey } from './signed-data/public-key.ts';

/** Thrown when a certificate cannot be issued as asked; the message says what to ask instead. */
export class CannotIssueCertificate extends Error {
  override readonly name = 'CannotIssueCertificate';
}

/** The keys that certificates are issued for. */
export const KEY_TYPES = ['RSA-2048', 'RSA-3072', 'EC-P256', 'EC-P384', 'Ed25519'] as const;
/** One of `KEY_TYPES`. */
export type KeyType = (typeof KEY_TYPES)[number];

/** What a certificate is for: a TLS server's, a TLS client's, or one that issues others. */
export const CERTIFICATE_USAGES = ['server', 'client', 'ca'] as const;
/** One of `CERTIFICATE_USAGES`. */
export type CertificateUsage = (typeof CERTIFICATE_USAGES)[number];

/** Names of RFC 5280 §4.2.1.6, by kind. */
export type SubjectAltNames = {
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  readonly uri?: readonly string[];
  readonly email?: readonly string[];
};

/** What to issue, and by whom. */
export type CertificateRequest = {
  /** RFC 4514 text such as `CN=client,O=Example`; empty when the alternative names say it all. */
  readonly subject: string;
  readonly subjectAltNames?: SubjectAltNames;
  readonly keyType: KeyType;
  /** Days of validity from `now` on. */
  readonly days: number;
  readonly usage: CertificateUsage;
  /** Absent: the certificate is self-signed. */
  readonly issuer?: { readonly certificate: Certificate; readonly privateKey: KeyObject };
  /** For a CA: how many CAs may follow it in a path (RFC 5280 §4.2.1.9). */
  readonly pathLength?: number;
  /** Milliseconds since the epoch; the certificate is valid from this second on. */
  readonly now: number;
};

/** The certificate and the only copy of its private key. */
export type IssuedCertificate = { readonly certificate: Certificate; readonly privateKey: KeyObject };

const DAY_MS = 86_400_000;

/** RFC 5280 §4.1.2.5: the last moment a certificate can name. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Makes a key pair and a certificate for it (RFC 5280): for development, for tests, and for a server's
 * first key. Extensions are those of RFC 5280 §4.2.1 that TLS peers look at, basic constraints and key usage
 * critical; the serial number is 127 random bits.
 * @throws CannotIssueCertificate when the request or the issuer does not allow it
 */
export async function issueCertificate(request: CertificateRequest): Promise<IssuedCertificate> {
  const subject = encodeName(parseSubject(request.subject));
  const names = encodeSubjectAltNames(request.subjectAltNames ?? {});
  const subjectIsEmpty = subject.length === 2;
  if (subjectIsEmpty && (names === undefined || request.usage === 'ca')) {
    throw new CannotIssueCertificate('an empty subject needs an alternative name, and never suits a CA');
  }
  const notBefore = Math.floor(request.now / 1000) * 1000;
  const notAfter = notBefore + request.days * DAY_MS;
  if (!(request.days > 0) || notAfter > END_OF_TIME) {
    throw new CannotIssueCertificate(
      `${request.days} days of validity; expected more than 0, ending before 10000`,
    );
  }
  refuseUnfitIssuer(request);
  const { publicKey, privateKey } = await generateKeys(request.keyType);
  const subjectPublicKey = PublicKey.fromDer(publicKey.export({ format: 'der', type: 'spki' }));
  const ownKeyIdentifier = keyIdentifier(subjectPublicKey);
  const signer = request.issuer?.privateKey ?? privateKey;
  const issuer =
    request.issuer === undefined
      ? { subject, keyIdentifier: ownKeyIdentifier }
      : readIssuer(request.issuer.certificate);
  const { algorithm, digest } = signatureAlgorithm(signer);
  const extensions = [
    ...usageExtensions(request, publicKey),
    extension('subjectKeyIdentifier', derOctetString(ownKeyIdentifier)),
    extension('authorityKeyIdentifier', derSequence(der(contextTag(0, false), issuer.keyIdentifier))),
    ...(names === undefined ? [] : [extension('subjectAltName', names, subjectIsEmpty)]),
  ];
  const tbsCertificate = derSequence(
    der(contextTag(0, true), derInteger(2)),
    derInteger(serialNumber()),
    algorithm,
    issuer.subject,
    derSequence(derTime(notBefore), derTime(notAfter)),
    subject,
    subjectPublicKey.der,
    der(contextTag(3, true), derSequence(...extensions)),
  );
  const signature = sign(digest, tbsCertificate, signer);
  const certificate = Certificate.fromDer(
    new Uint8Array(derSequence(tbsCertificate, algorithm, derBitString(signature))),
  );
  return { certificate, privateKey };
}

function refuseUnfitIssuer({ issuer, usage, pathLength }: CertificateRequest): void {
  if (pathLength !== undefined && (usage !== 'ca' || !Number.isSafeInteger(pathLength) || pathLength < 0)) {
    throw new CannotIssueCertificate(
      `path length ${pathLength}; it is a whole number from 0, for a CA alone`,
    );
  }
  if (issuer === undefined) return;
  const { x509 } = issuer.certificate;
  const named = certificateDescription(issuer.certificate).subject;
  if (!x509.ca) {
    throw new CannotIssueCertificate(`"${named}" is not a CA: its certificate may issue none`);
  }
  if (!x509.checkPrivateKey(issuer.privateKey)) {
    throw new CannotIssueCertificate(`the private key given is not that of the CA "${named}"`);
  }
}

/** Positive, and at most the 20 octets of RFC 5280 §4.1.2.2. */
function serialNumber(): Uint8Array {
  const octets = randomBytes(16);
  octets[0] = (octets[0] ?? 0) & 0x7f;
  return octets;
}

const generate = promisify(generateKeyPair);

type KeyPair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject };

function generateKeys(keyType: KeyType): Promise<KeyPair> {
  switch (keyType) {
    case 'RSA-2048':
      return generate('rsa', { modulusLength: 2048 });
    case 'RSA-3072':
      return generate('rsa', { modulusLength: 3072 });
    case 'EC-P256':
      return generate('ec', { namedCurve: 'prime256v1' });
    case 'EC-P384':
      return generate('ec', { namedCurve: 'secp384r1' });
    case 'Ed25519':
      return generate('ed25519', {});
  }
}

/** The `AlgorithmIdentifier` a key signs under, and the digest it signs with: as strong as its curve. */
function signatureAlgorithm(key: KeyObject): { algorithm: Uint8Array; digest: string | null } {
  if (key.asymmetricKeyType === 'rsa') {
    const algorithm = derSequence(
      derObjectIdentifier(SIGNATURE_ALGORITHM.sha256WithRSAEncryption),
      derNull(),
    );
    return { algorithm, digest: 'sha256' };
  }
  if (key.asymmetricKeyType === 'ed25519') {
    return { algorithm: derSequence(derObjectIdentifier(SIGNATURE_ALGORITHM.Ed25519)), digest: null };
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const ecdsa = ECDSA_BY_CURVE.get(curve);
  if (key.asymmetricKeyType === 'ec' && ecdsa !== undefined) {
    return { algorithm: derSequence(derObjectIdentifier(ecdsa.oid)), digest: ecdsa.digest };
  }
  throw new CannotIssueCertificate(
    `the issuer's key is of type ${key.asymmetricKeyType} ${curve ?? ''}; RSA, P-256, P-384, P-521 and Ed25519 can sign`,
  );
}

/** RFC 5758 §3.2. */
const ECDSA_BY_CURVE = new Map<string | undefined, { readonly oid: string; readonly digest: string }>([
  ['prime256v1', { oid: SIGNATURE_ALGORITHM['ecdsa-with-SHA256'], digest: 'sha256' }],
  ['secp384r1', { oid: SIGNATURE_ALGORITHM['ecdsa-with-SHA384'], digest: 'sha384' }],
  ['secp521r1', { oid: SIGNATURE_ALGORITHM['ecdsa-with-SHA512'], digest: 'sha512' }],
]);

/** RFC 7093 §2, method 1: the first 160 bits of the SHA-256 of the public key's bits. */
const keyIdentifier = ({ octets }: PublicKey): Uint8Array =>
  createHash('sha256').update(octets).digest().subarray(0, 20);

/** The issuer's subject byte for byte, for names chain by their encoding, and its key identifier. */
function readIssuer(certificate: Certificate): { subject: Uint8Array; keyIdentifier: Uint8Array } {
  try {
    return {
      subject: certificate.fields.subjectDer,
      keyIdentifier: certificate.extensions.subjectKeyIdentifier ?? keyIdentifier(certificate.publicKey),
    };
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new CannotIssueCertificate(`the CA's certificate cannot be read: ${cause.message}`, { cause });
  }
}

const extension = (name: ExtensionName, value: Uint8Array, critical = false): Uint8Array =>
  derSequence(
    derObjectIdentifier(EXTENSION[name]),
    ...(critical ? [derBoolean(true)] : []),
    derOctetString(value),
  );

/** RFC 5280 §4.2.1.3: bits of the key usage. */
const DIGITAL_SIGNATURE = 0;
const KEY_ENCIPHERMENT = 2;
const KEY_CERT_SIGN = 5;
const CRL_SIGN = 6;

function usageExtensions({ usage, pathLength }: CertificateRequest, publicKey: KeyObject): Uint8Array[] {
  if (usage === 'ca') {
    const limit = pathLength === undefined ? [] : [derInteger(pathLength)];
    return [
      extension('basicConstraints', derSequence(derBoolean(true), ...limit), true),
      extension('keyUsage', derNamedBits([DIGITAL_SIGNATURE, KEY_CERT_SIGN, CRL_SIGN]), true),
    ];
  }
  // TLS 1.2 clients that choose an RSA key exchange look for keyEncipherment in a server's certificate.
  const bits =
    usage === 'server' && publicKey.asymmetricKeyType === 'rsa'
      ? [DIGITAL_SIGNATURE, KEY_ENCIPHERMENT]
      : [DIGITAL_SIGNATURE];
  const purpose = usage === 'server' ? KEY_PURPOSE.serverAuth : KEY_PURPOSE.clientAuth;
  return [
    extension('basicConstraints', derSequence(), true),
    extension('keyUsage', derNamedBits(bits), true),
    extension('extKeyUsage', derSequence(derObjectIdentifier(purpose))),
  ];
}

function parseSubject(text: string): DistinguishedName {
  try {
    return DistinguishedName.parse(text);
  } catch (cause) {
    throw new CannotIssueCertificate(
      `subject ${JSON.stringify(text)}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

const encodeName = (name: DistinguishedName): Uint8Array =>
  derSequence(...name.rdns.map((rdn) => derSet(...rdn.map(encodeAttribute))));

function encodeAttribute({ type, value }: AttributeTypeAndValue): Uint8Array {
  const encoded = value.kind === 'der' ? value.der : encodeAttributeText(type, value.text);
  return derSequence(derObjectIdentifier(type), encoded);
}

/** The string types RFC 5280 Appendix A gives to attributes; UTF8String where it leaves a choice. */
function encodeAttributeText(type: string, text: string): Uint8Array {
  if (text === '') throw new CannotIssueCertificate(`the subject's attribute ${type} is empty`);
  switch (type) {
    case ATTRIBUTE.C:
      if (/^[A-Za-z]{2}$/.test(text)) return derPrintableString(text);
      throw new CannotIssueCertificate(
        `country ${JSON.stringify(text)}; expected two letters, as in ISO 3166`,
      );
    case ATTRIBUTE.serialNumber:
    case ATTRIBUTE.dnQualifier:
      if (/^[A-Za-z0-9 '()+,\-./:=?]+$/.test(text)) return derPrintableString(text);
      throw new CannotIssueCertificate(`${JSON.stringify(text)} has characters PrintableString lacks`);
    case ATTRIBUTE.DC:
    case ATTRIBUTE.emailAddress:
      return derIa5String(ascii(text, 'subject attribute'));
    default:
      return derUtf8String(text);
  }
}

/** `GeneralNames`, or undefined when none is asked for. */
function encodeSubjectAltNames({
  dns = [],
  ip = [],
  uri = [],
  email = [],
}: SubjectAltNames): Uint8Array | undefined {
  const names = [
    ...email.map((name) => generalName(1, Buffer.from(ascii(name, 'e-mail address')))),
    ...dns.map((name) => generalName(2, Buffer.from(dnsName(name)))),
    ...uri.map((name) => generalName(6, Buffer.from(absoluteUri(name)))),
    ...ip.map((name) => generalName(7, address(name))),
  ];
  return names.length === 0 ? undefined : derSequence(...names);
}

const generalName = (choice: number, content: Uint8Array): Uint8Array =>
  der(contextTag(choice, false), content);

function ascii(text: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new CannotIssueCertificate(
    `${what} ${JSON.stringify(text)}; expected printable ASCII without spaces`,
  );
}

function dnsName(name: string): string {
  const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
  if (name.length <= 253 && new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`).test(name)) return name;
  throw new CannotIssueCertificate(
    `DNS name ${JSON.stringify(name)}; expected letters, digits and hyphens, other scripts as "xn--"`,
  );
}

function absoluteUri(name: string): string {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:./.test(name)) return ascii(name, 'URI');
  throw new CannotIssueCertificate(`URI ${JSON.stringify(name)}; expected an absolute one, with its scheme`);
}

function address(text: string): Uint8Array {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) {
    throw new CannotIssueCertificate(`${JSON.stringify(text)} is not an IP address`);
  }
  return Uint8Array.from(ipaddr.parse(text).toByteArray());
}
