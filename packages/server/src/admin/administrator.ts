import { type PresentedCertificate, timeText } from '@countersign/x509';
import type { FastifyRequest } from 'fastify';
import type { Client } from '../client/client.ts';
import { isAdminScope, Scope } from '../client/scope.ts';
import type { ClientDirectory, KnownClient } from '../client-authentication/client-directory.ts';
import { certificateOf, checkOrigin } from '../client-authentication/origin.ts';
import type { Clock } from '../clock.ts';
import type { BearerTokens } from '../endpoint/bearer-token.ts';
import type { Cause } from '../refusal/causes.ts';
import { insufficientScope, invalidToken } from '../refusal/error-codes.ts';
import { outsideValidity } from '../refusal/outside-validity.ts';
import { type Evidence, Refusal } from '../refusal/refusal.ts';
import type { Actor } from '../registration/actor.ts';
import type { ClientStore, GrantStore, UserStore } from '../storage/storage.ts';
import type { VerifiedAccessToken } from '../token/access-token-verification.ts';
import type { AdministratorPermission } from '../user/administrator-permissions.ts';
import { AdministratorPower } from '../user/administrator-power.ts';
import { scopeOf } from '../user/administrator-scopes.ts';
import { isHeld } from '../user/required-action.ts';
import type { User } from '../user/user.ts';
import type { PasswordSignIn } from '../user-authentication/password-sign-in.ts';
import { CONSOLE_CLIENT_ID } from './console-client.ts';

/** Whoever calls the admin API, a person or a client on its own behalf, and what this call may do. */
export type Administrator = Actor & { readonly power: AdministratorPower } & (
    | { readonly kind: 'person'; readonly user: User }
    | { readonly kind: 'client'; readonly client: Client }
  );

/** Whether this is an owner: a client never is, whatever its scopes. */
export const isOwner = (administrator: Administrator): boolean =>
  administrator.kind === 'person' && administrator.user.roles.includes('owner');

/** A name for the administrator that no other one has, and that stays. */
export const principalOf = (administrator: Administrator): string =>
  administrator.kind === 'person'
    ? `administrator ${administrator.user.sub}`
    : `client ${administrator.client.client_id}`;

/** What the administrator may do by any call: by roles, or by the scope that a client is registered for. */
export const wholePower = (administrator: Administrator): AdministratorPower =>
  administrator.kind === 'person'
    ? AdministratorPower.ofRoles(administrator.user)
    : AdministratorPower.ofScopes(Scope.of(administrator.client.metadata.scope));

/** The refusal of what an administrator may not do, which names what is missing. @param needed any one of these */
export const powerMissing = (
  administrator: Administrator,
  needed: readonly AdministratorPermission[],
  evidence: Evidence = {},
): Refusal => {
  const [first, ...others] = needed.map(scopeOf);
  return insufficientScope('The administrator may not do this.', 'role_insufficient', {
    ...namedIn(administrator),
    ...evidence,
    expected: others.length === 0 ? first : [first, ...others],
    presented: [...administrator.power.scopes()],
  });
};

export type AdministratorContext = {
  readonly clock: Clock;
  readonly bearerTokens: BearerTokens;
  readonly users: UserStore;
  readonly clients: Pick<ClientStore, 'findByThumbprint'>;
  readonly directory: ClientDirectory;
  readonly grants: Pick<GrantStore, 'find'>;
  readonly signIn: PasswordSignIn;
  readonly issuer: string;
  /**
   * `[admin_console.authenticator.mutual_ssl_authenticator]` of now: usernames by the SHA-256 thumbprint that stands
   * for them; undefined while it is off.
   */
  readonly certificateAdministrators: () => ReadonlyMap<string, string> | undefined;
  /** `[console] session_lifetime` of now, in seconds. */
  readonly consoleSessionLifetime: () => number;
};

const WITHOUT_CERTIFICATE = 'A program presents at the admin API the certificate that it got the token with.';

/** The administrator as evidence of a refusal names them. */
export const namedIn = (administrator: Administrator): Evidence =>
  administrator.kind === 'person'
    ? { username: administrator.name }
    : { administrator: administrator.client.client_id };

