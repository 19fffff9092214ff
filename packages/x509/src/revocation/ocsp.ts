import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { MalformedDer } from '../der.ts';
import { CERT_ID_HASHES, type CertId, type OcspRequest } from './ocsp-request.ts';
import { type BasicResponse, parseOcspResponse, type SingleResponse } from './ocsp-response.ts';
import { fieldsOf, publicKeyOf } from './revocation-fields.ts';
import { signatureProblem } from './signature.ts';
import { issuanceProblem } from './signer.ts';
import {
  type Good,
  isPermanent,
  moment,
  type RevocationProblem,
  type Revoked,
  type Unusable,
  unusable,
} from './status.ts';

export { type CertIdHash, certIdOf, encodeOcspRequest, newNonce, type OcspRequest } from './ocsp-request.ts';

export type OcspQuestion = {
  /** What was asked. */
  readonly request: OcspRequest;
  /** The certificate that issued the one asked about, as validated. */
  readonly issuer: Certificate;
  /** The OCSPResponse as received. */
  readonly response: Uint8Array;
  /** The moment asked about, milliseconds since the epoch. */
  readonly at: number;
  /** The most octets that the response may have. */
  readonly maxBytes: number;
  /** Whether a response without our nonce is refused; a wrong one always is. Default false. */
  readonly nonceDemanded?: boolean;
  /** How far clocks may differ, milliseconds. Default 60,000. */
  readonly skew?: number;
  /** How long a response without nextUpdate holds after its thisUpdate, milliseconds. Default 300,000. */
  readonly lifetimeWithoutNextUpdate?: number;
};

/** The responder whose answer it is; its own status is still to be asked when it is not exempt. */
export type OcspResponder =
  | { readonly kind: 'issuer' }
  /** `exempt`: the CA vouches for it as long as it lasts (id-pkix-ocsp-nocheck, RFC 6960 §4.2.2.2.1). */
  | { readonly kind: 'delegated'; readonly certificate: Certificate; readonly exempt: boolean };

/** What a believed response says. Times are milliseconds since the epoch. */
export type OcspStatement = {
  readonly responder: OcspResponder;
  readonly producedAt: number;
  readonly thisUpdate: number;
  /** As stated, or when it stops to hold without one. */
  readonly nextUpdate: number;
};

export type OcspAnswer = (Good & OcspStatement) | (Revoked & OcspStatement) | Unusable;

const SKEW = 60_000;
const LIFETIME = 300_000;
const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

type Problem = RevocationProblem;
const problem = (because: Problem['because'], detail: string): Problem => ({ because, detail });

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

const isAbout = (certId: CertId, response: SingleResponse): boolean =>
  response.hashAlgorithm === CERT_ID_HASHES[certId.hash] &&
  same(response.serial, certId.serial) &&
  same(response.issuerNameHash, certId.issuerNameHash) &&
  same(response.issuerKeyHash, certId.issuerKeyHash);

/** Whether the ResponderID names this certificate (RFC 6960 §4.2.1). */
function isNamed({ responder }: BasicResponse, certificate: Certificate): boolean {
  const { subject, keyOctets } = fieldsOf(certificate);
  return responder.kind === 'name'
    ? responder.name.equals(subject)
    : same(responder.hash, createHash('sha1').update(keyOctets).digest());
}

/** RFC 6960 §4.2.2.2: a delegated responder is issued by the CA itself, for this purpose by name. */
function delegationProblem(responder: Certificate, issuer: Certificate, at: number): Problem | undefined {
  const { extKeyUsage, keyUsage, subject } = fieldsOf(responder);
  if (!extKeyUsage.includes(OCSP_SIGNING)) {
    return problem('signer-not-authorized', `the extended key usage of ${subject} lacks id-kp-OCSPSigning`);
  }
  if (keyUsage && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    return problem('signer-not-authorized', `the key usage of ${subject} lacks digitalSignature`);
  }
  return issuanceProblem(responder, [issuer], at);
}

