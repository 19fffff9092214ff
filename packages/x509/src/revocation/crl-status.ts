import { type Certificate, MalformedCertificate } from '../certificate.ts';
import { readEvery } from '../certificate-extensions.ts';
import type { DistinguishedName } from '../distinguished-name.ts';
import { type GeneralName, generalNameKey } from '../general-name.ts';
import { SignatureBudget } from '../signed-data.ts';
import { timeText } from '../time-text.ts';
import type { Crl } from './crl.ts';
import type { CrlEntry } from './crl-entries.ts';
import type { DistributionPoint } from './distribution-point.ts';
import { ALL_REASONS, reasonsIn } from './reason.ts';
import { authorizedSigner } from './signer.ts';
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

/** What `statusByCrls` is asked, and what it may go by. */
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
  /** What the whole decision may verify, shared with its other parts. Default 128 signatures. */
  readonly budget?: SignatureBudget;
};

/** A question with its budget, one for it and for those it leads to. */
type Question = CrlQuestion & { readonly budget: SignatureBudget };

/** What CRLs say of a certificate. */
export type CrlAnswer = GoodStatus | RevokedStatus | UnusableStatus;

const SKEW = 60_000;

type Problem = RevocationProblem;
const problem = (because: Problem['because'], detail: string): Problem => ({ because, detail });

/** What a CRL calls itself in a message. */
const label = (crl: Crl): string =>
  `${crl.baseNumber === undefined ? 'CRL' : 'delta CRL'}${crl.number === undefined ? '' : ` ${crl.number}`} of ${crl.issuer} from ${timeText(crl.thisUpdate)}`;

const intersects = (some: readonly GeneralName[], others: readonly GeneralName[]): boolean => {
  const keys = new Set(others.map(generalNameKey));
  return some.some((name) => keys.has(generalNameKey(name)));
};

const directoryName = (name: DistinguishedName): GeneralName => ({ kind: 'directoryName', name });

/** RFC 5280 §6.3.3 (b) (1): whose CRLs this distribution point is about. */
const isOfIssuer = (crl: Crl, point: DistributionPoint, certificate: Certificate): boolean =>
  point.crlIssuers
    ? point.crlIssuers.some((name) => name.equals(crl.issuer))
    : certificate.issuer.equals(crl.issuer);

/** RFC 5280 §6.3.3 (b): whether the CRL is about this certificate as far as this distribution point goes. */
function scopeProblem(crl: Crl, point: DistributionPoint, certificate: Certificate): Problem | undefined {
  const { scope } = crl;
  if (point.crlIssuers && !scope.indirect) {
    return problem('scope', `${label(crl)} is not indirect, as another issuer's must be`);
  }
  if (scope.names) {
    const expected = point.names ?? point.crlIssuers?.map(directoryName) ?? [];
    if (!intersects(expected, scope.names)) {
      return problem('scope', `${label(crl)} is for another distribution point`);
    }
  }
  const kind = certificate.extensions.basicConstraints?.cA ? 'ca' : 'user';
  if (scope.certificates !== 'all' && scope.certificates !== kind) {
    return problem('scope', `${label(crl)} is for ${scope.certificates} certificates, this is a ${kind} one`);
  }
  return undefined;
}

