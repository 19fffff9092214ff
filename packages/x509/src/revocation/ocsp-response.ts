import { Certificate, MalformedCertificate } from '../certificate.ts';
import {
  contextTag,
  count,
  type DerElement,
  DerReader,
  integer,
  MalformedDer,
  objectIdentifier,
  onlyElement,
  TAG,
  time,
} from '../der.ts';
import { DistinguishedName } from '../distinguished-name.ts';
import { type Extension, extensionNamed, readExtensions, unknownCritical } from '../extension.ts';
import { EXTENSION, OCSP_BASIC } from '../object-identifiers.ts';
import { readSigned, type SignedData } from '../signed-data.ts';
import { type RevocationReason, reasonOf } from './reason.ts';

/** The response of an OCSP responder for one certificate (RFC 6960 §4.2.1, SingleResponse). */
export type SingleResponse = {
  /** Dotted identifier of the hash the CertID is made with. */
  readonly hashAlgorithm: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  readonly serial: Uint8Array;
  readonly status:
    | { readonly kind: 'good' }
    | { readonly kind: 'revoked'; readonly at: number; readonly reason: RevocationReason }
    | { readonly kind: 'unknown' };
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly unknownCritical: readonly string[];
};

/** A BasicOCSPResponse, read but not yet believed. */
export type BasicResponse = {
  readonly signed: SignedData;
  readonly responder:
    | { readonly kind: 'name'; readonly name: DistinguishedName }
    /** SHA-1 of the responder's public key. */
    | { readonly kind: 'key'; readonly hash: Uint8Array };
  /** Milliseconds since the epoch. */
  readonly producedAt: number;
  readonly responses: readonly SingleResponse[];
  readonly nonce: Uint8Array | undefined;
  readonly unknownCritical: readonly string[];
  readonly certificates: readonly Certificate[];
};

/** The errors a responder can answer with instead (RFC 6960 §4.2.1, OCSPResponseStatus). */
export type OcspError = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

export type OcspResponse =
  | { readonly kind: 'basic'; readonly basic: BasicResponse }
  | { readonly kind: 'error'; readonly error: OcspError };

const MOST_CERTIFICATES = 8;
const MOST_RESPONSES = 100;
const LONGEST_NONCE = 128;

