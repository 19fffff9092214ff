import type { PresentedCertificate } from '@countersign/x509';
import { evaluateRevocation, type RevocationOutcome } from '@countersign/x509/revocation';
import { noAuthorityAbove } from './no-authority.ts';
import { presentedPath } from './presented-path.ts';
import type { TrustSet } from './trust-set.ts';

/**
 * Whether this server had no room to ask about revocation: a state that strangers can bring about, and that must let
 * nobody in, whatever the policy.
 */
export const wasNotAsked = (outcome: RevocationOutcome): boolean =>
  outcome.status === 'undetermined' &&
  outcome.undetermined.some(({ why }) =>
    why.some(({ problems }) => problems.some(({ because }) => because === 'not-asked')),
  );

/**
 * Whether a certificate has a valid path to an anchor of the set and is not revoked by the set's rule.
 * @param at milliseconds since the epoch
 * @returns undefined when it is trusted, otherwise why not, for the operator
 */
export async function distrustOf(
  { certificate, chain }: PresentedCertificate,
  trust: TrustSet,
  at: number,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const result = presentedPath({
    leaf: certificate,
    intermediates: chain,
    anchors: trust.anchors,
    at,
  });
  if (!result.valid) {
    const { reason, field } = result;
    return { trust: trust.name, reason, field, ...noAuthorityAbove([result.certificate], trust) };
  }
  const { revocation: policy, sources } = trust;
  const outcome = await evaluateRevocation({ path: result.path, policy, sources, at });
  return outcome.decision === 'refuse' || wasNotAsked(outcome)
    ? { trust: trust.name, revocation: outcome.status }
    : undefined;
}