const unauthenticated = (because: Cause, evidence: Evidence) =>
  invalidToken('Administrator credentials are needed.', because, evidence);

function administratorOf(
  user: User,
  power: AdministratorPower,
  { origin }: FastifyRequest,
  client_id?: string,
): Administrator {
  const { remote_address } = origin;
  const through = 'admin-api';
  return {
    name: user.username,
    through,
    remote_address,
    ...(client_id !== undefined && { client_id }),
    kind: 'person',
    user,
    power,
  };
}

/**
 * The client whose token this is, on its own behalf: with the admin scopes of the token that it is registered for now.
 * Only a token bound to its certificate makes it an administrator (RFC 8705 §3); its binding has been checked.
 * @throws Refusal 401
 */
function administratingClient(
  { client, scopes }: KnownClient,
  { jti, scope, cnf }: VerifiedAccessToken,
  { origin }: FastifyRequest,
): Administrator {
  const { client_id } = client;
  if (cnf?.['x5t#S256'] === undefined) {
    throw unauthenticated('administrator_token_unbound', {
      client_id,
      jti,
      expected: 'a token bound to the certificate of the client: cnf with x5t#S256',
      presented: cnf ?? 'a token that is bound to nothing',
    });
  }
  const held = scopes.filter(isAdminScope);
  if (held.isEmpty) {
    throw unauthenticated('administrator_unknown', {
      client_id,
      jti,
      expected: 'a client that an owner gave scopes of the admin API',
      presented: client.metadata.scope,
    });
  }
  const { remote_address } = origin;
  return {
    name: client_id,
    through: 'admin-api',
    remote_address,
    client_id,
    kind: 'client',
    client,
    power: AdministratorPower.ofScopes(Scope.of(scope).filter((each) => held.has(each))),
  };
}

/**
 * What a browser adds to a request by itself, a certificate or remembered credentials, must not let the page of
 * another site act as the administrator.
 * @throws Refusal
 */
function refuseOtherSites({ headers }: FastifyRequest, issuer: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const expected = new URL(issuer).origin;
  if ((origin === undefined || origin === expected) && (site === undefined || site === 'same-origin')) return;
  // An address typed by the person is nobody else's doing.
  if (origin === undefined && site === 'none') return;
  throw unauthenticated('token_absent', {
    expected: { origin: expected },
    presented: { origin: origin ?? 'none', 'sec-fetch-site': site ?? 'none' },
    why: 'from the page of another site, only Authorization: Bearer counts',
  });
}

/**
 * Finds out who calls: by an access token of this server with admin scopes (RFC 6750 §2.1), whose
 * binding is enforced (RFC 8705 §3, RFC 9449 §7.1), a person's, or a client's own if it is bound to its certificate; by the username and password of an account with a role (RFC 7617); or, where
 * the mutual SSL authenticator is on, by a certificate that the deployment maps to an administrator. A certificate
 * that a client registered never makes an administrator, and cookies never count.
 */
