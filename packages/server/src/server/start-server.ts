import Fastify, { type FastifyInstance } from 'fastify';
import { CONSOLE_PATH } from '../admin/console-client.ts';
import type { ClientAuthenticator } from '../client-authentication/client-authenticator.ts';
import type { StoreContents } from '../config/configuration.ts';
import { serverKeyFile } from '../config/deployment.ts';
import { serverKeyWarning } from '../config/server-key.ts';
import type { StartSettings } from '../config/settings.ts';
import { CrossOrigin } from '../endpoint/cross-origin.ts';
import { createPings } from '../endpoint/deferred-authorization/ping.ts';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { healthEndpoint } from '../endpoint/health.ts';
import { jwksEndpoint } from '../endpoint/jwks.ts';
import { measureRequests } from '../endpoint/measured-requests.ts';
import { refusalAnswer } from '../endpoint/oauth-replies.ts';
import { serverMetadataEndpoint } from '../endpoint/server-metadata.ts';
import type { TokenGrant } from '../grant/grant.ts';
import { passwordGrant } from '../grant/password.ts';
import { plugInGrant } from '../grant/plug-in-grant.ts';
import { boundHeap } from '../heap.ts';
import type { OutboundFetch } from '../outbound/outbound-fetch.ts';
import type { Storage } from '../storage/storage.ts';
import type { TokenLifetimes } from '../token/token-plan.ts';
import { createKnownSubjects } from '../user-authentication/known-subjects.ts';
import { createMemberships } from '../user-authentication/memberships.ts';
import {
  createPasswordAloneSignIn,
  createPasswordSignIn,
  type PasswordSignIn,
} from '../user-authentication/password-sign-in.ts';
import { createRememberedPasswords } from '../user-authentication/remembered-passwords.ts';
import {
  createSecondFactors,
  hasSecondFactor,
  type SecondFactors,
} from '../user-authentication/second-factor.ts';
import { createStandIns } from '../user-authentication/stand-ins.ts';
import { adminEndpoints } from './admin.ts';
import { createAuthorization } from './authorization.ts';
import { createClaims } from './claims.ts';
import { type ClientAuthentication, createClientAuthentication } from './client-authentication.ts';
import { startCounting } from './counting.ts';
import { type Frontage, RETRY_AFTER_SECONDS } from './frontage.ts';
import { joinNodes } from './join-nodes.ts';
import type { PlugIns } from './load-plug-ins.ts';
import type { OpenHome } from './open-home.ts';
import { followingOutboundFetch } from './outbound.ts';
import { createReadiness, refusesRequests } from './readiness.ts';
import { registrationEndpoint } from './registration.ts';
import { openServerKeys } from './server-keys.ts';
import { createSignIn } from './sign-in.ts';
import { tendNode } from './tend-node.ts';
import { openTrustKeeping } from './trust-stores.ts';
import { VERSION } from './version.ts';

export type RunningServer = {
  readonly issuer: string;
  /**
   * Has readiness say that the server is about to end, and every answer end its connection, while requests are taken
   * as before.
   * @param graceMs milliseconds until it is done
   */
  drain(graceMs: number): Promise<void>;
  /** Closes the door, answers open requests within a bound, then ends everything else. The home stays open. */
  close(): Promise<void>;
};

/**
 * Builds the server of an open home behind its frontage, and opens it.
 * @throws KeyStoreError, InvalidPlugIn, UnknownAuthenticator, CannotUnseal, CannotListen
 */
