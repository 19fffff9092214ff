import { type PresentedCertificate, timeText } from '@countersign/x509';
import type { FastifyRequest } from 'fastify';
import { Scope } from '../client/scope.ts';
import { certificateOf, checkOrigin } from '../client-authentication/origin.ts';
import type { Clock } from '../clock.ts';
import type { BearerTokens } from '../endpoint/bearer-token.ts';
import type { Cause } from '../refusal/causes.ts';
import { insufficientScope, invalidToken } from '../refusal/error-codes.ts';
import { outsideValidity } from '../refusal/outside-validity.ts';
import { type Evidence, Refusal } from '../refusal/refusal.ts';
import type { Actor } from '../registration/actor.ts';
import type { ClientStore, GrantStore, UserStore } from '../storage/storage.ts';
import type { AdministratorPermission } from '../user/administrator-permissions.ts';
import { AdministratorPower } from '../user/administrator-power.ts';
import { scopeOf } from '../user/administrator-scopes.ts';
import type { User } from '../user/user.ts';
import type { PasswordSignIn } from '../user-authentication/password-sign-in.ts';
import { CONSOLE_CLIENT_ID } from './console-client.ts';

/** Whoever calls the admin API, and what this call may do. */
export type Administrator = Actor & { readonly user: User; readonly power: AdministratorPower };

/** The refusal of what an administrator may not do, which names what is missing. @param needed any one of these */
export const powerMissing = (
  { name, power }: Administrator,
  needed: readonly AdministratorPermission[],
  evidence: Evidence = {},
): Refusal => {
  const [first, ...others] = needed.map(scopeOf);
  return insufficientScope('The administrator may not do this.', 'role_insufficient', {
    username: name,
    ...evidence,
    expected: others.length === 0 ? first : [first, ...others],
    presented: [...power.scopes()],
  });
};

export type AdministratorContext = {
  readonly clock: Clock;
  readonly bearerTokens: BearerTokens;
  readonly users: UserStore;
  readonly clients: Pick<ClientStore, 'findByThumbprint'>;
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
    user,
    power,
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
 * binding is enforced (RFC 8705 §3, RFC 9449 §7.1); by the username and password of an account with a role (RFC 7617); or, where
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
      if (error.because !== 'password_temporary') throw unauthenticated(error.because, error.evidence);
      throw invalidToken(error.description, error.because, error.evidence);
    }
  };

  const byToken = async (request: FastifyRequest): Promise<Administrator> => {
    const claims = await bearerTokens.read(request);
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
    if (AdministratorPower.ofRoles(administrator.user).isNone) {
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