export function createAdministratorAuthentication(context: AdministratorContext) {
  const { clock, bearerTokens, users, clients, grants, signIn, issuer } = context;

  const byPassword = async (credentials: string, request: FastifyRequest): Promise<Administrator> => {
    const { remote_address } = request.origin;
    const decoded = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    try {
      const user = await signIn(decoded.slice(0, colon), decoded.slice(colon + 1), remote_address);
      return administratorOf(user, AdministratorPower.ofRoles(user), request);
    } catch (error) {
      if (!(error instanceof Refusal) || error.error !== 'invalid_grant') throw error;
      const isHeldBack = error.because === 'password_temporary' || error.because === 'action_required';
      if (!isHeldBack) throw unauthenticated(error.because, error.evidence);
      throw invalidToken(error.description, error.because, error.evidence);
    }
  };

  const byToken = async (request: FastifyRequest): Promise<Administrator> => {
    const claims = await bearerTokens.read(request, undefined, WITHOUT_CERTIFICATE);
    const own = claims.sub === claims.client_id ? await context.directory.find(claims.client_id) : undefined;
    if (own) return administratingClient(own, claims, request);
    const user = await users.find(claims.sub);
    if (!user?.enabled) throw unauthenticated('administrator_unknown', { sub: claims.sub });
    if (claims.client_id === CONSOLE_CLIENT_ID) await checkConsoleSession(claims.grant_id, user);
    const power = AdministratorPower.ofRoles(user).within(Scope.of(claims.scope));
    return administratorOf(user, power, request, claims.client_id);
  };

  /** A console session has an end of its own, however often its token was renewed. */
  const checkConsoleSession = async (grant_id: string | undefined, { username }: User): Promise<void> => {
    const grant = grant_id === undefined ? undefined : await grants.find(grant_id);
    const lifetime = context.consoleSessionLifetime();
    if (grant && clock() < grant.created_at + lifetime * 1000) return;
    throw unauthenticated('token_expired', {
      username,
      expected: `a sign-in within [console] session_lifetime, ${lifetime} seconds`,
      presented: grant ? timeText(grant.created_at) : 'no sign-in',
    });
  };

  const byCertificate = async (
    { certificate }: PresentedCertificate,
    administrators: ReadonlyMap<string, string>,
    request: FastifyRequest,
  ): Promise<Administrator> => {
    const presented = { 'x5t#S256': certificate.thumbprint };
    const username = administrators.get(certificate.thumbprint);
    if (username === undefined) {
      throw unauthenticated('administrator_unknown', {
        expected: 'a certificate named under [[…mutual_ssl_authenticator.administrator]]',
        presented,
      });
    }
    const [client] = await clients.findByThumbprint(certificate.thumbprint);
    if (client) {
      throw unauthenticated('administrator_unknown', {
        username,
        client_id: client.client_id,
        expected: 'a certificate that no OAuth client has',
        presented,
      });
    }
    const now = clock();
    if (!certificate.isValidAt(now)) {
      const { because, evidence } = outsideValidity(certificate, now);
      throw unauthenticated(because, { ...presented, username, ...evidence });
    }
    const user = await users.findByUsername(username);
    if (!user?.enabled) throw unauthenticated('administrator_unknown', { username, presented });
    if (isHeld(user)) {
      throw unauthenticated('action_required', { username, required_actions: user.required_actions });
    }
    return administratorOf(user, AdministratorPower.ofRoles(user), request);
  };

  /** Without an `Authorization` header: the certificate of the connection, where it may count. */
  const byConnection = (request: FastifyRequest): Promise<Administrator> => {
    const administrators = context.certificateAdministrators();
    const presented = administrators && certificateOf(request.origin);
    if (!administrators || !presented) {
      throw unauthenticated('token_absent', { expected: 'Authorization: Bearer or Basic' });
    }
    return byCertificate(presented, administrators, request);
  };

  /**
   * @param needed permissions of which one suffices
   * @param also one that is needed beside it, and for everything
   * @throws Refusal 401 when nobody is authenticated, 403 when they have none of what is needed
   */
  return async (
    request: FastifyRequest,
    needed: readonly AdministratorPermission[],
    also: AdministratorPermission | undefined,
  ): Promise<Administrator> => {
    const [, scheme = '', credentials = ''] =
      /^(\w+) +(\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    let administrator: Administrator;
    if (['bearer', 'dpop'].includes(scheme.toLowerCase())) administrator = await byToken(request);
    else {
      refuseOtherSites(request, issuer);
      if (scheme.toLowerCase() === 'basic') {
        checkOrigin(request.origin);
        administrator = await byPassword(credentials, request);
      } else if (request.headers.authorization === undefined) administrator = await byConnection(request);
      else throw unauthenticated('token_absent', { expected: 'Authorization: Bearer or Basic' });
    }
    if (administrator.kind === 'person' && AdministratorPower.ofRoles(administrator.user).isNone) {
      throw unauthenticated('administrator_unknown', { username: administrator.name });
    }
    if (!needed.some((permission) => administrator.power.has(permission))) {
      throw powerMissing(administrator, needed);
    }
    if (also !== undefined && !administrator.power.hasEverywhere(also)) {
      throw powerMissing(administrator, [also]);
    }
    return administrator;
  };
}
