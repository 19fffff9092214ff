import type { X509Certificate } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { presentedToken, type Scheme } from './authorization-header.ts';
import { type DpopOptions, dpopCheck } from './dpop.ts';
import { httpsCall, requireHttps } from './https-call.ts';
import { type IntrospectionOptions, introspection } from './introspection.ts';
import { jwtVerifier } from './json-web-token.ts';
import { keyFinder } from './key-set.ts';
import { type Decision, type Observer, told } from './observer.ts';
import { checkRequirements, type Required, type Requirements, requiredBy, scopesOf } from './requirements.ts';
import { type Binding, checkSender, type RequiredBinding } from './sender-constraint.ts';
import { serverMetadata } from './server-metadata.ts';
import { claimsOf, type TokenClaims } from './token-claims.ts';
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
  /** Takes DPoP proofs (RFC 9449); without it tokens that are bound to a DPoP key are refused. */
  readonly dpop?: DpopOptions;
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
  /** Refuse tokens that are bound to nothing, or not to a certificate, or not to a DPoP key. */
  readonly requireBinding?: RequiredBinding;
  /** Characters a token may have, 8192 when absent. */
  readonly maxTokenLength?: number;
  /** Is told of every decision and of every question to the authorization server. */
  readonly observer?: Observer;
};

/** What of a request a decision is made from. */
export type TokenRequest = {
  /** The Authorization header, or all of them if there are several. */
  readonly authorization: string | readonly string[] | undefined;
  /** The certificate whose key the caller has proved to hold, never merely one it sent. */
  readonly certificate: X509Certificate | undefined;
  /** The request's target: a token in its query is refused, and a DPoP proof must name its path. */
  readonly url?: string | undefined;
  /** What a DPoP proof must name. */
  readonly method?: string | undefined;
  /** The DPoP header, or all of them if there are several. */
  readonly dpop?: string | readonly string[] | undefined;
};

export type AcceptedToken = {
  readonly claims: TokenClaims;
  /** What the caller had to prove to hold, beside the token. */
  readonly binding: Binding;
  readonly scopes: ReadonlySet<string>;
  /** The authorization server it came from. */
  readonly issuer: string;
  /** What the answer's DPoP-Nonce header says, if it has one (RFC 9449 §8.2). */
  readonly dpopNonce?: string;
};

