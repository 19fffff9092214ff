import type { Certificate } from '../certificate.ts';
import { MalformedDer } from '../der.ts';
import type { Crl } from './crl.ts';
import type { CrlEntry } from './crl-entries.ts';
import { comparableDirectoryName } from './name.ts';
import { ALL_REASONS, reasonsIn } from './reason.ts';
import { type DistributionPoint, fieldsOf, type RevocationFields } from './revocation-fields.ts';
import { authorizedSigner } from './signer.ts';
import {
  type Good,
  isPermanent,
  moment,
  type RevocationProblem,
  type Revoked,
  type Unusable,
  unusable,
} from './status.ts';

export type CrlQuestion = {
  /** The certificate asked about. */
  readonly certificate: Certificate;
  /** The certificate that issued it, as validated. */
  readonly issuer: Certificate;
  /** The validated path from above the issuer up to the trust anchor, included. */
  readonly above?: readonly Certificate[];
  /** Complete and delta CRLs at hand, of whatever issuer; what does not apply is passed over. */
  readonly crls: readonly Crl[];
  /** Certificates that may have signed a CRL beside those of the path; each is checked before it is believed. */
  readonly signers?: readonly Certificate[];
  /** The moment asked about, milliseconds since the epoch. */
  readonly at: number;
  /** How far clocks may differ, milliseconds. Default 60,000. */
  readonly skew?: number;
};

export type CrlAnswer = Good | Revoked | Unusable;

const SKEW = 60_000;

type Problem = RevocationProblem;
const problem = (because: Problem['because'], detail: string): Problem => ({ because, detail });

/** What a CRL calls itself in a message. */
const label = (crl: Crl): string =>
  `${crl.baseNumber === undefined ? 'CRL' : 'delta CRL'}${crl.number === undefined ? '' : ` ${crl.number}`} of ${crl.issuer} from ${moment(crl.thisUpdate)}`;

const intersects = (some: readonly string[], others: readonly string[]): boolean => {
  const set = new Set(others);
  return some.some((name) => set.has(name));
};

/** RFC 5280 §6.3.3 (b) (1): whose CRLs this distribution point is about. */
const isOfIssuer = (crl: Crl, point: DistributionPoint, certificate: RevocationFields): boolean =>
  point.crlIssuers
    ? point.crlIssuers.some((name) => name.equals(crl.issuer))
    : certificate.issuer.equals(crl.issuer);

/** RFC 5280 §6.3.3 (b): whether the CRL is about this certificate as far as this distribution point goes. */
function scopeProblem(
  crl: Crl,
  point: DistributionPoint,
  certificate: RevocationFields,
): Problem | undefined {
  const { scope } = crl;
  if (point.crlIssuers && !scope.indirect) {
    return problem('scope', `${label(crl)} is not indirect, as another issuer's must be`);
  }
  if (scope.names) {
    const expected = point.names ?? point.crlIssuers?.map(comparableDirectoryName) ?? [];
    if (!intersects(expected, scope.names)) {
      return problem('scope', `${label(crl)} is for another distribution point`);
    }
  }
  const kind = certificate.isCa ? 'ca' : 'user';
  if (scope.certificates !== 'all' && scope.certificates !== kind) {
    return problem('scope', `${label(crl)} is for ${scope.certificates} certificates, this is a ${kind} one`);
  }
  return undefined;
}

/** Whether what is not on the CRL may be called good at this moment. */
function currencyProblem(crl: Crl, at: number, skew: number): Problem | undefined {
  if (crl.thisUpdate > at + skew) {
    return problem('not-yet-valid', `${label(crl)} is not valid before then, it is ${moment(at)}`);
  }
  if (crl.nextUpdate === undefined) return problem('no-next-update', `${label(crl)} states no nextUpdate`);
  if (crl.nextUpdate < at - skew) {
    return problem(
      'expired',
      `${label(crl)} was to be replaced by ${moment(crl.nextUpdate)}, it is ${moment(at)}`,
    );
  }
  return undefined;
}

