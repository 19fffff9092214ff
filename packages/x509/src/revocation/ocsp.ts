import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate.ts';
import { HASH, KEY_PURPOSE } from '../object-identifiers.ts';
import { DEFAULT_ALGORITHMS } from '../signed-data/algorithms.ts';
import { SignatureBudget, signatureProblem } from '../signed-data.ts';
import { timeText } from '../time-text.ts';
import type { CertId, OcspRequest } from './ocsp-request.ts';
import { type BasicResponse, parseOcspResponse, type SingleResponse } from './ocsp-response.ts';
import { issuanceProblem } from './signer.ts';
import {
  asRevocationProblem,
  type GoodStatus,
  isPermanentRevocation,
  malformedStatus,
  type RevocationProblem,
  type RevokedStatus,
  type UnusableStatus,
  unusableStatus,
} from './status.ts';

/** What `statusByOcsp` is asked. */
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
  /** What the whole decision may verify, shared with its other parts. Default 128 signatures. */
  readonly budget?: SignatureBudget;
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

/** What an OCSP response says of a certificate. */
export type OcspAnswer = (GoodStatus & OcspStatement) | (RevokedStatus & OcspStatement) | UnusableStatus;

const SKEW = 60_000;
const LIFETIME = 300_000;

type Problem = RevocationProblem;
const problem = (because: Problem['because'], detail: string): Problem => ({ because, detail });

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

const isAbout = (certId: CertId, response: SingleResponse): boolean =>
  response.hashAlgorithm === HASH[certId.hash] &&
  same(response.serial, certId.serial) &&
  same(response.issuerNameHash, certId.issuerNameHash) &&
  same(response.issuerKeyHash, certId.issuerKeyHash);

/** Whether the ResponderID names this certificate (RFC 6960 §4.2.1). */
function isNamed({ responder }: BasicResponse, certificate: Certificate): boolean {
  return responder.kind === 'name'
    ? responder.name.equals(certificate.subject)
    : same(responder.hash, createHash('sha1').update(certificate.publicKey.octets).digest());
}

/** RFC 6960 §4.2.2.2: a delegated responder is issued by the CA itself, for this purpose by name. */
function delegationProblem(
  responder: Certificate,
  issuer: Certificate,
  at: number,
  budget: SignatureBudget,
): Problem | undefined {
  const { subject } = responder;
  const { extKeyUsage, keyUsage } = responder.extensions;
  if (!extKeyUsage?.includes(KEY_PURPOSE.OCSPSigning)) {
    return problem('signer-not-authorized', `the extended key usage of ${subject} lacks id-kp-OCSPSigning`);
  }
  if (keyUsage && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) {
    return problem('signer-not-authorized', `the key usage of ${subject} lacks digitalSignature`);
  }
  return issuanceProblem(responder, [issuer], at, budget);
}

function responderOf(
  basic: BasicResponse,
  { issuer, at, budget = new SignatureBudget() }: OcspQuestion,
): { responder: OcspResponder } | { problem: Problem } {
  let found: Problem | undefined;
  for (const candidate of [issuer, ...basic.certificates]) {
    if (!isNamed(basic, candidate)) continue;
    const isIssuer = candidate.thumbprint === issuer.thumbprint;
    const wrong =
      asRevocationProblem(signatureProblem(basic.signed, candidate.publicKey, DEFAULT_ALGORITHMS, budget)) ??
      (isIssuer ? undefined : delegationProblem(candidate, issuer, at, budget));
    if (wrong === undefined) {
      const responder: OcspResponder = isIssuer
        ? { kind: 'issuer' }
        : {
            kind: 'delegated',
            certificate: candidate,
            exempt: candidate.revocationInformation.ocspNoCheck,
          };
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
  if (parsed.kind === 'error')
    return unusableStatus('responder-error', `the responder answered ${parsed.error}`);
  const { basic } = parsed;
  const signed = responderOf(basic, question);
  if ('problem' in signed) return { status: 'unusable', why: [signed.problem] };
  const wrong = nonceProblem(basic, question);
  if (wrong) return { status: 'unusable', why: [wrong] };
  const single = basic.responses.find((each) => isAbout(request.certId, each));
  if (single === undefined) {
    const presented = basic.responses.map(({ serial }) => hex(serial)).join(', ') || 'nothing';
    return unusableStatus(
      'certificate-mismatch',
      `expected a response for serial number ${hex(request.certId.serial)} of this issuer, presented ${presented}`,
    );
  }
  const unknown = [...basic.unknownCritical, ...single.unknownCritical];
  if (unknown.length > 0) {
    return unusableStatus(
      'unknown-critical-extension',
      `critical extension ${unknown.join(', ')} is not understood`,
    );
  }
  const { status, thisUpdate } = single;
  const lifetime = question.lifetimeWithoutNextUpdate ?? LIFETIME;
  const nextUpdate = single.nextUpdate ?? thisUpdate + lifetime;
  const statement = { responder: signed.responder, producedAt: basic.producedAt, thisUpdate, nextUpdate };
  if (thisUpdate > at + skew) {
    return unusableStatus('not-yet-valid', `valid from ${timeText(thisUpdate)}, it is ${timeText(at)}`);
  }
  const outdated = nextUpdate < at - skew;
  if (status.kind === 'revoked' && (!outdated || isPermanentRevocation(status))) {
    const until = isPermanentRevocation(status) ? Number.POSITIVE_INFINITY : nextUpdate;
    return { status: 'revoked', at: status.at, reason: status.reason, until, ...statement };
  }
  if (outdated) {
    const end = single.nextUpdate === undefined ? 'believed' : 'valid';
    return unusableStatus('expired', `${end} until ${timeText(nextUpdate)}, it is ${timeText(at)}`);
  }
  return status.kind === 'good'
    ? { status: 'good', until: nextUpdate, ...statement }
    : unusableStatus('unknown', 'the responder does not know the certificate');
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
    return malformedStatus(error);
  }
}
