import { Certificate, MalformedCertificate } from './certificate.ts';
import { contextTag } from './der.ts';
import { adviceFor, type Format, formatOf, nameOfFormat } from './foreign-format.ts';
import { MalformedBer, readBer } from './key-store/ber.ts';
import { CONTENT_TYPE } from './key-store/pkcs12-oids.ts';
import {
  isCertificateBlock,
  isPrivateKeyLabel,
  MalformedPem,
  type PemBlock,
  pemBlockBytes,
  pemBlockCertificate,
  readPemBlocks,
  refuseTrustedCertificates,
} from './pem.ts';
import { textOf } from './text-of-bytes.ts';

/** More than any chain or bundle of a client has. */
const MOST_CERTIFICATES = 1000;

const refuse = (what: string, advice: string): never => {
  throw new MalformedCertificate(`this is ${what}, not a certificate; ${advice}`);
};

const refuseFormat = (format: Format): never =>
  refuse(nameOfFormat(format), adviceFor(format, 'certificate'));

const KEY_ADVICE = adviceFor('private key', 'certificate');

/** PEM labels that stand where a certificate is wanted, by what they announce. */
const LABELS: readonly (readonly [label: RegExp, format: Format])[] = [
  [/^(?:NEW )?CERTIFICATE REQUEST$/, 'certificate request'],
  [/PUBLIC KEY$/, 'public key'],
  [/^X509 CRL$/, 'CRL'],
];
const PKCS7_LABEL = /^(?:PKCS7|CMS|PKCS #7 SIGNED DATA)$/;

/** Without the line ends behind what is whole by its own length: the last octet of a signature can be one too. */
function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && [0x0a, 0x0d].includes(bytes[end - 1] ?? 0)) end--;
  return bytes.subarray(0, Math.max(end, wholeLength(bytes)));
}

/** The octets of the values that stand here one after the other, each with its length; 0 where none says its length. */
function wholeLength(bytes: Uint8Array): number {
  let end = 0;
  for (;;) {
    const length = derLength(bytes.subarray(end, end + LONGEST_HEADER));
    if (length === undefined || end + length > bytes.length) return end;
    end += length;
  }
}

function certificateOf(der: Uint8Array, place: string): Certificate {
  try {
    return Certificate.fromDer(new Uint8Array(der));
  } catch (cause) {
    if (!(cause instanceof MalformedCertificate)) throw cause;
    throw new MalformedCertificate(`${place}: ${cause.message}`, { cause });
  }
}

/** The certificate that issued none of the others first, the rest as they stood: a SET has no order. */
function leafFirst(certificates: readonly Certificate[]): Certificate[] {
  const issuers = new Set(
    certificates.filter(({ x509 }) => x509.issuer !== x509.subject).map(({ x509 }) => x509.issuer),
  );
  const leaf = certificates.find(({ x509 }) => !issuers.has(x509.subject));
  return leaf === undefined ? [...certificates] : [leaf, ...certificates.filter((each) => each !== leaf)];
}

/** The certificates of PKCS#7 signed data (RFC 5652 §5.1), whose signatures are not looked at. */
function certificatesOfPkcs7(bytes: Uint8Array): Certificate[] {
  try {
    const info = readBer(bytes).members();
    if (info.next().objectIdentifier() !== CONTENT_TYPE.signedData) return refuseFormat('CMS');
    const signedData = info.next().members(contextTag(0, true)).next().members();
    signedData.next();
    signedData.next();
    signedData.next();
    const certificates = [...(signedData.optional(contextTag(0, true))?.members(contextTag(0, true)) ?? [])];
    if (certificates.length === 0) return refuse('PKCS#7 without certificates in it', 'give one with them');
    refuseTooMany(certificates.length);
    return leafFirst(
      certificates.map(({ encoded }, index) =>
        certificateOf(encoded, `certificate ${index + 1} of the PKCS#7`),
      ),
    );
  } catch (cause) {
    if (!(cause instanceof MalformedBer)) throw cause;
    throw new MalformedCertificate(`this is PKCS#7, but cannot be read: ${cause.message}`, { cause });
  }
}

function refuseTooMany(count: number): void {
  if (count <= MOST_CERTIFICATES) return;
  throw new MalformedCertificate(`${count} certificates; ${MOST_CERTIFICATES} are the most`);
}

/** DER certificates one after the other; undefined when the bytes do not begin with one. */
function concatenated(bytes: Uint8Array): Certificate[] | undefined {
  const certificates: Certificate[] = [];
  let rest = bytes;
  while (rest.length > 0 && certificates.length < MOST_CERTIFICATES) {
    const length = derLength(rest.subarray(0, LONGEST_HEADER));
    if (length === undefined || length > rest.length) return undefined;
    try {
      certificates.push(Certificate.fromDer(new Uint8Array(rest.subarray(0, length))));
    } catch (error) {
      if (error instanceof MalformedCertificate) return undefined;
      throw error;
    }
    rest = rest.subarray(length);
  }
  return rest.length === 0 && certificates.length > 0 ? certificates : undefined;
}