export type TokenVerifier = {
  /** The authorization servers whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** What DPoP proofs may be signed with; absent where none are taken. */
  readonly dpopAlgorithms?: readonly string[];
  /** The nonce for a caller whose proof had none; absent where none is demanded. */
  dpopNonce(): string | undefined;
  /**
   * Accepts the access token of a request.
   * @param requirements what the request needs beside it
   * @throws TokenRefused when the request is to be refused
   * @throws DecisionUnavailable when that cannot be decided now
   */
  verify(request: TokenRequest, requirements?: Requirements): Promise<AcceptedToken>;
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

/** Whether a token is a signed JWT; an encrypted one is as good as opaque here. */
export function isJwt(token: string): boolean {
  try {
    return token.split('.').length === 3 && decodeProtectedHeader(token) !== undefined;
  } catch {
    return false;
  }
}

/** The issuer a JWT names, which nobody has verified; undefined where it names none. */
export function unverifiedIssuer(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** Requirements are made with the route, so that nothing of them is read anew at each request. */
const NONE = requiredBy({});
const known = new WeakMap<Requirements, Required>();

function requiredOf(requirements: Requirements | undefined): Required {
  if (requirements === undefined) return NONE;
  const before = known.get(requirements);
  if (before !== undefined) return before;
  const required = requiredBy(requirements);
  known.set(requirements, required);
  return required;
}

/** @throws TypeError for options that would be unsafe */
function checkOptions({ issuer, jwksUri, introspection, algorithms, audience }: TokenVerifierOptions): void {
  requireHttps('issuer', issuer);
  if (jwksUri !== undefined) requireHttps('jwksUri', jwksUri);
  if (introspection?.endpoint !== undefined) requireHttps('introspection.endpoint', introspection.endpoint);
  if ([audience].flat().length === 0) throw new TypeError('audience must name this resource server');
  const symmetric = algorithms?.find((name) => !ALGORITHMS.includes(name));
  if (symmetric !== undefined) {
    throw new TypeError(`algorithms may hold ${ALGORITHMS.join(', ')}, not ${symmetric}`);
  }
}

/**
 * Makes the one object that decides about access tokens of an authorization server (RFC 6750, RFC 9068 §4, RFC 8705 §3,
 * RFC 9449 §7). It fetches nothing until the first token comes.
 * @throws TypeError, RangeError for options that would be unsafe
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  checkOptions(options);
  const { issuer, trustedCertificates, jwksUri, requireBinding = false, maxTokenLength = 8192 } = options;
  const audience = [options.audience].flat();
  const {
    algorithms = ALGORITHMS,
    requiredTokenType = 'at+jwt',
    clockTolerance = 5,
    clock = Date.now,
  } = options;
  const watch = told(options.observer ?? {});
  const dpop = options.dpop && dpopCheck(options.dpop, clock);

  const call = httpsCall({ trustedCertificates }, watch);
  const metadata = serverMetadata(issuer, call, clock);
  const locateKeys = async () => {
    const url = jwksUri ?? (await metadata()).jwks_uri;
    if (url === undefined) throw new AuthorizationServerUnavailable(`${issuer} names no jwks_uri`);
    return url;
  };
  const keys = keyFinder(locateKeys, call, clock);
  const jwts = jwtVerifier(keys, {
    issuer,
    audience,
    algorithms,
    requiredTokenType,
    clockTolerance,
    clock,
  });
  const introspect =
    options.introspection &&
    introspection(
      options.introspection,
      trustedCertificates,
      metadata,
      { issuer, keys, algorithms, clockTolerance, clock },
      watch,
    );

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

  const asksOfEach = options.introspection?.tokens === 'all';

  /** What is known of a request when it is decided, or not. */
  type Course = { token: Decision['token']; scheme?: Scheme };
  const decide = async (
    request: TokenRequest,
    required: Required,
    course: Course,
  ): Promise<AcceptedToken> => {
    const { authorization, certificate, url, method } = request;
    const { scheme, token } = presentedToken([authorization ?? []].flat(), url, maxTokenLength);
    const remembered = jwts.remembered(token);
    course.token = remembered !== undefined || isJwt(token) ? 'jwt' : 'opaque';
    // Waiting for what is there is a good part of what a token costs that is known.
    const claims = remembered ?? (await (course.token === 'jwt' ? jwts.verify(token) : introspected(token)));
    if (asksOfEach && course.token === 'jwt') await introspected(token);
    const proven = { proofs: [request.dpop ?? []].flat(), method, url };
    const checked = checkSender(claims.cnf, { scheme, token, certificate, proven }, requireBinding, dpop);
    const constraint = checked instanceof Promise ? await checked : checked;
    checkRequirements(claims, required, clock(), clockTolerance);
    return { claims, scopes: scopesOf(claims), issuer, ...constraint };
  };

  const outcomeOf = (error: unknown): Pick<Decision, 'outcome' | 'because'> =>
    error instanceof TokenRefused ? { outcome: 'refused', because: error.because } : { outcome: 'undecided' };

  return {
    issuers: [issuer],
    ...(dpop && { dpopAlgorithms: dpop.algorithms }),
    dpopNonce: () => dpop?.nonce(),
    verify(request, requirements) {
      const required = requiredOf(requirements);
      return watch.within('verify access token', async () => {
        const began = performance.now();
        const course: Course = { token: 'none' };
        const tell = (decision: Pick<Decision, 'outcome' | 'because' | 'binding'>) =>
          watch.decided({
            ...decision,
            issuer,
            token: course.token,
            seconds: (performance.now() - began) / 1000,
          });
        try {
          const result = await decide(request, required, course);
          tell({ outcome: 'accepted', binding: result.binding });
          return result;
        } catch (error) {
          tell(outcomeOf(error));
          throw error;
        }
      });
    },
  };
}
