import { contextTag, TAG } from './der.ts';
import { type BerValue, MalformedBer, readBer } from './key-store/ber.ts';
import { CONTENT_TYPE, PBES2 } from './key-store/pkcs12-oids.ts';

/** A format by what its bytes begin with or are made of. */
export type Format =
  | 'certificate'
  | 'PKCS#7'
  | 'PKCS#12'
  | 'JKS'
  | 'JCEKS'
  | 'BCFKS'
  | 'BKS'
  | 'UBER'
  | 'PVK'
  | 'SST'
  | 'SQLite'
  | 'ZIP'
  | 'gzip'
  | 'private key'
  | 'encrypted private key'
  | 'public key'
  | 'certificate request'
  | 'CRL'
  | 'CMS';

const SQLITE = 'SQLite format 3';

const startsWith = (bytes: Uint8Array, ...octets: readonly number[]): boolean =>
  octets.every((octet, index) => bytes[index] === octet);

/** Bouncy Castle's own stores: version, salt with its length, iteration count, then entries or their ciphertext. */
function bouncyCastle(bytes: Uint8Array): 'BKS' | 'UBER' | undefined {
  if (bytes.length < 12) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(0);
  const salt = view.getUint32(4);
  if ((version !== 1 && version !== 2) || salt < 8 || salt > 64 || bytes.length < 13 + salt) return undefined;
  const iterations = view.getUint32(8 + salt);
  if (iterations < 1 || iterations > 10_000_000) return undefined;
  const entry = bytes[12 + salt] ?? 0xff;
  const aliasLength = bytes.length > 14 + salt ? view.getUint16(13 + salt) : 0;
  return entry === 0 || (entry <= 4 && aliasLength < 1024) ? 'BKS' : 'UBER';
}

const tagsOf = (value: BerValue): BerValue[] => (value.tag === TAG.sequence ? [...value.members()] : []);

const identifierOf = (value: BerValue | undefined): string | undefined =>
  value?.tag === TAG.objectIdentifier ? value.objectIdentifier() : undefined;

/** What the signed SEQUENCE, algorithm and BIT STRING of X.509 are (RFC 5280 §4.1, §5.1, RFC 2986 §4.2). */
function signedFormat(signed: BerValue): Format {
  const members = tagsOf(signed);
  const [first, second, third, fourth] = members;
  if (first?.tag === contextTag(0, true)) return 'certificate';
  const algorithmFirst = first?.tag === TAG.sequence;
  const time = algorithmFirst ? third : fourth;
  if (time?.tag === TAG.utcTime || time?.tag === TAG.generalizedTime) return 'CRL';
  const isRequest = members.length <= 4 && identifierOf(tagsOf(second ?? signed)[0]) === undefined;
  return first?.tag === TAG.integer && isRequest ? 'certificate request' : 'certificate';
}

function berFormat(bytes: Uint8Array): Format | undefined {
  const [first, second, third] = tagsOf(readBer(bytes));
  if (first === undefined || second === undefined) return undefined;
  if (first.tag === TAG.objectIdentifier) {
    return first.objectIdentifier() === CONTENT_TYPE.signedData ? 'PKCS#7' : 'CMS';
  }
  if (first.tag === TAG.integer) {
    if (second.tag === TAG.sequence) {
      const content = identifierOf(tagsOf(second)[0]);
      if (content === CONTENT_TYPE.data || content === CONTENT_TYPE.signedData) return 'PKCS#12';
    }
    return second.tag === TAG.integer && third === undefined ? 'public key' : 'private key';
  }
  if (first.tag !== TAG.sequence) return undefined;
  const [inner, ciphertext] = tagsOf(first);
  if (inner?.tag === TAG.objectIdentifier) {
    return second.tag === TAG.bitString ? 'public key' : 'encrypted private key';
  }
  if (
    inner !== undefined &&
    ciphertext?.tag === TAG.octetString &&
    identifierOf(tagsOf(inner)[0]) === PBES2
  ) {
    return 'BCFKS';
  }
  return third?.tag === TAG.bitString ? signedFormat(first) : undefined;
}

/**
 * What bytes are, as far as their beginning and their outer structure tell; undefined when nothing known.
 * No key is looked at.
 */
export function formatOf(bytes: Uint8Array): Format | undefined {
  if (startsWith(bytes, 0xfe, 0xed, 0xfe, 0xed)) return 'JKS';
  if (startsWith(bytes, 0xce, 0xce, 0xce, 0xce)) return 'JCEKS';
  if (startsWith(bytes, 0x1e, 0xf1, 0xb5, 0xb0)) return 'PVK';
  if (startsWith(bytes, 0, 0, 0, 0, 0x43, 0x45, 0x52, 0x54)) return 'SST';
  if (startsWith(bytes, ...Buffer.from(SQLITE))) return 'SQLite';
  if (startsWith(bytes, 0x50, 0x4b, 3, 4)) return 'ZIP';
  if (startsWith(bytes, 0x1f, 0x8b)) return 'gzip';
  if (bytes[0] !== TAG.sequence) return bouncyCastle(bytes);
  try {
    return berFormat(bytes);
  } catch (error) {
    if (error instanceof MalformedBer) return undefined;
    throw error;
  }
}

const withBouncyCastle =
  '-providerclass org.bouncycastle.jce.provider.BouncyCastleProvider -providerpath bcprov.jar';