const usabilityProblem = ({ unknownCritical }: Crl): Problem | undefined =>
  unknownCritical.length === 0
    ? undefined
    : problem(
        'unknown-critical-extension',
        `critical extension ${unknownCritical.join(', ')} is not understood`,
      );

/** One certificate that cannot be read must not hide the others. */
function isReadable(certificate: Certificate): boolean {
  try {
    fieldsOf(certificate);
    return true;
  } catch (error) {
    if (error instanceof MalformedDer) return false;
    throw error;
  }
}

/** RFC 5280 §6.3.3 (f) and (g): who signed the CRL, if that one may. */
function signerOf(crl: Crl, question: CrlQuestion): { signer: Certificate } | { problem: Problem } {
  const { issuer, above = [], signers = [], at } = question;
  const path = [issuer, ...above];
  let found: Problem | undefined;
  for (const candidate of [...path, ...signers.filter(isReadable)]) {
    if (!fieldsOf(candidate).subject.equals(crl.issuer)) continue;
    const wrong =
      crl.signatureProblem(candidate) ??
      authorizedSigner(candidate, path, at) ??
      (path.includes(candidate) ? undefined : revokedSigner(candidate, path, question));
    if (wrong === undefined) return { signer: candidate };
    // A signature that verifies and is not believed says more than one that does not verify.
    if (found === undefined || found.because === 'signature-invalid') found = wrong;
  }
  return {
    problem: problem(
      found?.because ?? 'signer-not-authorized',
      `${label(crl)}: ${found?.detail ?? 'no certificate of its issuer is known'}`,
    ),
  };
}

/** A signer outside the path is not believed when a CRL at hand, signed within the path, says it is revoked. */
function revokedSigner(
  signer: Certificate,
  path: readonly Certificate[],
  question: CrlQuestion,
): Problem | undefined {
  const index = path.findIndex((authority) => fieldsOf(authority).subject.equals(fieldsOf(signer).issuer));
  const issuer = path[index];
  if (issuer === undefined) return undefined;
  const answer = evaluate({
    ...question,
    certificate: signer,
    issuer,
    above: path.slice(index + 1),
    signers: [],
  });
  return answer.status === 'revoked'
    ? problem('signer-revoked', `its signer was revoked at ${moment(answer.at)} (${answer.reason})`)
    : undefined;
}

/** The delta CRLs that go with a complete one (RFC 5280 §6.3.3 (c)), newest first. */
const deltasFor = (complete: Crl, crls: readonly Crl[], signer: Certificate): Crl[] =>
  crls
    .filter(
      (delta) =>
        delta.baseNumber !== undefined &&
        delta.number !== undefined &&
        complete.number !== undefined &&
        complete.number >= delta.baseNumber &&
        complete.number < delta.number &&
        complete.hasScopeOf(delta) &&
        delta.unknownCritical.length === 0 &&
        delta.signatureProblem(signer) === undefined,
    )
    .sort((one, other) => other.thisUpdate - one.thisUpdate);

type Finding =
  | { readonly kind: 'revoked'; readonly entry: CrlEntry; readonly until: number }
  | { readonly kind: 'covers'; readonly reasons: number; readonly until: number }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What one complete CRL and its deltas say, once they are known to be in scope. */
