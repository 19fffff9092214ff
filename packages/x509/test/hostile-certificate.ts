import { Certificate, MalformedCertificate } from '../src/certificate.ts';
import { READ_EXTENSIONS, readCertificateExtensions, readWhole } from '../src/certificate-extensions.ts';
import { CERTIFICATE_FIELDS, CertificateFields } from '../src/certificate-fields.ts';
import { DerReader, MalformedDer, onlyElement, TAG } from '../src/der.ts';
import {
  der,
  derBitString,
  derBoolean,
  derObjectIdentifier,
  derOctetString,
  derSequence,
} from '../src/der-encoding.ts';
import { DistinguishedName } from '../src/distinguished-name.ts';
import { EXTENSION } from '../src/object-identifiers.ts';
import { validatePath } from '../src/path-validation/validate-path.ts';
import { PublicKey } from '../src/signed-data/public-key.ts';
import { matchTlsClientAuthSubject } from '../src/tls-client-auth-subject.ts';
import {
  certificatePolicies,
  makeAuthority,
  makeClient,
  NOW,
  nameConstraints,
  policyMappings,
  rsaKeys,
  san,
  subjectAltName,
} from './made-certificate.ts';

/** Numbers from 0 up to `below`, the same ones for the same seed (xorshift32). */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const P = '1.3.6.1.4.1.99999.2.1';
const root = makeAuthority({
  subject: [
    ['C', 'GB'],
    ['CN', 'Root'],
  ],
  keys: rsaKeys(2048),
  extensions: [
    nameConstraints([san.dns('a.example'), san.ip(10, 0, 0, 0, 255, 0, 0, 0)], [san.email('b.example')]),
    certificatePolicies(P),
    policyMappings([P, `${P}.1`]),
  ],
});
const client = makeClient({
  subject: [
    ['C', 'GB'],
    ['O', 'Example'],
    ['CN', 'client'],
  ],
  issuer: root,
  pss: true,
  extensions: [
    subjectAltName(
      san.dns('x.a.example'),
      san.uri('https://x.a.example/'),
      san.ip(10, 1, 2, 3),
      san.email('ops@a.example'),
      san.directoryName([['O', 'Example']]),
    ),
    certificatePolicies(`${P}.1`),
  ],
});
const SEEDS = [client.certificate.der, root.certificate.der, client.subject];

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x17, 0x1e, 0x30, 0x31, 0x80, 0x82, 0xa0, 0xa1, 0xa3, 0xa4,
  0x1f,
];

/** Elements nested at random, well-formed in their lengths alone. */
function randomElement(next: (below: number) => number, depth: number): Uint8Array {
  const tag = TAGS[next(TAGS.length)] ?? 0x30;
  if (depth > 0 && tag & 0x20) {
    return der(tag, ...Array.from({ length: next(5) }, () => randomElement(next, depth - 1)));
  }
  return der(
    tag,
    Uint8Array.from({ length: next(20) }, () => next(256)),
  );
}

const OIDS = Object.values(EXTENSION);

/** A certificate with a real frame, whose extensions and subject hold anything. */
function randomExtensions(next: (below: number) => number): Uint8Array {
  const { tbsCertificate, signatureAlgorithm, signatureValue, extensions } = client.certificate.fields;
  const reader = new DerReader(onlyElement(tbsCertificate, TAG.sequence, 'tbs').content, 'tbs');
  const frame = reader
    .rest()
    .slice(0, -1)
    .map(({ bytes }) => bytes);
  if (next(2) === 0) frame[5] = der(TAG.sequence, randomElement(next, 4));
  const made = Array.from({ length: 1 + next(4) }, () => {
    const oid = OIDS[next(OIDS.length)] ?? EXTENSION.keyUsage;
    const value =
      next(4) === 0
        ? (extensions[next(extensions.length)]?.value ?? new Uint8Array())
        : randomElement(next, 5);
    return derSequence(
      derObjectIdentifier(oid),
      ...(next(2) ? [derBoolean(true)] : []),
      derOctetString(value),
    );
  });
  return derSequence(
    derSequence(...frame, der(0xa3, derSequence(...made))),
    signatureAlgorithm.der,
    derBitString(signatureValue),
  );
}