const ERRORS = new Map<number, OcspError>([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

const UNDERSTOOD = new Set<string>([EXTENSION.ocspNonce]);
const NONE: ReadonlySet<string> = new Set<string>();

/** What `[number] EXPLICIT` wraps; undefined when it is absent. */
function explicit(reader: DerReader, number: number, field: string): DerElement | undefined {
  const wrapper = reader.optional(contextTag(number, true));
  if (wrapper === undefined) return undefined;
  const inner = new DerReader(wrapper.content, field);
  const element = inner.any();
  inner.end();
  return element;
}

function ofTag(element: DerElement | undefined, tag: number, field: string): DerElement | undefined {
  if (element && element.tag !== tag) throw new MalformedDer(field, 'an element of another type');
  return element;
}

function extensionsIn(reader: DerReader, field: string): Extension[] {
  const sequence = ofTag(explicit(reader, 1, field), TAG.sequence, field);
  return sequence ? readExtensions(sequence, field) : [];
}

function statusOf(element: DerElement): SingleResponse['status'] {
  const field = 'certStatus';
  switch (element.tag) {
    case contextTag(0, false):
      return { kind: 'good' };
    case contextTag(2, false):
      return { kind: 'unknown' };
    case contextTag(1, true): {
      const reader = new DerReader(element.content, field);
      const at = time(reader.element(TAG.generalizedTime), field);
      const code = ofTag(explicit(reader, 0, field), TAG.enumerated, field);
      reader.end();
      return { kind: 'revoked', at, reason: code ? reasonOf(count(code, field)) : 'unspecified' };
    }
    default:
      throw new MalformedDer(field, 'none of good, revoked and unknown');
  }
}

function singleResponse({ content }: DerElement): SingleResponse {
  const field = 'SingleResponse';
  const reader = new DerReader(content, field);
  const certId = new DerReader(reader.element(TAG.sequence).content, 'certID');
  const algorithm = new DerReader(certId.element(TAG.sequence).content, 'hashAlgorithm');
  const hashAlgorithm = objectIdentifier(algorithm.element(TAG.objectIdentifier), 'hashAlgorithm');
  const issuerNameHash = certId.element(TAG.octetString).content;
  const issuerKeyHash = certId.element(TAG.octetString).content;
  const serial = integer(certId.element(TAG.integer), 'serialNumber');
  certId.end();
  const status = statusOf(reader.any());
  const thisUpdate = time(reader.element(TAG.generalizedTime), 'thisUpdate');
  const next = explicit(reader, 0, 'nextUpdate');
  const extensions = extensionsIn(reader, 'singleExtensions');
  reader.end();
  return {
    hashAlgorithm,
    issuerNameHash,
    issuerKeyHash,
    serial,
    status,
    thisUpdate,
    nextUpdate: next && time(next, 'nextUpdate'),
    unknownCritical: unknownCritical(extensions, NONE),
  };
}

function responderOf(element: DerElement): BasicResponse['responder'] {
  const field = 'responderID';
  if (element.tag === contextTag(1, true)) {
    return { kind: 'name', name: DistinguishedName.fromDer(element.content, field) };
  }
  if (element.tag === contextTag(2, true)) {
    return { kind: 'key', hash: onlyElement(element.content, TAG.octetString, field).content };
  }
  throw new MalformedDer(field, 'neither byName nor byKey');
}

function certificateOf({ bytes }: DerElement): Certificate {
  try {
    return Certificate.fromDer(bytes);
  } catch (error) {
    if (error instanceof MalformedCertificate) throw new MalformedDer('certs', error.message);
    throw error;
  }
}

/** The nonce's octets, wrapped once more in an OCTET STRING as RFC 9654 §2.1 has it, or bare as old responders do. */
function nonceIn(extensions: readonly Extension[]): Uint8Array | undefined {
  const value = extensionNamed(extensions, 'ocspNonce')?.value;
  if (value === undefined) return undefined;
  if (value.length > LONGEST_NONCE + 4) throw new MalformedDer('nonce', `${value.length} octets`);
  try {
    return onlyElement(value, TAG.octetString, 'nonce').content;
  } catch (error) {
    if (error instanceof MalformedDer) return value;
    throw error;
  }
}

function basicResponse(bytes: Uint8Array): BasicResponse {
  const field = 'BasicOCSPResponse';
  const outer = new DerReader(onlyElement(bytes, TAG.sequence, field).content, field);
  const { content: data, algorithm, signature } = readSigned(outer);
  const list = ofTag(explicit(outer, 0, 'certs'), TAG.sequence, 'certs');
  outer.end();

  const reader = new DerReader(data.content, 'tbsResponseData');
  const version = explicit(reader, 0, 'version');
  if (version && count(version, 'version') !== 0) throw new MalformedDer('version', 'not version 1');
  const responder = responderOf(reader.any());
  const producedAt = time(reader.element(TAG.generalizedTime), 'producedAt');
  const responses = new DerReader(reader.element(TAG.sequence).content, 'responses').rest();
  const extensions = extensionsIn(reader, 'responseExtensions');
  reader.end();
  const certificates = list ? new DerReader(list.content, 'certs').rest() : [];
  if (responses.length > MOST_RESPONSES) throw new MalformedDer('responses', `${responses.length} of them`);
  if (certificates.length > MOST_CERTIFICATES)
    throw new MalformedDer('certs', `${certificates.length} of them`);
  for (const { tag } of responses) {
    if (tag !== TAG.sequence) throw new MalformedDer('responses', 'a SingleResponse that is no SEQUENCE');
  }
  return {
    signed: { content: data.bytes, algorithm, signature },
    responder,
    producedAt,
    responses: responses.map(singleResponse),
    nonce: nonceIn(extensions),
    unknownCritical: unknownCritical(extensions, UNDERSTOOD),
    certificates: certificates.map(certificateOf),
  };
}

/**
 * Reads an OCSPResponse (RFC 6960 §4.2.1); nothing of it is believed yet.
 * @param bytes DER
 * @param maxBytes the most octets that it may have
 * @throws MalformedDer and nothing else
 */
export function parseOcspResponse(bytes: Uint8Array, maxBytes: number): OcspResponse {
  const field = 'OCSPResponse';
  if (bytes.byteLength > maxBytes) {
    throw new MalformedDer(field, `${bytes.byteLength} octets, at most ${maxBytes} are read`);
  }
  const reader = new DerReader(onlyElement(bytes, TAG.sequence, field).content, field);
  const code = count(reader.element(TAG.enumerated), 'responseStatus');
  const wrapped = ofTag(explicit(reader, 0, 'responseBytes'), TAG.sequence, 'responseBytes');
  reader.end();
  if (code !== 0) {
    const error = ERRORS.get(code);
    if (error === undefined) throw new MalformedDer('responseStatus', `${code}, which has no meaning`);
    return { kind: 'error', error };
  }
  if (wrapped === undefined) throw new MalformedDer('responseBytes', 'missing in a successful response');
  const inner = new DerReader(wrapped.content, 'responseBytes');
  const type = objectIdentifier(inner.element(TAG.objectIdentifier), 'responseType');
  const response = inner.element(TAG.octetString).content;
  inner.end();
  if (type !== OCSP_BASIC) throw new MalformedDer('responseType', `${type}, expected id-pkix-ocsp-basic`);
  return { kind: 'basic', basic: basicResponse(response) };
}
