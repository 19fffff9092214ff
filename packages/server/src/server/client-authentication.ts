import {
  type AuthenticateClient,
  createAuthenticatorChain,
} from '../client-authentication/authenticator-chain.ts';
import type { ClientAuthenticator } from '../client-authentication/client-authenticator.ts';
import { type ClientDirectory, createClientDirectory } from '../client-authentication/client-directory.ts';
import { clientSecretJwt } from '../client-authentication/client-secret-jwt.ts';
import { privateKeyJwt } from '../client-authentication/private-key-jwt.ts';
import { selfSignedTlsClientAuth } from '../client-authentication/self-signed-tls-client-auth.ts';
import { tlsClientAuth } from '../client-authentication/tls-client-auth.ts';
import { createTrust, type Trust } from '../client-authentication/trust.ts';
import type { StoreContents } from '../config/configuration.ts';
import { homePaths } from '../config/home.ts';
import { createJwksSource, type JwksSource } from '../outbound/jwks-source.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import { createRevocation, type Revocation } from '../outbound/revocation.ts';
import { orderedAuthenticators } from './authenticator-order.ts';
import { loadPlugIns, type PlugIns } from './load-plug-ins.ts';
import type { OpenHome } from './open-home.ts';

/** Everything that decides who a client is, built once. */
export type ClientAuthentication = {
  readonly directory: ClientDirectory;
  readonly plugIns: PlugIns;
  readonly authenticators: readonly ClientAuthenticator[];
  readonly authenticateClient: AuthenticateClient;
  readonly trust: Trust;
  readonly jwks: JwksSource;
  readonly revocation: Revocation;
  close(): void;
};

/**
 * Builds the authenticator chain of a deployment.
 * @param stores the certificates of now
 * @throws InvalidPlugIn, UnknownAuthenticator
 */
export async function createClientAuthentication(
  opened: OpenHome,
  stores: () => StoreContents,
  outbound: OutboundFetch,
): Promise<ClientAuthentication> {
  const { storage, events, clock } = opened;
  const { atStart, now } = opened.configuration;
  const jwks = createJwksSource(outbound, { clock });
  const directory = createClientDirectory(storage.clients, () => storage.registryVersion());
  const revocation = createRevocation(outbound, () => now().trust_group, clock);
  const trust = createTrust({
    stores,
    groups: () => now().trust_group,
    lenient: atStart.transport.https.trustManagerClassName !== undefined,
    revocation,
    clock,
  });
  const tls = tlsClientAuth({
    clock,
    trustSets: trust.trustSets,
    clientsRegistering: async (thumbprint) =>
      (await storage.clients.findByThumbprint(thumbprint)).map(({ client_id }) => client_id),
    onRevocationUnknown: (client_id, evidence) => {
      events.record({
        type: 'certificate.revocation_unknown',
        outcome: 'success',
        because: 'certificate_revocation_unknown',
        client_id,
        evidence,
      });
    },
  });
  const { mtls } = atStart.transport;
  const assertions = {
    issuer: atStart.server.base_url,
    replays: storage.replays,
    clock,
    mtlsBase: mtls.enable ? mtls.base_url : undefined,
  };
  const plugIns = await loadPlugIns(homePaths(opened.home).dropins);
  const authenticators = orderedAuthenticators(
    atStart.event_listener,
    [selfSignedTlsClientAuth(jwks, clock), tls],
    [privateKeyJwt(jwks, assertions), clientSecretJwt(atStart.encryption.key, assertions)],
    plugIns.authenticators,
  );
  return {
    directory,
    plugIns,
    authenticators,
    authenticateClient: createAuthenticatorChain(authenticators, directory),
    trust,
    jwks,
    revocation,
    close: () => revocation.close(),
  };
}
