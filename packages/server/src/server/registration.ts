import type { PresentedCertificate } from '@countersign/x509';
import type { TrustSets } from '../client-authentication/trust-set.ts';
import { distrustOf } from '../client-authentication/trusted-certificate.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { RefusalContext } from '../endpoint/oauth-replies.ts';
import { registerEndpoint } from '../endpoint/register.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import { Refusal } from '../refusal/refusal.ts';
import { createDynamicRegistrar } from '../registration/dynamic-registrar.ts';
import { createSoftwareStatements } from '../registration/software-statement.ts';
import type { OpenHome } from './open-home.ts';

export type RegistrationContext = RefusalContext & {
  readonly issuer: string;
  readonly opened: OpenHome;
  readonly jwks: JwksSource;
  readonly trustSets: TrustSets;
  /** Where the listener is that asks for certificates, when it is another one. */
  readonly mtlsBase: string | undefined;
};

/** Composes dynamic client registration. */
export function registrationEndpoint(context: RegistrationContext): Endpoint {
  const { opened, jwks, trustSets, issuer, mtlsBase = issuer } = context;
  const { storage, clients, events } = opened;
  const { atStart, now } = opened.configuration;
  const policy = () => ({ ...atStart.registration, ...now().registration });

  const checkCertificate = async (presented: PresentedCertificate | undefined) => {
    const { client_certificate, trust_groups } = policy();
    if (client_certificate === 'optional') return;
    const refuse = (because: 'certificate_absent' | 'certificate_not_trusted', evidence: object) =>
      new Refusal('access_denied', 'A client certificate is needed here.', because, { ...evidence }, 403);
    if (!presented) {
      throw refuse('certificate_absent', { expected: 'a client certificate', presented: 'none' });
    }
    if (client_certificate === 'required') return;
    const groups = trust_groups.length > 0 ? trust_groups : [undefined];
    const why: unknown[] = [];
    for (const trust_group of groups) {
      const trust = trustSets({ trust_group, trust_anchors: [] });
      const distrust = trust && (await distrustOf(presented, trust, Date.now()));
      if (trust && !distrust) return;
      why.push(distrust ?? { trust: `trust_group ${trust_group}`, reason: 'not configured' });
    }
    throw refuse('certificate_not_trusted', { presented: presented.certificate.thumbprint, why });
  };

  const readSoftwareStatement = createSoftwareStatements(() => policy().software_statement_authority, jwks);
  /** Asked of now: anchors and administrators change while the server runs. */
  const isReserved = (thumbprint: string): boolean => {
    const { trust_group, admin_console } = now();
    const groups = [undefined, ...trust_group.map(({ name }) => name)];
    const anchors = groups.flatMap(
      (group) => trustSets({ trust_group: group, trust_anchors: [] })?.anchors ?? [],
    );
    const { administrator } = admin_console.authenticator.mutual_ssl_authenticator;
    return (
      anchors.some((anchor) => anchor.thumbprint === thumbprint) ||
      administrator.some((entry) => entry.certificate_thumbprint === thumbprint)
    );
  };
  const registrar = createDynamicRegistrar({
    storage,
    clients,
    events,
    readSoftwareStatement,
    policy,
    isReserved,
  });
  return registerEndpoint({
    ...context,
    registrar,
    managementBase: () => (policy().client_certificate === 'optional' ? issuer : mtlsBase),
    open: atStart.registration.mode !== 'closed',
    checkCertificate,
  });
}