/**
 * A real certificate or name after a few changes of bytes: flipped, set, moved, and unless the length is to
 * be kept, cut and doubled.
 */
function mutated(next: (below: number) => number, keepLength: boolean): Uint8Array {
  let bytes = Buffer.from(SEEDS[next(SEEDS.length)] ?? []);
  for (let change = next(4); change >= 0 && bytes.length > 0; change--) {
    const at = next(bytes.length);
    const length = 1 + next(Math.min(64, bytes.length - at));
    switch (next(keepLength ? 3 : 6)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << next(8));
        break;
      case 1:
        bytes[at] = [0x00, 0x7f, 0x80, 0x81, 0x84, 0xff][next(6)] ?? 0;
        break;
      case 2:
        bytes.copy(bytes, next(bytes.length), at, at + (keepLength ? 1 : length));
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      default:
        bytes = bytes.subarray(0, at);
    }
  }
  return bytes;
}

export function hostileBytes(next: (below: number) => number): Uint8Array {
  const kind = next(10);
  if (kind === 0) return Uint8Array.from({ length: next(200) }, () => next(256));
  if (kind === 1) return randomElement(next, 6);
  return kind < 6 ? randomExtensions(next) : mutated(next, kind < 9);
}

function refusedAs<T>(
  refusal: typeof MalformedDer | typeof MalformedCertificate,
  read: () => T,
): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof refusal) return undefined;
    throw error;
  }
}

/** Asks for every part that is read when it is asked for. */
function readFields(fields: CertificateFields): void {
  for (const name of CERTIFICATE_FIELDS) refusedAs(MalformedCertificate, () => fields[name]);
  const list = refusedAs(MalformedCertificate, () => fields.extensions);
  const extensions = list && readCertificateExtensions(list);
  for (const name of READ_EXTENSIONS) {
    if (extensions) refusedAs(MalformedCertificate, () => readWhole(extensions, name));
  }
  refusedAs(MalformedDer, () => PublicKey.fromDer(fields.subjectPublicKeyInfo));
  const subject = refusedAs(MalformedCertificate, () => fields.subject);
  if (subject) DistinguishedName.parse(subject.toString());
}

/**
 * Gives bytes to everything that reads a peer's certificate. Any error but the typed ones comes through.
 * @returns how far the bytes came
 */
export function readHostile(bytes: Uint8Array): 'refused' | 'fields' | 'certificate' {
  refusedAs(MalformedDer, () => DistinguishedName.fromDer(bytes).toString());
  const fields = refusedAs(MalformedCertificate, () => new CertificateFields(bytes));
  if (fields) readFields(fields);
  const certificate = refusedAs(MalformedCertificate, () => Certificate.fromDer(bytes));
  if (!certificate) return fields ? 'fields' : 'refused';
  for (const name of CERTIFICATE_FIELDS) certificate.readField(name);
  for (const name of READ_EXTENSIONS) certificate.readExtension(name);
  for (const part of [
    'distributionPoints',
    'freshestUris',
    'ocspUris',
    'ocspNoCheck',
    'noRevocationAvailable',
  ] as const) {
    refusedAs(MalformedCertificate, () => certificate.revocationInformation[part]);
  }
  certificate.isValidAt(NOW);
  refusedAs(MalformedCertificate, () =>
    matchTlsClientAuthSubject(certificate, { tls_client_auth_subject_dn: 'CN=client' }),
  );
  refusedAs(MalformedCertificate, () =>
    matchTlsClientAuthSubject(certificate, { tls_client_auth_san_ip: '10.1.2.3' }),
  );
  for (const [leaf, intermediates, anchors] of [
    [certificate, [], [root.certificate]],
    [client.certificate, [certificate], [certificate]],
  ] as const) {
    validatePath({ leaf, intermediates, anchors, at: NOW, usage: 'client-auth', profile: 'web-pki' });
  }
  return 'certificate';
}