const toPkcs12 = (type: string, more = ''): string =>
  `keytool -importkeystore -srckeystore FILE -srcstoretype ${type} -destkeystore NEW.p12 -deststoretype PKCS12${more === '' ? '' : ` ${more}`}`;
const fromJava = (type: string, more = ''): string =>
  `keytool -exportcert -rfc -keystore FILE -storetype ${type} -alias ALIAS -file FILE.pem${more === '' ? '' : ` ${more}`}`;

const KEY_IN_PLACE = 'keep it to yourself, and give the certificate that was issued for it';

type Advice = { readonly what: string; readonly certificate: string; readonly keyStore: string };

/** What each format is called, and what to do where a certificate or a key store is wanted. */
const ADVICE: Readonly<Record<Format, Advice>> = {
  certificate: {
    what: 'one certificate in DER form',
    certificate: 'it cannot be read as one',
    keyStore: 'import it into a key store with "keytool -import -file FILE -keystore STORE"',
  },
  'PKCS#7': {
    what: 'PKCS#7 (.p7b, .p7c)',
    certificate: 'turn it into PEM with "openssl pkcs7 -inform DER -print_certs -in FILE -out FILE.pem"',
    keyStore: 'turn it into PEM with "openssl pkcs7 -inform DER -print_certs -in FILE -out FILE.pem"',
  },
  'PKCS#12': {
    what: 'a PKCS#12 key store (.p12, .pfx)',
    certificate:
      'take the certificate out with "openssl pkcs12 -in FILE -clcerts -nokeys -out FILE.pem", which asks for its password',
    keyStore: 'it is read with its password',
  },
  JKS: {
    what: 'a Java key store (JKS)',
    certificate: `take the certificate out with "${fromJava('JKS')}"`,
    keyStore: 'it is read with its password',
  },
  JCEKS: {
    what: 'a Java key store of type JCEKS',
    certificate: `take the certificate out with "${fromJava('JCEKS')}"`,
    keyStore: `make it PKCS12 with "${toPkcs12('JCEKS')}"`,
  },
  BCFKS: {
    what: 'a key store of type BCFKS (Bouncy Castle FIPS)',
    certificate: `take the certificate out with "${fromJava('BCFKS', withBouncyCastle)}"`,
    keyStore: `make it PKCS12 with "${toPkcs12('BCFKS', withBouncyCastle)}"`,
  },
  BKS: {
    what: 'a key store of type BKS (Bouncy Castle)',
    certificate: `take the certificate out with "${fromJava('BKS', withBouncyCastle)}"`,
    keyStore: `make it PKCS12 with "${toPkcs12('BKS', withBouncyCastle)}"`,
  },
  UBER: {
    what: 'a key store of type UBER (Bouncy Castle)',
    certificate: `take the certificate out with "${fromJava('UBER', withBouncyCastle)}"`,
    keyStore: `make it PKCS12 with "${toPkcs12('UBER', withBouncyCastle)}"`,
  },
  PVK: {
    what: 'a private key of Microsoft (.pvk)',
    certificate: KEY_IN_PLACE,
    keyStore:
      'make it PEM with "openssl rsa -inform PVK -in FILE -out KEY.pem", and then PKCS12 with "openssl pkcs12 -export -inkey KEY.pem -in CERTIFICATE.pem -out NEW.p12"',
  },
  SST: {
    what: 'a serialised certificate store of Windows (.sst)',
    certificate: 'export the certificate as "Base-64 encoded X.509 (.CER)"',
    keyStore: 'export its certificates as "Personal Information Exchange (.PFX)" or as PKCS #7',
  },
  SQLite: {
    what: 'a SQLite database, such as the certificate store of Firefox (NSS)',
    certificate: 'take the certificate out with "certutil -L -d FOLDER -n NAME -a"',
    keyStore: 'make it PKCS12 with "pk12util -o NEW.p12 -d FOLDER -n NAME"',
  },
  ZIP: { what: 'a ZIP archive', certificate: 'unpack it first', keyStore: 'unpack it first' },
  gzip: { what: 'a gzip archive', certificate: 'unpack it first', keyStore: 'unpack it first' },
  'private key': {
    what: 'a private key',
    certificate: KEY_IN_PLACE,
    keyStore: 'put it beside its certificate in PEM',
  },
  'encrypted private key': {
    what: 'an encrypted private key',
    certificate: KEY_IN_PLACE,
    keyStore: 'put it beside its certificate in PEM',
  },
  'public key': {
    what: 'a public key',
    certificate: 'give the certificate that holds it, or the key as a JWK in jwks',
    keyStore: 'a certificate is needed',
  },
  'certificate request': {
    what: 'a certificate request (CSR)',
    certificate: 'give the certificate that the authority issued for it',
    keyStore: 'a certificate is needed',
  },
  CRL: {
    what: 'a certificate revocation list (CRL)',
    certificate: 'give the certificate itself',
    keyStore: 'name it as crl_file instead',
  },
  CMS: {
    what: 'a CMS (PKCS#7) message that is not signed data',
    certificate: 'give the certificate itself',
    keyStore: 'give a key store or PEM',
  },
};

/** What bytes of this format are, in words. */
export const nameOfFormat = (format: Format): string => ADVICE[format].what;
/** What to do with bytes of this format where the other is wanted. */
export const adviceFor = (format: Format, wanted: 'certificate' | 'keyStore'): string =>
  ADVICE[format][wanted];