export async function startServer(opened: OpenHome, frontage: Frontage): Promise<RunningServer> {
  const { storage, events, log, guard, clock, metrics } = opened;
  const { atStart, now } = opened.configuration;
  const issuer = atStart.server.base_url;

  const { configuration, transport } = frontage;
  const outbound = opened.outbound.arrive(followingOutboundFetch(opened, configuration.stores));
  const keeping = await openTrustKeeping(opened, configuration);
  const clientAuthentication = await createClientAuthentication(opened, keeping.source, outbound);
  const { authenticateClient, authenticators, directory, trust } = clientAuthentication;
  const secondFactors = createSecondFactors(storage, atStart.encryption.key, clock);
  const signIn = passwordSignInOf(opened, secondFactors);
  const passwordAlone = createPasswordAloneSignIn(signIn, secondFactors);
  const { keyRing, decryptionKeys, subjects } = await openServerKeys(opened);

  takeUpFiles(opened, frontage, clientAuthentication);
  const reportError = (error: unknown, event_id: string) =>
    log.error({ err: error, event_id }, error instanceof Error ? error.message : 'something was thrown');
  const reportNotice = (error: Error) => log.error({ err: error }, 'a notice to a client could not be sent');
  const refusals = { events, reportError, realm: 'countersign' };
  const counting = startCounting(opened);
  const pings = pingsOf(opened, outbound, reportNotice);
  const memberships = createMemberships(storage.groups, storage.registry, metrics.caches);
  const { giveClaims, tellClaims, toldSince, offeredClaims } = createClaims(
    opened,
    clientAuthentication,
    memberships,
  );
  const people = createSignIn({
    events,
    reportError,
    reportNotice,
    issuer,
    clock,
    storage,
    keyRing,
    subjects,
    signIn,
    guard,
    opened,
    outbound,
    encryptionKey: atStart.encryption.key,
    settings: () => now().sign_in,
    branding: () => now().branding,
    mtlsBase: transport.mtlsBase,
    console: atStart.console.enable ? `${issuer}${CONSOLE_PATH}` : undefined,
    directory,
    tellClaims,
    pings,
    rules: () => now().oauth,
  });
  const authorization = createAuthorization({
    ...refusals,
    issuer,
    clock,
    storage,
    metrics,
    clientUses: counting.clientUses,
    keyRing,
    decryptionKeys,
    subjects,
    directory,
    giveClaims,
    toldSince,
    authenticateClient,
    tokenEndpointAuthMethods: methodsOf(authenticators),
    encryptionKey: atStart.encryption.key,
    mtlsBase: transport.mtlsBase,
    jwks: clientAuthentication.jwks,
    outbound,
    waitingRequests: opened.shared.waitingRequests,
    rules: () => now().oauth,
    resources: () => now().resource,
    detailsTypes: () => atStart.authorization_details_type,
    pings,
    tokenGrants: legacyGrants(passwordAlone, clientAuthentication.plugIns, storage, () => now().oauth),
    people: people.people,
    sessionLifetimes: people.sessionLifetimes,
  });
  const endpoints: Endpoint[] = [
    ...authorization.endpoints,
    ...people.endpoints,
    registrationEndpoint({
      ...refusals,
      issuer,
      opened,
      jwks: clientAuthentication.jwks,
      trustSets: trust.trustSets,
      mtlsBase: transport.mtlsBase,
    }),
    jwksEndpoint(issuer, keyRing, decryptionKeys, () => now().aliases.jwks ?? []),
    healthEndpoint(frontage.health),
    ...(await adminEndpoints({
      opened,
      configuration,
      requests: counting.requests,
      clientAuthentication,
      clientUses: counting.clientUses,
      trustStores: keeping.stores(trust.judged),
      trustRoles: keeping.roles,
      browserSessions: people.people.browserSessions,
      endAccess: people.people.endAccess,
      knownSubjects: createKnownSubjects(storage, subjects, clock),
      issuer,
      bearerTokens: authorization.bearerTokens,
      signIn: createPasswordAloneSignIn(signIn, secondFactors, createRememberedPasswords(clock)),
      reportError,
      version: VERSION,
    })),
  ];
  const metadata = serverMetadataEndpoint(
    issuer,
    { tls_client_certificate_bound_access_tokens: true },
    endpoints,
    transport.mtlsBase,
    offeredClaims,
  );

  const app = applicationOf(opened, frontage, refusals);
  new CrossOrigin({ issuer, directory, storage }).register(app);
  for (const endpoint of [...endpoints, metadata]) endpoint.register(app);
  await app.ready();
  await frontage.open({ trust, readiness: createReadiness(opened) });
  // At a first start most keys are made here: with the door open, since tokens do not wait for them.
  await keyRing.keys();
  const once = opened.isWorker ? undefined : await tendNode(opened, configuration, opened.metrics.registry);
  const node =
    keeping.shared && (await joinNodes(opened, configuration, keeping.shared, clientAuthentication));

  boundHeap();
  return {
    issuer,
    drain: (graceMs) => frontage.drain(graceMs),
    async close() {
      once?.stop();
      await node?.close();
      // The application last: it answers what still comes through the door.
      await frontage.closeDoors();
      await app.close();
      await counting.close();
      await once?.close();
      await people.close();
      await pings.close();
      await clientAuthentication.close();
      outbound.close();
      await frontage.close();
    },
  };
}