/** Whether what is not on the CRL may be called good at this moment. */
function currencyProblem(crl: Crl, at: number, skew: number): Problem | undefined {
  if (crl.thisUpdate > at + skew) {
    return problem('not-yet-valid', `${label(crl)} is not valid before then, it is ${timeText(at)}`);
  }
  if (crl.nextUpdate === undefined) return problem('no-next-update', `${label(crl)} states no nextUpdate`);
  if (crl.nextUpdate < at - skew) {
    return problem(
      'expired',
      `${label(crl)} was to be replaced by ${timeText(crl.nextUpdate)}, it is ${timeText(at)}`,
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
    certificate.publicKey;
    certificate.revocationInformation.distributionPoints;
    readEvery(certificate.extensions);
    return true;
  } catch (error) {
    if (error instanceof MalformedCertificate) return false;
    throw error;
  }
}

/** RFC 5280 §6.3.3 (f) and (g): who signed the CRL, if that one may. */
function signerOf(crl: Crl, question: Question): { signer: Certificate } | { problem: Problem } {
  const { issuer, above = [], signers = [], at, budget } = question;
  const path = [issuer, ...above];
  let found: Problem | undefined;
  for (const candidate of [...path, ...signers.filter(isReadable)]) {
    if (!candidate.subject.equals(crl.issuer)) continue;
    const wrong =
      asRevocationProblem(crl.signatureProblem(candidate, budget)) ??
      authorizedSigner(candidate, path, at, budget) ??
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
  question: Question,
): Problem | undefined {
  const index = path.findIndex((authority) => authority.subject.equals(signer.issuer));
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
    ? problem('signer-revoked', `its signer was revoked at ${timeText(answer.at)} (${answer.reason})`)
    : undefined;
}

/** The delta CRLs that go with a complete one (RFC 5280 §6.3.3 (c)), newest first. */
const deltasFor = (complete: Crl, { crls, budget }: Question, signer: Certificate): Crl[] =>
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
        delta.signatureProblem(signer, budget) === undefined,
    )
    .sort((one, other) => other.thisUpdate - one.thisUpdate);

type Finding =
  | { readonly kind: 'revoked'; readonly entry: CrlEntry; readonly until: number }
  | { readonly kind: 'covers'; readonly reasons: number; readonly until: number }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What one complete CRL and its deltas say, once they are known to be in scope. */
function findingOf(crl: Crl, reasons: number, question: Question): Finding {
  const { certificate, at, skew = SKEW } = question;
  const unusableCrl = usabilityProblem(crl);
  if (unusableCrl) {
    return { kind: 'problem', problem: { ...unusableCrl, detail: `${label(crl)}: ${unusableCrl.detail}` } };
  }
  const signed = signerOf(crl, question);
  if ('problem' in signed) return { kind: 'problem', problem: signed.problem };

  const deltas = deltasFor(crl, question, signed.signer);
  const delta = deltas.find((candidate) => currencyProblem(candidate, at, skew) === undefined);
  const { issuer, serialNumber } = certificate.fields;
  const listed = crl.entry(issuer, serialNumber);
  const change = delta?.entry(issuer, serialNumber);
  const stale = deltas
    .map((old) => old.entry(issuer, serialNumber))
    .find((entry) => entry !== undefined && isPermanentRevocation(entry));
  const outdated = currencyProblem(crl, at, skew);
  const entry = change ?? (listed && isPermanentRevocation(listed) ? listed : (stale ?? listed));
  const until = Math.min(crl.nextUpdate ?? at, delta?.nextUpdate ?? Number.POSITIVE_INFINITY);
  if (entry && entry.reason !== 'removeFromCRL' && (!outdated || isPermanentRevocation(entry))) {
    return { kind: 'revoked', entry, until: isPermanentRevocation(entry) ? Number.POSITIVE_INFINITY : until };
  }
  if (outdated) return { kind: 'problem', problem: outdated };
  return { kind: 'covers', reasons, until };
}

function evaluate(question: Question): CrlAnswer {
  const { certificate } = question;
  const complete = question.crls
    .filter(({ baseNumber }) => baseNumber === undefined)
    .sort((one, other) => other.thisUpdate - one.thisUpdate);
  const points: DistributionPoint[] = [
    ...certificate.revocationInformation.distributionPoints,
    // RFC 5280 §6.3.3, last paragraph: CRLs of the issuer that no distribution point names count too.
    { names: [directoryName(certificate.issuer)], uris: [] },
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
      const finding = findingOf(crl, reasons, question);
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
    return unusableStatus('no-source', `no complete CRL of ${certificate.issuer} is at hand`);
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
    const { budget = new SignatureBudget() } = question;
    const answer = evaluate({ ...question, budget });
    if (answer.status !== 'good' || !budget.isExceeded) return answer;
    // What was left unverified, a delta CRL perhaps, might have said otherwise.
    return unusableStatus('limit-exceeded', `expected at most ${budget.most} signature checks`);
  } catch (error) {
    return malformedStatus(error);
  }
}
