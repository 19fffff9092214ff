import { certificateDescription } from '@countersign/x509';
import {
  type AuthenticateClient,
  createAuthenticatorChain,
} from '../client-authentication/authenticator-chain.ts';
import { standingText } from '../client-authentication/authority.ts';
import { createAuthorityClaims, NO_CLAIMS } from '../client-authentication/authority-claims.ts';
import { noteClaimsBefore } from '../client-authentication/claims-before.ts';
import type { ClientAuthenticator } from '../client-authentication/client-authenticator.ts';
import { type ClientDirectory, createClientDirectory } from '../client-authentication/client-directory.ts';
import { clientSecretJwt } from '../client-authentication/client-secret-jwt.ts';
import { anchorsIn } from '../client-authentication/judged-stores.ts';
import { privateKeyJwt } from '../client-authentication/private-key-jwt.ts';
import { publicAuthoritiesAmong } from '../client-authentication/public-authorities.ts';
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
 * @param notesClaims whether what clients turn out to have is noted; not where a decision is only explained
 * @throws InvalidPlugIn, UnknownAuthenticator
 */
export async function createClientAuthentication(
  opened: OpenHome,
  stores: () => StoreContents,
  outbound: OutboundFetch,
  { notesClaims = true } = {},
): Promise<ClientAuthentication> {
  const { storage, events, clock, log } = opened;
  const { atStart, now } = opened.configuration;
  const jwks = createJwksSource(outbound, { clock });
  const directory = createClientDirectory(storage.clients, () => storage.registryVersion());
  const revocation = createRevocation(outbound, () => now().trust_group, clock);
  const claims = notesClaims
    ? createAuthorityClaims(storage, clock, (error) =>
        log.error({ err: error }, 'what a client has was not noted'),
      )
    : NO_CLAIMS;
  const isFirst = notesClaims && (await noteClaimsBefore(storage, clock()));
  const trust = await createTrust({
    stores,
    groups: () => now().trust_group,
    roles: () => now().truststore,
    authorities: storage.authorities,
    registryVersion: () => storage.registryVersion(),
    lenient: atStart.transport.https.trustManagerClassName !== undefined,
    revocation,
    clock,
  });
  if (isFirst) {
    for (const [thumbprint, standing] of await trust.standings(undefined)) {
      log.info(
        { thumbprint, role: standing.role },
        `in the trust store: ${standing.role}, ${standingText(standing)}`,
      );
    }
  }
  const publicRoots = publicAuthoritiesAmong(anchorsIn(stores().trusted));
  if (publicRoots.length > 0) {
    log.warn(
      { certificates: publicRoots.map(({ thumbprint }) => thumbprint) },
      `the trust store holds ${publicRoots.length} roots of the public web: whoever gets a certificate there comes through`,
    );
  }
  /** Told of once each: it is a state, not an occurrence. */
  const unconfirmed = new Set<string>();
  const tls = tlsClientAuth({
    clock,
    trustSets: trust.trustSets,
    claims,
    onUnconfirmedAuthority: (client_id, authority) => {
      if (unconfirmed.has(authority.thumbprint)) return;
      unconfirmed.add(authority.thumbprint);
      events.record({
        type: 'truststore.authority_unconfirmed',
        outcome: 'success',
        client_id,
        object: { kind: 'truststore', id: authority.thumbprint },
        detail: { authority: certificateDescription(authority) },
      });
    },
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
    [selfSignedTlsClientAuth(jwks, clock, claims), tls],
    [privateKeyJwt(jwks, assertions, claims), clientSecretJwt(atStart.encryption.key, assertions)],
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
