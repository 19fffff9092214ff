import type { PresentedCertificate } from '@countersign/x509';
import { certificateClaim, claimsOn } from '../client/authority-claim.ts';
import type { Clock } from '../clock.ts';
import { accessDenied } from '../refusal/error-codes.ts';
import type { ReservedClaims } from '../registration/certificate-possession.ts';
import type { TrustSets } from './trust-set.ts';
import { distrustOf } from './trusted-certificate.ts';

/** `[registration]` of deployment.toml under its own names: the certificate a client needs to register itself. */
export type RegistrantPolicy = {
  readonly client_certificate: 'optional' | 'required' | 'trusted';
  /** Those whose certificates are taken when they must be `trusted`; the trust store when there are none. */
  readonly trust_groups: readonly string[];
};

/**
 * Checks the certificate of a request to register, or to manage what was registered.
 * @throws Refusal `access_denied` when the deployment wants a client certificate and this is none it takes
 */
export type CheckRegistrant = (presented: PresentedCertificate | undefined) => Promise<void>;

const NEEDED = 'A client certificate is needed here.';

/** @param policy of now; asked at every request */
export function createRegistrantCheck(
  policy: () => RegistrantPolicy,
  trustSets: TrustSets,
  clock: Clock,
): CheckRegistrant {
  return async (presented) => {
    const { client_certificate, trust_groups } = policy();
    if (client_certificate === 'optional') return;
    if (!presented) {
      const evidence = { expected: 'a client certificate', presented: 'none' };
      throw accessDenied(NEEDED, 'certificate_absent', evidence, 403);
    }
    if (client_certificate === 'required') return;
    const groups = trust_groups.length > 0 ? trust_groups : [undefined];
    const why: unknown[] = [];
    for (const trust_group of groups) {
      const trust = await trustSets({ trust_group, trust_anchors: [] });
      const distrust = trust && (await distrustOf(presented, trust, clock()));
      if (trust && !distrust) return;
      why.push(distrust ?? { trust: `trust_group ${trust_group}`, reason: 'not configured' });
    }
    const evidence = { presented: presented.certificate.thumbprint, why };
    throw accessDenied(NEEDED, 'certificate_not_trusted', evidence, 403);
  };
}

/**
 * The authorities of the trust store and of every group, by certificate and by key, and the certificates by which
 * administrators enter. Asked of now: both change while the server runs.
 */
export function createReservedClaims(options: {
  readonly trustSets: TrustSets;
  readonly trustGroups: () => readonly { readonly name: string }[];
  readonly administrators: () => readonly { readonly certificate_thumbprint: string }[];
}): ReservedClaims {
  const { trustSets, trustGroups, administrators } = options;
  return async () => {
    const groups = [undefined, ...trustGroups().map(({ name }) => name)];
    const sets = await Promise.all(
      groups.map((trust_group) => trustSets({ trust_group, trust_anchors: [] })),
    );
    const authorities = sets.flatMap((set) => set?.anchors ?? []);
    return new Set([
      ...authorities.flatMap(claimsOn),
      ...administrators().map(({ certificate_thumbprint }) => certificateClaim(certificate_thumbprint)),
    ]);
  };
}
