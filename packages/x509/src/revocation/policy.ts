import { type Certificate, MalformedCertificate } from '../certificate.ts';
import type { RevocationReason } from './reason.ts';
import type { GoodStatus, RevocationProblem, RevokedStatus, UnusableStatus } from './status.ts';

/**
 * What revocation counts for, set for each trust group. `off`: nothing is asked. `prefer`: a certificate whose
 * status cannot be told is accepted, and the outcome says so. `require`: it is refused.
 */
export type RevocationPolicy = 'off' | 'prefer' | 'require';

/** The answer of one source; `retryAt` (milliseconds since the epoch) is when asking again may bring more. */
export type RevocationStatus = GoodStatus | RevokedStatus | (UnusableStatus & { readonly retryAt?: number });

/** Something that can be asked for the status of a certificate: CRLs, OCSP responders, a fake in a test. */
export interface RevocationSource {
  /** Shown to the operator: `crl`, `ocsp`. */
  readonly name: string;
  /**
   * @param issuer the certificate that issued it, as validated
   * @param at the moment asked about, milliseconds since the epoch
   * @param above the validated path from above the issuer up to the trust anchor, included
   */
  statusOf(
    certificate: Certificate,
    issuer: Certificate,
    at: number,
    above: readonly Certificate[],
  ): Promise<RevocationStatus> | RevocationStatus;
}

/** Why one certificate's status could not be told, source by source. */
export type Undetermined = {
  readonly certificate: Certificate;
  readonly why: readonly { readonly source: string; readonly problems: readonly RevocationProblem[] }[];
};

/**
 * What became of a path. `until` (milliseconds since the epoch) is when the outcome has to be asked for anew,
 * Infinity when time alone does not change it; a change of the sources' generation ends it earlier.
 */
export type RevocationOutcome =
  | { readonly status: 'not-checked'; readonly decision: 'accept'; readonly until: number }
  | { readonly status: 'good'; readonly decision: 'accept'; readonly until: number }
  | {
      readonly status: 'revoked';
      readonly decision: 'refuse';
      readonly certificate: Certificate;
      readonly source: string;
      /** Milliseconds since the epoch. */
      readonly at: number;
      readonly reason: RevocationReason;
      readonly until: number;
    }
  | {
      readonly status: 'undetermined';
      /** `refuse` under `require`, `accept` under `prefer`. */
      readonly decision: 'accept' | 'refuse';
      readonly undetermined: readonly Undetermined[];
      readonly until: number;
    };

/** What `evaluateRevocation` is asked, and whom it asks. */
export type RevocationQuestion = {
  /** A validated path: the end entity first, the trust anchor last. */
  readonly path: readonly Certificate[];
  readonly policy: RevocationPolicy;
  /** Asked in this order; the first that knows decides. */
  readonly sources: readonly RevocationSource[];
  /** Milliseconds since the epoch. */
  readonly at: number;
};

type Finding =
  | GoodStatus
  | (RevokedStatus & { readonly certificate: Certificate; readonly source: string })
  | (Undetermined & { readonly status: 'undetermined'; readonly until: number });

/** RFC 9608 §4: an end entity whose issuer says that it publishes nothing about it. */
function isExempt(certificate: Certificate): boolean {
  try {
    const { noRevocationAvailable } = certificate.revocationInformation;
    return noRevocationAvailable && !certificate.extensions.basicConstraints?.cA;
  } catch (error) {
    if (error instanceof MalformedCertificate) return false;
    throw error;
  }
}

async function ask(
  source: RevocationSource,
  ...question: Parameters<RevocationSource['statusOf']>
): Promise<RevocationStatus> {
  try {
    return await source.statusOf(...question);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { status: 'unusable', why: [{ because: 'unexpected', detail }] };
  }
}

async function findingOf(
  certificate: Certificate,
  issuer: Certificate,
  above: readonly Certificate[],
  { sources, at }: RevocationQuestion,
): Promise<Finding> {
  if (isExempt(certificate)) return { status: 'good', until: Number.POSITIVE_INFINITY };
  const why: Undetermined['why'][number][] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const source of sources) {
    const answer = await ask(source, certificate, issuer, at, above);
    switch (answer.status) {
      case 'good':
        return answer;
      case 'revoked':
        return { ...answer, certificate, source: source.name };
      case 'unusable':
        why.push({ source: source.name, problems: answer.why });
        until = Math.min(until, answer.retryAt ?? at);
    }
  }
  return { status: 'undetermined', certificate, why, until };
}

/**
 * Asks the sources about every certificate of a validated path, from the end entity to just below the anchor.
 * A revoked one refuses the path whatever the policy, unless it is `off`; of several, the one nearest the anchor
 * is named. Sources that throw count as not knowing.
 */
export async function evaluateRevocation(question: RevocationQuestion): Promise<RevocationOutcome> {
  const { path, policy } = question;
  if (policy === 'off') return { status: 'not-checked', decision: 'accept', until: Number.POSITIVE_INFINITY };
  const findings = await Promise.all(
    path.slice(0, -1).map((certificate, index) => {
      const [issuer = certificate, ...above] = path.slice(index + 1);
      return findingOf(certificate, issuer, above, question);
    }),
  );
  const undetermined: Undetermined[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const finding of findings.toReversed()) {
    if (finding.status === 'revoked') {
      const { certificate, source, at, reason, until } = finding;
      return { status: 'revoked', decision: 'refuse', certificate, source, at, reason, until };
    }
    until = Math.min(until, finding.until);
    if (finding.status === 'undetermined') {
      const { certificate, why } = finding;
      undetermined.push({ certificate, why });
    }
  }
  if (undetermined.length === 0) return { status: 'good', decision: 'accept', until };
  return {
    status: 'undetermined',
    decision: policy === 'require' ? 'refuse' : 'accept',
    undetermined: undetermined.toReversed(),
    until,
  };
}