/** Tag, count, and four octets of a length. */
const LONGEST_HEADER = 6;

/** The octets of the SEQUENCE that begins here, with its header; lengths of two to four octets alone. */
function derLength([tag, first = 0, ...octets]: Uint8Array): number | undefined {
  const count = first - 0x80;
  if (tag !== 0x30 || count < 1 || count > 4) return undefined;
  return octets.slice(0, count).reduce((sum, octet) => sum * 256 + octet, 0) + 2 + count;
}

/** Whether bytes are text in UTF-8: DER has control characters in its first octets. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.some((octet) => octet < 0x09 || (octet > 0x0d && octet < 0x20))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function certificatesOfBytes(bytes: Uint8Array): Certificate[] {
  if (isText(bytes)) return certificatesOfText(new TextDecoder().decode(bytes));
  const der = withoutLineEnds(bytes);
  try {
    return [Certificate.fromDer(new Uint8Array(der))];
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    const format = formatOf(der);
    if (format === 'PKCS#7') return certificatesOfPkcs7(der);
    if (format !== undefined && format !== 'certificate') return refuseFormat(format);
    const several = concatenated(der);
    if (several !== undefined) return several;
    if (der[0] === 0x30) throw error;
    return certificatesOfText(textOf(bytes));
  }
}

/** The label and header lines of RFC 1421, such as `Proc-Type: 4,ENCRYPTED`, which stand before an empty line. */
const HEADERS = /^\s*(?:[A-Za-z0-9-]+:[^\n]*\n(?:[ \t]+\S[^\n]*\n)*)+\s*\n/;

const withoutHeaders = (block: PemBlock): PemBlock => ({ ...block, body: block.body.replace(HEADERS, '\n') });

/** The PEM that is meant by text in which line ends, dashes or whole octets were written in another way. */
function plainPem(text: string): string {
  let plain = text.replace(/\p{Cf}/gu, '');
  if (/BEGIN%20/i.test(plain)) {
    try {
      plain = decodeURIComponent(plain.replaceAll('+', '%2B'));
    } catch {
      throw new MalformedPem('the percent-encoding of the PEM is broken');
    }
  }
  // JSON, .env files and YAML write line ends as \n.
  plain = plain.replace(/(?:\\r)?\\n/g, '\n').replaceAll('\\/', '/');
  // Quoted-printable (RFC 2045 §6.7) as mail carries it.
  if (/=3D|=\r?\n[A-Za-z0-9+/]/.test(plain)) plain = plain.replace(/=\r?\n/g, '').replaceAll('=3D', '=');
  return plain.replace(/^[ \t]*>[> \t]*/gm, '');
}

function certificatesOfPem(text: string): Certificate[] {
  const blocks = readPemBlocks(plainPem(text)).map(withoutHeaders);
  refuseTooMany(blocks.length);
  const key = blocks.find(({ label }) => isPrivateKeyLabel(label));
  if (key !== undefined) {
    const alone = !blocks.some(isCertificateBlock);
    throw new MalformedPem(
      alone
        ? `${key.place}: this is a private key (${key.label}), not a certificate; ${KEY_ADVICE}`
        : `${key.place}: a private key (${key.label}) stands where only certificates belong; leave it out`,
    );
  }
  refuseTrustedCertificates(blocks);
  const certificates = blocks.flatMap((block) => {
    if (isCertificateBlock(block)) return [pemBlockCertificateOrPkcs7(block)].flat();
    return PKCS7_LABEL.test(block.label) ? certificatesOfPkcs7(pemBlockBytes(block)) : [];
  });
  if (certificates.length > 0) return certificates;
  for (const { label } of blocks) {
    const [, format] = LABELS.find(([pattern]) => pattern.test(label)) ?? [];
    if (format !== undefined) return refuseFormat(format);
  }
  const found = blocks.map(({ label }) => label).join(', ');
  throw new MalformedPem(`no "-----BEGIN CERTIFICATE-----" found, only ${found}`);
}

/** Some programs write PKCS#7 between the boundaries of a certificate (RFC 7468 §5.1 forbids it). */
function pemBlockCertificateOrPkcs7(block: PemBlock): Certificate | Certificate[] {
  const bytes = pemBlockBytes(block);
  const format = formatOf(bytes);
  if (format === 'PKCS#7') return certificatesOfPkcs7(bytes);
  return format === undefined || format === 'certificate' ? pemBlockCertificate(block) : refuseFormat(format);
}