/** The application before it has an endpoint. */
function applicationOf(
  opened: OpenHome,
  frontage: Frontage,
  refusals: Parameters<typeof refusalAnswer>[1],
): FastifyInstance {
  const { https } = opened.configuration.atStart.transport;
  // The last resort: where an endpoint answers its errors itself, this sees only what that failed at.
  const lastResort = refusalAnswer('route.refused', refusals);
  const app = httpServer(frontage, https, lastResort, opened.metrics);
  app.setErrorHandler(lastResort);
  refuseUnaudited(app, opened);
  return app;
}

/** Tells clients of CIBA that a person decided. */
const pingsOf = (
  { storage, events, clock, configuration: { atStart } }: OpenHome,
  fetch: OutboundFetch,
  reportError: (error: Error) => void,
) =>
  createPings({
    clients: storage.clients,
    fetch,
    events,
    encryptionKey: atStart.encryption.key,
    storage,
    clock,
    reportError,
  });

const methodsOf = (authenticators: readonly ClientAuthenticator[]) =>
  authenticators.flatMap((authenticator) => (authenticator.kind === 'method' ? authenticator.methods : []));

/** The check of passwords, whose waits are measured. */
const passwordSignInOf = (
  { storage, guard, metrics, accounts, configuration: { atStart } }: OpenHome,
  secondFactors: Pick<SecondFactors, 'list'>,
): PasswordSignIn =>
  createPasswordSignIn(
    storage.users,
    guard,
    async (sub) => hasSecondFactor(await secondFactors.list(sub)),
    createStandIns(storage.users, atStart.encryption.key),
    accounts.renewPassword,
    (waited) => metrics.passwordHashWait.of({}).observe(waited / 1000),
  );

/** The grants that ask no person on a page: passwords, and what plug-ins bring. */
function legacyGrants(
  signIn: PasswordSignIn,
  plugIns: PlugIns,
  { users, grants }: Pick<Storage, 'users' | 'grants'>,
  lifetimes: () => TokenLifetimes,
): readonly TokenGrant[] {
  const persons = { grants, lifetimes };
  return [
    passwordGrant(signIn, users, persons),
    ...Array.from(plugIns.grants.values(), (grant) => plugInGrant(grant, users, persons)),
  ];
}

/** Has each part take up what it holds of a file that changed. */
function takeUpFiles(
  { configuration: { now }, log }: OpenHome,
  { configuration: { stores, onApplied }, transport }: Frontage,
  { takeUpStores, revocation }: ClientAuthentication,
): void {
  warnOfServerKey(stores(), log);
  onApplied((file) => {
    if (file === serverKeyFile(now().keystore.primary)) warnOfServerKey(stores(), log);
    transport.follow();
    void takeUpStores().catch((error) => log.error({ err: error }, 'the trust store was not judged'));
    void revocation.refresh(file);
  });
}

/** A key that few peers can use is a choice that may have been made unawares. */
function warnOfServerKey({ serverKey }: StoreContents, log: OpenHome['log']): void {
  const few = serverKeyWarning(serverKey);
  if (few !== undefined) log.warn(`not every peer can use the server certificate: ${few}`);
}

/** Answers everything but the questions after its health with 503 while the audit file must and cannot be written. */
function refuseUnaudited(app: FastifyInstance, opened: OpenHome): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!refusesRequests(opened) || request.url.startsWith('/health/')) return;
    await reply.code(503).header('cache-control', 'no-store').send({
      error: 'temporarily_unavailable',
      error_description: 'The server cannot write its audit log.',
    });
  });
}

function httpServer(
  { serverFactory, transport }: Frontage,
  { max_body_size, strict_transport_security_max_age }: StartSettings['transport']['https'],
  lastResort: ReturnType<typeof refusalAnswer>,
  metrics: OpenHome['metrics'],
): FastifyInstance {
  const app = Fastify({
    // A path that cannot be decoded finds no route, and passes no hook.
    frameworkErrors: (error, request, reply) => void lastResort(error, request, reply),
    serverFactory,
    // What cannot be read is the listener's to refuse.
    clientErrorHandler: () => {},
    bodyLimit: max_body_size,
    logger: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false, caseSensitive: true, maxParamLength: 400 },
  });
  transport.decideOrigins(app);
  measureRequests(app, metrics);
  const policy =
    strict_transport_security_max_age > 0 ? `max-age=${strict_transport_security_max_age}` : undefined;
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (policy !== undefined) reply.header('strict-transport-security', policy);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (reply.statusCode === 503 && !reply.hasHeader('retry-after')) {
      reply.header('retry-after', RETRY_AFTER_SECONDS);
    }
    done();
  });
  return app;
}
