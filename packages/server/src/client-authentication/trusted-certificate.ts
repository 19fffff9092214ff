import type { PresentedCertificate } from '@countersign/x509';
import { validatePath } from '@countersign/x509/path-validation';
import { evaluateRevocation } from '@countersign/x509/revocation';
import type { TrustSet } from './trust-set.ts';

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
  const result = validatePath({
    leaf: certificate,
    intermediates: chain,
    anchors: trust.anchors,
    at,
    usage: 'client-auth',
  });
  if (!result.valid) return { trust: trust.name, reason: result.reason, field: result.field };
  const { revocation: policy, sources } = trust;
  const outcome = await evaluateRevocation({ path: result.path, policy, sources, at });
  return outcome.decision === 'refuse' ? { trust: trust.name, revocation: outcome.status } : undefined;
}