/** What text without PEM in it is, where it is no encoding of bytes either. */
const TEXTS: readonly (readonly [pattern: RegExp, what: string, advice: string])[] = [
  [
    /^<(?:!doctype|html|\?xml|!--)/i,
    'a web page',
    'download the certificate itself, not the page that shows it',
  ],
  [/^<[a-z]/i, 'XML', 'give the base64 of its X509Certificate element'],
  [
    /^(?:ssh-|ecdsa-sha2-|sk-|---- BEGIN SSH2 PUBLIC KEY)/,
    'a public key of OpenSSH',
    'SSH keys are no X.509 certificates: make one with "openssl req -x509"',
  ],
  [/^PuTTY-User-Key-File/, 'a private key of PuTTY', KEY_ADVICE],
  [
    /^Certificate:\s+Data:/,
    'what "openssl x509 -text" prints',
    'give the PEM itself: "openssl x509 -in FILE"',
  ],
  [/^https?:\/\//i, 'an address', 'give the certificate that is found there, or the address as jwks_uri'],
  [
    /^(?:(?:sha-?1|sha-?256)[^=:]*[=:])?\s*(?:[0-9a-f]{2}[: ]?){20}(?:(?:[0-9a-f]{2}[: ]?){12})?$/i,
    'the fingerprint of a certificate',
    'give the certificate itself',
  ],
  [/^[A-Za-z0-9_-]{43}=?$/, 'the thumbprint of a certificate (x5t#S256)', 'give the certificate itself'],
  [/^(?:\/)?[A-Za-z]{1,20}\s*=/, 'a name', 'give the certificate that has it'],
  [
    /^-+\s?BEGIN|BEGIN [A-Z0-9 ]{1,64}-|^[\u2010-\u2015\u2212]/i,
    'PEM whose BEGIN line was changed in copying',
    'it must be "-----BEGIN CERTIFICATE-----" with five hyphens on either side',
  ],
];

function refuseJson(value: unknown): never {
  const members = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const what = members.includes('keys')
    ? 'a JWK Set'
    : members.includes('kty') || Array.isArray(value)
      ? 'a JWK'
      : 'JSON';
  if (members.includes('d') || members.includes('k')) return refuse('a private JWK', KEY_ADVICE);
  return refuse(what, 'give it as jwks, or the first member of its x5c here');
}

/** The bytes that base64, base64url or hexadecimal text stands for; undefined when it is neither. */
function decoded(text: string): Uint8Array | undefined {
  const packed = text.replace(/^data:[^,]*,/i, '').replace(/[\s\p{Cf}"']+|\\r|\\n/gu, '');
  const hex = packed.replace(/^0x/i, '').replaceAll(':', '');
  if (/^30[0-9a-f]+$/i.test(hex) && hex.length % 2 === 0) return new Uint8Array(Buffer.from(hex, 'hex'));
  if (packed.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(packed)) return undefined;
  return new Uint8Array(Buffer.from(packed.replaceAll('-', '+').replaceAll('_', '/'), 'base64'));
}

function certificatesOfText(given: string): Certificate[] {
  // Text that was UTF-16 and taken for bytes has a NUL beside each character.
  const text = (given.includes('\0') ? given.replaceAll('\0', '') : given).replace(/^[\s\p{Cf}]+|\s+$/gu, '');
  if (text === '')
    throw new MalformedCertificate('there is nothing here: the text is empty; give a certificate');
  if (text.startsWith('{') || text.startsWith('[') || text.startsWith('"')) {
    const value = parsedJson(text);
    if (typeof value === 'string') return certificatesOfText(value);
    if (value !== undefined) return refuseJson(value);
  }
  if (/-----BEGIN(?: |%20)/i.test(text)) return certificatesOfPem(text);
  for (const [pattern, what, advice] of TEXTS) if (pattern.test(text)) return refuse(what, advice);
  const bytes = decoded(text);
  const opened = bytes === undefined ? undefined : certificatesOfDecoded(bytes);
  if (opened !== undefined) return opened;
  throw new MalformedCertificate(
    'no "-----BEGIN CERTIFICATE-----" found; this is not PEM text, nor base64 of a certificate',
  );
}

function certificatesOfDecoded(bytes: Uint8Array): Certificate[] | undefined {
  if (bytes[0] === 0x30 || formatOf(bytes) !== undefined) return certificatesOfBytes(bytes);
  const text = textOf(bytes);
  return text.includes('-----BEGIN ') ? certificatesOfPem(text.replaceAll('\0', '')) : undefined;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The certificates in what a person gives for one: PEM in any usual disguise (a byte order mark, UTF-16, `\n` written
 * out, quoted-printable, header lines, indentation, JSON quotation), PKCS#7, DER, and DER as base64, base64url or
 * hexadecimal.
 * @param given bytes of a file, or text
 * @returns at least one certificate, in the order given; of PKCS#7, which has none, the end of the chain first
 * @throws MalformedCertificate saying what stands there instead and what to do; it repeats nothing of a key
 */
export function certificatesIn(given: Uint8Array | string): Certificate[] {
  return typeof given === 'string' ? certificatesOfText(given) : certificatesOfBytes(given);
}
