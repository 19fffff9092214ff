import {
  createRegistrantCheck,
  createReservedClaims,
} from '../client-authentication/registrant-certificate.ts';
import type { TrustSets } from '../client-authentication/trust-set.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import type { RefusalContext } from '../endpoint/oauth-replies.ts';
import { registerEndpoint } from '../endpoint/register.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import { createDynamicRegistrar } from '../registration/dynamic-registrar.ts';
import { createSignedRegistrations } from '../registration/signed-registration.ts';
import { createSoftwareStatements } from '../registration/software-statement.ts';
import { successionOf } from '../token/succession.ts';
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
  const { opened, jwks, trustSets, issuer, mtlsBase = issuer, reportError, realm } = context;
  const { storage, clients, events, clock } = opened;
  const { atStart, now } = opened.configuration;
  const policy = () => ({ ...atStart.registration, ...now().registration });

  const readSoftwareStatement = createSoftwareStatements(
    () => policy().software_statement_authority,
    jwks,
    clock,
  );
  const readSignedRegistration = createSignedRegistrations({
    audiences: [...new Set([issuer, mtlsBase].flatMap((base) => [base, `${base}/oauth2/register`]))],
    readSoftwareStatement,
    jwks,
    replays: storage.replays,
    clock,
  });
  const reserved = createReservedClaims({
    trustSets,
    trustGroups: () => now().trust_group,
    administrators: () => now().admin_console.authenticator.mutual_ssl_authenticator.administrator,
  });
  const registrar = createDynamicRegistrar({
    storage,
    clients,
    events,
    readSoftwareStatement,
    readSignedRegistration,
    policy,
    defaults: atStart.oauth,
    reserved,
    idempotency: opened.idempotency,
    successorOf: successionOf('registration access token', atStart.encryption.key),
    clock,
  });
  return registerEndpoint({
    issuer,
    events,
    reportError,
    realm,
    registrar,
    managementBase: () => (policy().client_certificate === 'optional' ? issuer : mtlsBase),
    open: atStart.registration.mode !== 'closed',
    checkCertificate: createRegistrantCheck(policy, trustSets, clock),
  });
}
