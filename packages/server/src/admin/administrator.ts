import type { FastifyRequest } from 'fastify';
import type { BearerTokens } from '../endpoint/bearer-token.ts';
import type { OriginOf } from '../endpoint/endpoint.ts';
import { Refusal } from '../refusal/refusal.ts';
import type { Actor } from '../registration/actor.ts';
import type { UserStore } from '../storage/storage.ts';
import { type AdministratorScope, administratorScopes } from '../user/administrator-scopes.ts';
import type { User } from '../user/user.ts';
import type { PasswordSignIn } from '../user-authentication/password-sign-in.ts';

/** Whoever calls the admin API, and what this call may do. */
export type Administrator = Actor & { readonly user: User; readonly scopes: ReadonlySet<string> };

export type AdministratorContext = {
  readonly bearerTokens: BearerTokens;
  readonly users: UserStore;
  readonly signIn: PasswordSignIn;
  readonly originOf: OriginOf;
};

const unauthenticated = (because: 'token_absent' | 'administrator_unknown', evidence: object) =>
  new Refusal('invalid_token', 'Administrator credentials are needed.', because, { ...evidence });

function administratorOf(user: User, scopes: ReadonlySet<string>): Administrator {
  return { name: user.username, through: 'admin-api', user, scopes };
}

/**
 * Finds out who calls: by an access token of this server with admin scopes (RFC 6750 §2.1), whose certificate
 * binding is enforced (RFC 8705 §3), or by the username and password of an account with a role (RFC 7617).
 * A client certificate alone never makes an administrator.
 */
export function createAdministratorAuthentication(context: AdministratorContext) {
  const { bearerTokens, users, signIn, originOf } = context;

  const byPassword = async (credentials: string, remote_address: string): Promise<Administrator> => {
    const decoded = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    try {
      const user = await signIn(decoded.slice(0, colon), decoded.slice(colon + 1), remote_address);
      return administratorOf(user, administratorScopes(user.roles));
    } catch (error) {
      if (!(error instanceof Refusal) || error.error !== 'invalid_grant') throw error;
      throw new Refusal(
        'invalid_token',
        'Administrator credentials are needed.',
        error.because,
        error.evidence,
      );
    }
  };

  const byToken = async (token: string, request: FastifyRequest): Promise<Administrator> => {
    const claims = await bearerTokens.accept(token, request);
    const user = await users.find(claims.sub);
    if (!user?.enabled) throw unauthenticated('administrator_unknown', { sub: claims.sub });
    const held = administratorScopes(user.roles);
    return administratorOf(user, new Set(claims.scope.split(' ').filter((scope) => held.has(scope))));
  };

  /** @throws Refusal 401 when nobody is authenticated, 403 when the scope is not among theirs */
  return async (request: FastifyRequest, scope: AdministratorScope): Promise<Administrator> => {
    const [, scheme = '', credentials = ''] =
      /^(\w+) +(\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    let administrator: Administrator;
    if (scheme.toLowerCase() === 'bearer') administrator = await byToken(credentials, request);
    else if (scheme.toLowerCase() === 'basic') {
      administrator = await byPassword(credentials, originOf(request).remote_address);
    } else throw unauthenticated('token_absent', { expected: 'Authorization: Bearer or Basic' });
    if (administrator.user.roles.length === 0) {
      throw unauthenticated('administrator_unknown', { username: administrator.name });
    }
    if (!administrator.scopes.has(scope)) {
      throw new Refusal('insufficient_scope', 'The administrator may not do this.', 'role_insufficient', {
        username: administrator.name,
        expected: scope,
        presented: [...administrator.scopes],
      });
    }
    return administrator;
  };
}
