import type { X509Certificate } from 'node:crypto';
import { decodeProtectedHeader } from 'jose';
import { bearerToken } from './authorization-header.ts';
import { checkBinding } from './certificate-binding.ts';
import { httpsCall, requireHttps } from './https-call.ts';
import { type IntrospectionOptions, introspection } from './introspection.ts';
import { verifyJwt } from './json-web-token.ts';
import { keyFinder } from './key-set.ts';
import { serverMetadata } from './server-metadata.ts';
import { AuthorizationServerUnavailable, TokenRefused } from './token-refused.ts';

export type TokenVerifierOptions = {
  /** The authorization server, exactly as it names itself in `iss` and in its metadata. */
  readonly issuer: string;
  /** What `aud` must hold: this resource server's name, or one of several. */
  readonly audience: string | readonly string[];
  /** PEM certificates that the authorization server's must chain to; the roots of Node.js when absent. */
  readonly trustedCertificates?: readonly string[];
  /** Where the keys are; found by discovery (RFC 8414) when absent. */
  readonly jwksUri?: string;
  /** Without it only JWTs are accepted. */
  readonly introspection?: IntrospectionOptions;
  /** JWS algorithms accepted; asymmetric ones alone when absent. */
  readonly algorithms?: readonly string[];
  /** The JWT's `typ`, `at+jwt` (RFC 9068 §2.1) when absent; set it for servers that write another. */
  readonly requiredTokenType?: string;
  /** Seconds that clocks may differ, 5 when absent. */
  readonly clockTolerance?: number;
  /**
   * Says the time in milliseconds since the epoch, by which everything is judged but the ten minutes that keys are
   * kept; `Date.now` when absent.
   */
  readonly clock?: () => number;
  /** Refuse tokens that are bound to no certificate. */
  readonly requireBinding?: boolean;
  /** Characters a token may have, 8192 when absent. */
  readonly maxTokenLength?: number;
};

/** What of a request a decision is made from. */
export type TokenRequest = {
  /** The Authorization header, or all of them if there are several. */
  readonly authorization: string | readonly string[] | undefined;
  /** The certificate whose key the caller has proved to hold, never merely one it sent. */
  readonly certificate: X509Certificate | undefined;
  /** The request's target, in which a token is refused. */
  readonly url?: string | undefined;
};

/** The claims of an accepted token, as a JWT carries them or introspection tells them. */
export type TokenClaims = {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly client_id?: string | undefined;
  readonly exp?: number | undefined;
  readonly [claim: string]: unknown;
};

export type AcceptedToken = {
  readonly claims: TokenClaims;
  /** Whether the caller had to prove the token its own by a client certificate. */
  readonly binding: 'certificate' | 'none';
  readonly scopes: ReadonlySet<string>;
};

export type TokenVerifier = {
  /**
   * Accepts the access token of a request.
   * @param scope what the token must have been granted, all of it
   * @throws TokenRefused when the request is to be refused
   * @throws AuthorizationServerUnavailable when that cannot be decided now
   */
  verify(request: TokenRequest, scope?: readonly string[]): Promise<AcceptedToken>;
};

const ALGORITHMS = [
  'ES256',
  'ES384',
  'ES512',
  'PS256',
  'PS384',
  'PS512',
  'EdDSA',
  'Ed25519',
  'RS256',
  'RS384',
  'RS512',
];