function responderOf(
  basic: BasicResponse,
  { issuer, at }: OcspQuestion,
): { responder: OcspResponder } | { problem: Problem } {
  let found: Problem | undefined;
  for (const candidate of [issuer, ...basic.certificates]) {
    if (!isNamed(basic, candidate)) continue;
    const isIssuer = candidate.thumbprint === issuer.thumbprint;
    const wrong =
      signatureProblem(basic.signed, publicKeyOf(candidate)) ??
      (isIssuer ? undefined : delegationProblem(candidate, issuer, at));
    if (wrong === undefined) {
      const responder: OcspResponder = isIssuer
        ? { kind: 'issuer' }
        : { kind: 'delegated', certificate: candidate, exempt: fieldsOf(candidate).ocspNoCheck };
      return { responder };
    }
    if (found === undefined || found.because === 'signature-invalid') found = wrong;
  }
  const { responder } = basic;
  const named = responder.kind === 'name' ? responder.name.toString() : `key ${hex(responder.hash)}`;
  return {
    problem:
      found ??
      problem('signer-not-authorized', `the response is by ${named}, whose certificate is not known`),
  };
}

function nonceProblem(basic: BasicResponse, { request, nonceDemanded }: OcspQuestion): Problem | undefined {
  const { nonce } = request;
  if (nonce === undefined) return undefined;
  if (basic.nonce === undefined) {
    return nonceDemanded
      ? problem('nonce', `expected nonce ${hex(nonce)}, the response has none`)
      : undefined;
  }
  return same(nonce, basic.nonce)
    ? undefined
    : problem('nonce', `expected nonce ${hex(nonce)}, presented ${hex(basic.nonce)}`);
}

function evaluate(question: OcspQuestion): OcspAnswer {
  const { request, response, at, maxBytes, skew = SKEW } = question;
  const parsed = parseOcspResponse(response, maxBytes);
  if (parsed.kind === 'error') return unusable('responder-error', `the responder answered ${parsed.error}`);
  const { basic } = parsed;
  const signed = responderOf(basic, question);
  if ('problem' in signed) return { status: 'unusable', why: [signed.problem] };
  const wrong = nonceProblem(basic, question);
  if (wrong) return { status: 'unusable', why: [wrong] };
  const single = basic.responses.find((each) => isAbout(request.certId, each));
  if (single === undefined) {
    const presented = basic.responses.map(({ serial }) => hex(serial)).join(', ') || 'nothing';
    return unusable(
      'certificate-mismatch',
      `expected a response for serial number ${hex(request.certId.serial)} of this issuer, presented ${presented}`,
    );
  }
  const unknown = [...basic.unknownCritical, ...single.unknownCritical];
  if (unknown.length > 0) {
    return unusable(
      'unknown-critical-extension',
      `critical extension ${unknown.join(', ')} is not understood`,
    );
  }
  const { status, thisUpdate } = single;
  const lifetime = question.lifetimeWithoutNextUpdate ?? LIFETIME;
  const nextUpdate = single.nextUpdate ?? thisUpdate + lifetime;
  const statement = { responder: signed.responder, producedAt: basic.producedAt, thisUpdate, nextUpdate };
  if (thisUpdate > at + skew) {
    return unusable('not-yet-valid', `valid from ${moment(thisUpdate)}, it is ${moment(at)}`);
  }
  const outdated = nextUpdate < at - skew;
  if (status.kind === 'revoked' && (!outdated || isPermanent(status))) {
    const until = isPermanent(status) ? Number.POSITIVE_INFINITY : nextUpdate;
    return { status: 'revoked', at: status.at, reason: status.reason, until, ...statement };
  }
  if (outdated) {
    const end = single.nextUpdate === undefined ? 'believed' : 'valid';
    return unusable('expired', `${end} until ${moment(nextUpdate)}, it is ${moment(at)}`);
  }
  return status.kind === 'good'
    ? { status: 'good', until: nextUpdate, ...statement }
    : unusable('unknown', 'the responder does not know the certificate');
}

/**
 * Decides by an OCSP response whether a certificate is revoked (RFC 6960 §3.2): signed by the issuer or by a
 * responder it delegated to, about this very certificate, current, and with our nonce.
 * A response past its nextUpdate never makes a certificate good; what it says is revoked for ever stays revoked.
 * @returns never throws for what the response holds
 */
export function statusByOcsp(question: OcspQuestion): OcspAnswer {
  try {
    return evaluate(question);
  } catch (error) {
    if (error instanceof MalformedDer) return unusable('malformed', error.message);
    throw error;
  }
}