function findingOf(crl: Crl, reasons: number, certificate: RevocationFields, question: CrlQuestion): Finding {
  const { at, crls, skew = SKEW } = question;
  const unusableCrl = usabilityProblem(crl);
  if (unusableCrl) {
    return { kind: 'problem', problem: { ...unusableCrl, detail: `${label(crl)}: ${unusableCrl.detail}` } };
  }
  const signed = signerOf(crl, question);
  if ('problem' in signed) return { kind: 'problem', problem: signed.problem };

  const deltas = deltasFor(crl, crls, signed.signer);
  const delta = deltas.find((candidate) => currencyProblem(candidate, at, skew) === undefined);
  const listed = crl.entry(certificate.issuer, certificate.serial);
  const change = delta?.entry(certificate.issuer, certificate.serial);
  const stale = deltas
    .map((old) => old.entry(certificate.issuer, certificate.serial))
    .find((entry) => entry !== undefined && isPermanent(entry));
  const outdated = currencyProblem(crl, at, skew);
  const entry = change ?? (listed && isPermanent(listed) ? listed : (stale ?? listed));
  const until = Math.min(crl.nextUpdate ?? at, delta?.nextUpdate ?? Number.POSITIVE_INFINITY);
  if (entry && entry.reason !== 'removeFromCRL' && (!outdated || isPermanent(entry))) {
    return { kind: 'revoked', entry, until: isPermanent(entry) ? Number.POSITIVE_INFINITY : until };
  }
  if (outdated) return { kind: 'problem', problem: outdated };
  return { kind: 'covers', reasons, until };
}

function evaluate(question: CrlQuestion): CrlAnswer {
  const certificate = fieldsOf(question.certificate);
  const complete = question.crls
    .filter(({ baseNumber }) => baseNumber === undefined)
    .sort((one, other) => other.thisUpdate - one.thisUpdate);
  const points: DistributionPoint[] = [
    ...certificate.distributionPoints,
    // RFC 5280 §6.3.3, last paragraph: CRLs of the issuer that no distribution point names count too.
    { names: [comparableDirectoryName(certificate.issuer)], uris: [] },
  ];
  const problems: Problem[] = [];
  const outOfScope: Problem[] = [];
  let covered = 0;
  let until = Number.POSITIVE_INFINITY;
  for (const point of points) {
    for (const crl of complete) {
      const reasons = crl.scope.reasons & (point.reasons ?? ALL_REASONS);
      if ((reasons & ~covered) === 0 || !isOfIssuer(crl, point, certificate)) continue;
      const misplaced = scopeProblem(crl, point, certificate);
      if (misplaced) {
        outOfScope.push(misplaced);
        continue;
      }
      const finding = findingOf(crl, reasons, certificate, question);
      if (finding.kind === 'revoked') {
        return { status: 'revoked', ...finding.entry, until: finding.until };
      }
      if (finding.kind === 'problem') {
        problems.push(finding.problem);
        continue;
      }
      covered |= reasons;
      until = Math.min(until, finding.until);
    }
    if (covered === ALL_REASONS) return { status: 'good', until };
  }
  if (covered !== 0) {
    const missing = reasonsIn(ALL_REASONS & ~covered).join(', ');
    problems.unshift(problem('reasons-not-covered', `no usable CRL covers ${missing}`));
  }
  if (problems.length === 0) problems.push(...outOfScope);
  if (problems.length === 0) {
    return unusable('no-source', `no complete CRL of ${certificate.issuer} is at hand`);
  }
  const distinct = new Map(problems.map((each) => [`${each.because} ${each.detail}`, each]));
  return { status: 'unusable', why: [...distinct.values()] };
}

/**
 * Decides by CRLs whether a certificate of a validated path is revoked (RFC 5280 §6.3.3): distribution points
 * and reasons, indirect CRLs, delta CRLs, signatures. A CRL past its nextUpdate never makes a certificate
 * good; what it says is revoked for ever stays revoked.
 *
 * A CRL's signer is the issuer, another certificate of the path, or one of `signers` that an authority of
 * the path issued itself and that is not itself listed as revoked.
 * @returns never throws for what certificates and CRLs hold
 */
export function statusByCrls(question: CrlQuestion): CrlAnswer {
  try {
    return evaluate(question);
  } catch (error) {
    if (error instanceof MalformedDer) return unusable('malformed', error.message);
    throw error;
  }
}