function isJwt(token: string): boolean {
  try {
    return token.split('.').length === 3 && decodeProtectedHeader(token) !== undefined;
  } catch {
    return false;
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Claims from a source that is trusted to be right but not to be well-typed. */
function claimsOf(payload: Readonly<Record<string, unknown>>): TokenClaims {
  const { exp } = payload;
  return {
    ...payload,
    iss: text(payload.iss),
    sub: text(payload.sub),
    client_id: text(payload.client_id),
    exp: typeof exp === 'number' ? exp : undefined,
  };
}

const scopesOf = ({ scope }: TokenClaims): ReadonlySet<string> =>
  new Set((text(scope) ?? '').split(' ').filter((name) => name !== ''));

/**
 * Makes the one object that decides about access tokens for a resource server (RFC 6750, RFC 9068 §4, RFC 8705 §3).
 * It fetches nothing until the first token comes.
 * @throws TypeError, RangeError for options that would be unsafe
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, trustedCertificates, jwksUri, requireBinding = false, maxTokenLength = 8192 } = options;
  const audience = [options.audience].flat();
  const {
    algorithms = ALGORITHMS,
    requiredTokenType = 'at+jwt',
    clockTolerance = 5,
    clock = Date.now,
  } = options;
  requireHttps('issuer', issuer);
  if (jwksUri !== undefined) requireHttps('jwksUri', jwksUri);
  if (options.introspection?.endpoint !== undefined) {
    requireHttps('introspection.endpoint', options.introspection.endpoint);
  }
  if (audience.length === 0) throw new TypeError('audience must name this resource server');
  const symmetric = algorithms.find((name) => !ALGORITHMS.includes(name));
  if (symmetric !== undefined) {
    throw new TypeError(`algorithms may hold ${ALGORITHMS.join(', ')}, not ${symmetric}`);
  }

  const call = httpsCall({ trustedCertificates });
  const metadata = serverMetadata(issuer, call, clock);
  const locateKeys = async () => {
    const url = jwksUri ?? (await metadata()).jwks_uri;
    if (url === undefined) throw new AuthorizationServerUnavailable(`${issuer} names no jwks_uri`);
    return url;
  };
  const keys = keyFinder(locateKeys, call, clock);
  const rules = { issuer, audience, algorithms, requiredTokenType, clockTolerance, clock };
  const introspect =
    options.introspection && introspection(options.introspection, trustedCertificates, metadata, clock);

  const introspected = async (token: string): Promise<TokenClaims> => {
    if (!introspect) {
      throw new TokenRefused(
        'invalid_token',
        'The access token is not valid.',
        'introspection_not_configured',
        { expected: 'a JWT', presented: 'an opaque token' },
      );
    }
    const answer = await introspect(token);
    const refuse = (because: TokenRefused['because'], expected: unknown, presented: unknown) =>
      new TokenRefused('invalid_token', 'The access token is not valid.', because, { expected, presented });
    if (answer === undefined) {
      throw new TokenRefused(
        'invalid_token',
        'The access token is revoked, expired or unknown.',
        'token_inactive',
        { expected: 'active', presented: 'not active' },
      );
    }
    const claims = claimsOf(answer);
    if (answer.iss !== undefined && answer.iss !== issuer) throw refuse('issuer_differs', issuer, answer.iss);
    const heard = [answer.aud].flat();
    if (!heard.some((name) => audience.some((own) => own === name)))
      throw refuse('audience_differs', audience, answer.aud);
    if (claims.exp !== undefined && claims.exp + clockTolerance <= clock() / 1000)
      throw refuse('token_expired', 'exp in the future', claims.exp);
    return claims;
  };

  const accepted = async (token: string): Promise<TokenClaims> => {
    if (!isJwt(token)) return introspected(token);
    const claims = claimsOf(await verifyJwt(token, keys, rules));
    if (options.introspection?.tokens === 'all') await introspected(token);
    return claims;
  };

  return {
    async verify({ authorization, certificate, url }, scope = []) {
      const lines = authorization === undefined ? [] : [authorization].flat();
      const claims = await accepted(bearerToken(lines, url, maxTokenLength));
      const binding = checkBinding(claims.cnf, certificate, requireBinding);
      const scopes = scopesOf(claims);
      if (!scope.every((name) => scopes.has(name))) {
        throw new TokenRefused(
          'insufficient_scope',
          'The access token does not have the scope that this needs.',
          'scope_insufficient',
          { expected: scope, presented: [...scopes] },
          scope.join(' '),
        );
      }
      return { claims, binding, scopes };
    },
  };
}
