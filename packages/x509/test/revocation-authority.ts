import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Certificate } from '../src/certificate.ts';
import { contextTag, TAG } from '../src/der.ts';
import {
  der,
  derBitString,
  derBoolean,
  derInteger,
  derNamedBits,
  derObjectIdentifier,
  derOctetString,
  derSequence,
  derSet,
  derTime,
  derUtf8String,
} from '../src/der-encoding.ts';

/** Everything here happens around this moment. */
export const NOW = Date.UTC(2026, 0, 15, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const ENUMERATED = 0x0a;
const ECDSA_SHA256 = derSequence(derObjectIdentifier('1.2.840.10045.4.3.2'));

const generalizedTime = (at: number): Uint8Array =>
  der(
    TAG.generalizedTime,
    Buffer.from(`${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}Z`),
  );

export const nameDer = (commonName: string): Uint8Array =>
  derSequence(derSet(derSequence(derObjectIdentifier('2.5.4.3'), derUtf8String(commonName))));

export const uriName = (uri: string): Uint8Array => der(contextTag(6, false), Buffer.from(uri));
export const directoryName = (commonName: string): Uint8Array =>
  der(contextTag(4, true), nameDer(commonName));

export const extension = (oid: string, value: Uint8Array, critical = false): Uint8Array =>
  derSequence(derObjectIdentifier(oid), ...(critical ? [derBoolean(true)] : []), derOctetString(value));

/** DistributionPoint with a fullName. */
export const distributionPoint = (
  names: readonly Uint8Array[],
  { reasons, crlIssuer }: { reasons?: readonly number[]; crlIssuer?: string } = {},
): Uint8Array =>
  derSequence(
    der(contextTag(0, true), der(contextTag(0, true), ...names)),
    ...(reasons ? [der(contextTag(1, false), derNamedBits(reasons).subarray(2))] : []),
    ...(crlIssuer ? [der(contextTag(2, true), directoryName(crlIssuer))] : []),
  );

export type CertificateSpec = {
  readonly subject?: string;
  readonly serial?: number;
  readonly isCa?: boolean;
  /** Bits of KeyUsage. */
  readonly keyUsage?: readonly number[];
  readonly extendedKeyUsage?: readonly string[];
  /** CRL distribution points: URIs, or DistributionPoints in DER. */
  readonly crl?: readonly (string | Uint8Array)[];
  readonly freshest?: string;
  readonly ocsp?: string;
  readonly extensions?: readonly Uint8Array[];
  readonly notBefore?: number;
  readonly notAfter?: number;
};

export type CrlSpec = {
  readonly issuer?: string;
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly number?: number;
  readonly entries?: readonly {
    readonly serial: number | Uint8Array;
    readonly reason?: number;
    readonly at?: number;
    readonly extensions?: readonly Uint8Array[];
  }[];
  readonly extensions?: readonly Uint8Array[];
};

export type OcspSpec = {
  readonly serial?: number;
  readonly status?: 'good' | 'revoked' | 'unknown';
  readonly reason?: number;
  readonly thisUpdate?: number;
  readonly nextUpdate?: number | null;
  readonly nonce?: Uint8Array;
  readonly hash?: 'sha1' | 'sha256';
  readonly byKey?: boolean;
  /** Certificates sent along. */
  readonly certificates?: readonly Certificate[];
  /** Extensions of the response as a whole. */
  readonly extensions?: readonly Uint8Array[];
  /** Who signs, if not this authority itself. */
  readonly responder?: TestAuthority;
};

const HASH_OIDS = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' };

let lastSerial = 1000;

/** Someone with a name and a P-256 key: signs certificates, CRLs and OCSP responses, well-formed or not. */
export class TestAuthority {
  readonly name: string;
  readonly #privateKey: KeyObject;
  readonly #spki: Buffer;
  readonly certificate: Certificate;

  /** A root, or an authority under `issuer`. */
  constructor(name: string, issuer?: TestAuthority, spec: CertificateSpec = {}) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.name = name;
    this.#privateKey = privateKey;
    this.#spki = publicKey.export({ format: 'der', type: 'spki' });
    const own = { isCa: true, keyUsage: [5, 6], ...spec, subject: name };
    this.certificate = (issuer ?? this).#certify(this.#spki, own);
  }

  /** A certificate of this authority, for a key of its own. */
  issue(spec: CertificateSpec = {}): Certificate {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return this.#certify(publicKey.export({ format: 'der', type: 'spki' }), spec);
  }

  /** A certificate of this authority for another's name and key. */
  certify(other: TestAuthority, spec: CertificateSpec = {}): Certificate {
    return this.#certify(other.#spki, { isCa: true, keyUsage: [5, 6], ...spec, subject: other.name });
  }

  #signed(tbs: Uint8Array): Uint8Array {
    return derSequence(tbs, ECDSA_SHA256, derBitString(sign('sha256', tbs, this.#privateKey)));
  }

  #certify(spki: Uint8Array, spec: CertificateSpec): Certificate {
    lastSerial += 1;
    const { serial = lastSerial, notBefore = NOW - 30 * DAY, notAfter = NOW + 365 * DAY } = spec;
    const point = (each: string | Uint8Array) =>
      typeof each === 'string' ? distributionPoint([uriName(each)]) : each;
    const extensions = [
      ...(spec.isCa ? [extension('2.5.29.19', derSequence(derBoolean(true)), true)] : []),
      ...(spec.keyUsage ? [extension('2.5.29.15', derNamedBits(spec.keyUsage), true)] : []),
      ...(spec.extendedKeyUsage
        ? [extension('2.5.29.37', derSequence(...spec.extendedKeyUsage.map(derObjectIdentifier)))]
        : []),
      ...(spec.crl ? [extension('2.5.29.31', derSequence(...spec.crl.map(point)))] : []),
      ...(spec.freshest ? [extension('2.5.29.46', derSequence(point(spec.freshest)))] : []),
      ...(spec.ocsp
        ? [
            extension(
              '1.3.6.1.5.5.7.1.1',
              derSequence(derSequence(derObjectIdentifier('1.3.6.1.5.5.7.48.1'), uriName(spec.ocsp))),
            ),
          ]
        : []),
      ...(spec.extensions ?? []),
    ];
    const tbs = derSequence(
      der(contextTag(0, true), derInteger(2)),
      derInteger(serial),
      ECDSA_SHA256,
      nameDer(this.name),
      derSequence(derTime(notBefore), derTime(notAfter)),
      nameDer(spec.subject ?? `client ${serial}`),
      spki,
      ...(extensions.length > 0 ? [der(contextTag(3, true), derSequence(...extensions))] : []),
    );
    return Certificate.fromDer(this.#signed(tbs));
  }

  /** A CRL in DER; valid for a day around NOW unless said otherwise. */
  crl(spec: CrlSpec = {}): Uint8Array {
    const { thisUpdate = NOW - HOUR, nextUpdate = NOW + DAY, entries = [] } = spec;
    const list = entries.map(({ serial, reason, at = NOW - 2 * HOUR, extensions = [] }) => {
      const all = [
        ...(reason === undefined ? [] : [extension('2.5.29.21', der(ENUMERATED, Uint8Array.of(reason)))]),
        ...extensions,
      ];
      return derSequence(derInteger(serial), derTime(at), ...(all.length > 0 ? [derSequence(...all)] : []));
    });
    const extensions = [
      ...(spec.number === undefined ? [] : [extension('2.5.29.20', derInteger(spec.number))]),
      ...(spec.extensions ?? []),
    ];
    return this.#signed(
      derSequence(
        derInteger(1),
        ECDSA_SHA256,
        nameDer(spec.issuer ?? this.name),
        derTime(thisUpdate),
        ...(nextUpdate === null ? [] : [derTime(nextUpdate)]),
        ...(list.length > 0 ? [derSequence(Buffer.concat(list))] : []),
        ...(extensions.length > 0 ? [der(contextTag(0, true), derSequence(...extensions))] : []),
      ),
    );
  }

  /** An OCSPResponse in DER about a certificate of this authority. */
  ocsp(serial: Uint8Array, spec: OcspSpec = {}): Uint8Array {
    const { status = 'good', thisUpdate = NOW - HOUR, nextUpdate = NOW + DAY, hash = 'sha1' } = spec;
    const signer = spec.responder ?? this;
    const digest = (octets: Uint8Array) => derOctetString(createHash(hash).update(octets).digest());
    const key = (authority: TestAuthority) => authority.#spki.subarray(-65);
    const statuses = {
      good: () => der(contextTag(0, false)),
      unknown: () => der(contextTag(2, false)),
      revoked: () =>
        der(
          contextTag(1, true),
          generalizedTime(NOW - 2 * HOUR),
          ...(spec.reason === undefined
            ? []
            : [der(contextTag(0, true), der(ENUMERATED, Uint8Array.of(spec.reason)))]),
        ),
    };
    const single = derSequence(
      derSequence(
        derSequence(derObjectIdentifier(HASH_OIDS[hash])),
        digest(nameDer(this.name)),
        digest(key(this)),
        spec.serial === undefined ? der(TAG.integer, serial) : derInteger(spec.serial),
      ),
      statuses[status](),
      generalizedTime(thisUpdate),
      ...(nextUpdate === null ? [] : [der(contextTag(0, true), generalizedTime(nextUpdate))]),
    );
    const extensions = [
      ...(spec.nonce ? [extension('1.3.6.1.5.5.7.48.1.2', derOctetString(spec.nonce))] : []),
      ...(spec.extensions ?? []),
    ];
    const data = derSequence(
      spec.byKey
        ? der(contextTag(2, true), derOctetString(createHash('sha1').update(key(signer)).digest()))
        : der(contextTag(1, true), nameDer(signer.name)),
      generalizedTime(thisUpdate),
      derSequence(single),
      ...(extensions.length > 0 ? [der(contextTag(1, true), derSequence(...extensions))] : []),
    );
    const certificates = (spec.certificates ?? []).map((certificate) => certificate.der);
    const basic = derSequence(
      data,
      ECDSA_SHA256,
      derBitString(sign('sha256', data, signer.#privateKey)),
      ...(certificates.length > 0 ? [der(contextTag(0, true), derSequence(...certificates))] : []),
    );
    return derSequence(
      der(ENUMERATED, Uint8Array.of(0)),
      der(
        contextTag(0, true),
        derSequence(derObjectIdentifier('1.3.6.1.5.5.7.48.1.1'), derOctetString(basic)),
      ),
    );
  }
}

/** An OCSPResponse that is an error, by its number in RFC 6960 §4.2.1. */
export const ocspError = (code: number): Uint8Array => derSequence(der(ENUMERATED, Uint8Array.of(code)));

/** IssuingDistributionPoint (RFC 5280 §5.2.5), critical. */
export const issuingDistributionPoint = (spec: {
  readonly names?: readonly Uint8Array[];
  readonly only?: 'user' | 'ca' | 'attribute';
  readonly reasons?: readonly number[];
  readonly indirect?: boolean;
}): Uint8Array => {
  const flag = (number: number, set: boolean) =>
    set ? [der(contextTag(number, false), Uint8Array.of(0xff))] : [];
  return extension(
    '2.5.29.28',
    derSequence(
      ...(spec.names ? [der(contextTag(0, true), der(contextTag(0, true), ...spec.names))] : []),
      ...flag(1, spec.only === 'user'),
      ...flag(2, spec.only === 'ca'),
      ...(spec.reasons ? [der(contextTag(3, false), derNamedBits(spec.reasons).subarray(2))] : []),
      ...flag(4, spec.indirect === true),
      ...flag(5, spec.only === 'attribute'),
    ),
    true,
  );
};

/** Marks a CRL as a delta that starts from the complete CRL of this number. */
export const deltaIndicator = (baseNumber: number): Uint8Array =>
  extension('2.5.29.27', derInteger(baseNumber), true);
