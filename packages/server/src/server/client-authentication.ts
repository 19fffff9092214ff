import { certificateDescription } from '@countersign/x509';
import { CacheUses } from '../cache-use.ts';
import {
  type AuthenticateClient,
  createAuthenticatorChain,
} from '../client-authentication/authenticator-chain.ts';
import { createAuthorityClaims, NO_CLAIMS } from '../client-authentication/authority-claims.ts';
import { createCertificateUses, NO_USES } from '../client-authentication/certificate-uses.ts';
import { createChosenSecrets } from '../client-authentication/chosen-secrets.ts';
import { noteClaimsBefore } from '../client-authentication/claims-before.ts';
import type { ClientAuthenticator } from '../client-authentication/client-authenticator.ts';
import {
  type ClientDirectory,
  createClientDirectory,
  type RememberedClients,
} from '../client-authentication/client-directory.ts';
import { clientSecret } from '../client-authentication/client-secret.ts';
import { clientSecretJwt } from '../client-authentication/client-secret-jwt.ts';
import type { TrustedSource } from '../client-authentication/judged-stores.ts';
import { privateKeyJwt } from '../client-authentication/private-key-jwt.ts';
import { selfSignedTlsClientAuth } from '../client-authentication/self-signed-tls-client-auth.ts';
import { tlsClientAuth } from '../client-authentication/tls-client-auth.ts';
import { createTrust, type Trust } from '../client-authentication/trust.ts';
import { type ReportedEntry, reportLine, trustReport } from '../client-authentication/trust-report.ts';
import { homePaths } from '../config/home.ts';
import { createJwksSource, type JwksSource } from '../outbound/jwks-source.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import { createRevocation, type Revocation } from '../outbound/revocation.ts';
import { orderedAuthenticators } from './authenticator-order.ts';
import { reportHeldHere } from './expiry.ts';
import { loadPlugIns, type PlugIns } from './load-plug-ins.ts';
import type { OpenHome } from './open-home.ts';
import { plugInReport } from './plug-in-report.ts';
import { judgedFrom } from './trust-stores.ts';

/** Everything that decides who a client is, built once. */
export type ClientAuthentication = {
  readonly directory: ClientDirectory & RememberedClients;
  readonly plugIns: PlugIns;
  readonly authenticators: readonly ClientAuthenticator[];
  readonly authenticateClient: AuthenticateClient;
  readonly trust: Trust;
  readonly jwks: JwksSource;
  readonly revocation: Revocation;
  /** Takes up what the trust stores hold now, and tells what each entry that came in is. */
  takeUpStores(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Builds the authenticator chain of a deployment.
 * @param stores where the trust stores are kept
 * @param notesClaims whether what clients turn out to have, and what becomes of plug-ins, is noted; not where a decision
 * is only explained
 * @throws InvalidPlugIn, UnknownAuthenticator
 */
export async function createClientAuthentication(
  opened: OpenHome,
  stores: TrustedSource,
  outbound: OutboundFetch,
  { notesClaims = true } = {},
): Promise<ClientAuthentication> {
  const { storage, events, clock, log } = opened;
  const { atStart, now } = opened.configuration;
  // What is only explained is not what the server does.
  const caches = notesClaims ? opened.metrics.caches : new CacheUses();
  const jwks = createJwksSource(outbound, { clock, uses: caches });
  const directory = createClientDirectory(
    storage.clients,
    storage.registry,
    () => storage.reach.state() === 'reached',
    caches,
  );
  const revocation = createRevocation(outbound, () => now().trust_group, clock, caches);
  const held = notesClaims ? reportHeldHere(opened, { jwks, revocation }) : undefined;
  const claims = notesClaims
    ? createAuthorityClaims(storage, clock, (error) =>
        log.error({ err: error }, 'what a client has was not noted'),
      )
    : NO_CLAIMS;
  const uses = notesClaims
    ? createCertificateUses({
        storage,
        events,
        clock,
        onFailed: (error) => log.debug({ err: error }, 'uses of certificates wait to be noted'),
      })
    : undefined;
  const isFirst = notesClaims && (await noteClaimsBefore(storage, clock()));
  const trust = await createTrust({
    ...judgedFrom(opened.configuration, stores, storage),
    lenient: atStart.transport.https.trustManagerClassName !== undefined,
    revocation,
    clock,
  });
  const entriesLog = await createEntriesLog(trust, log, isFirst);
  /** Told of once each: it is a state, not an occurrence. */
  const unconfirmed = new Set<string>();
  const tls = tlsClientAuth({
    clock,
    caches,
    trustSets: trust.trustSets,
    claims,
    uses: uses ?? NO_USES,
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
  const chosenSecrets = createChosenSecrets(opened.clientGuard, storage.ephemerals, clock);
  const { mtls } = atStart.transport;
  const assertions = {
    issuer: atStart.server.base_url,
    replays: storage.replays,
    clock,
    mtlsBase: mtls.enable ? mtls.base_url : undefined,
  };
  const plugIns = await loadPlugIns(homePaths(opened.home).dropins, {
    settings: atStart.plug_ins,
    ...(notesClaims && { reportOn: plugInReport(opened) }),
  });
  let authenticators: readonly ClientAuthenticator[];
  try {
    authenticators = orderedAuthenticators(
      atStart.event_listener,
      [selfSignedTlsClientAuth(jwks, clock, claims, uses ?? NO_USES), tls],
      [
        clientSecret(chosenSecrets),
        privateKeyJwt(jwks, assertions, claims),
        clientSecretJwt(atStart.encryption.key, assertions),
      ],
      plugIns.authenticators,
    );
  } catch (error) {
    await plugIns.close();
    throw error;
  }
  return {
    directory,
    plugIns,
    authenticators,
    authenticateClient: createAuthenticatorChain(authenticators, directory),
    trust,
    jwks,
    revocation,
    takeUpStores: entriesLog.tellNew,
    async close() {
      await held?.close();
      revocation.close();
      await uses?.close();
      await plugIns.close();
    },
  };
}

/**
 * Tells the log what entries of the trust stores are: of all once after an upgrade, and of each that comes in while the
 * server runs, whoever imported it.
 */
async function createEntriesLog(
  trust: Pick<Trust, 'judged'>,
  log: OpenHome['log'],
  isUpgrade: boolean,
): Promise<{ tellNew(): Promise<void> }> {
  const nameOf = ({ store, alias, thumbprint }: ReportedEntry) => JSON.stringify([store, alias, thumbprint]);
  const tell = (entries: readonly ReportedEntry[]) => {
    for (const entry of entries) {
      const { alias, thumbprint, subject, role } = entry;
      log.info({ alias, thumbprint, subject, role }, reportLine(entry));
    }
  };
  const warn = (entries: readonly ReportedEntry[]) => {
    const ofPublicWeb = entries.filter(({ of_public_web }) => of_public_web);
    if (ofPublicWeb.length > 0) {
      log.warn(
        { certificates: ofPublicWeb.map(({ thumbprint }) => thumbprint) },
        `the trust store holds ${ofPublicWeb.length} roots of the public web: whoever gets a certificate there comes through`,
      );
    }
  };
  const atStart = trustReport(await trust.judged());
  if (isUpgrade) tell(atStart);
  warn(atStart);
  let told = new Set(atStart.map(nameOf));
  return {
    async tellNew() {
      const entries = trustReport(await trust.judged());
      const fresh = entries.filter((entry) => !told.has(nameOf(entry)));
      told = new Set(entries.map(nameOf));
      tell(fresh);
      warn(fresh);
    },
  };
}
