import { isObject } from './server-call.ts';
import { TokenUnavailable } from './token-unavailable.ts';

/** A token as the server issued it, and how long it goes on by this machine's clock. */
export type IssuedToken = {
  readonly value: string;
  /** What was granted (RFC 6749 §5.1); undefined when the server did not say, which means what was asked for. */
  readonly scope: string | undefined;
  /** Milliseconds. */
  readonly lifetime: number;
};

/** RFC 6750 §2.1. */
const B64TOKEN = /^[\w~+/.-]+=*$/;
/** Of a token that does not say how long it is valid. */
const UNTOLD_LIFETIME_MS = 60_000;
const LONGEST_LIFETIME_MS = 365 * 86_400_000;

/** The claims of a JWT, unverified: what the API will look at. Undefined for what is no JWT. */
function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const decode = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    const [header, claims] = [decode(parts[0]), decode(parts[1])];
    return isObject(header) && typeof header.alg === 'string' && isObject(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 1 ? value : undefined;

function lifetimeOf(expiresIn: unknown, claims: Readonly<Record<string, unknown>> | undefined): number {
  // Some servers write a number as a text.
  const told = positive(typeof expiresIn === 'string' && expiresIn !== '' ? Number(expiresIn) : expiresIn);
  if (told !== undefined) return Math.min(told * 1_000, LONGEST_LIFETIME_MS);
  if (expiresIn !== undefined && expiresIn !== null) {
    throw new TokenUnavailable('answer_malformed', 'expires_in is not a number of seconds, 1 or more');
  }
  const ofClaims =
    typeof claims?.exp === 'number' && typeof claims.iat === 'number'
      ? positive(claims.exp - claims.iat)
      : undefined;
  return ofClaims === undefined ? UNTOLD_LIFETIME_MS : Math.min(ofClaims * 1_000, LONGEST_LIFETIME_MS);
}

/**
 * Reads the answer of a token endpoint (RFC 6749 §5.1) and looks whom the token is bound to (RFC 8705 §3.1). An opaque
 * token does not say.
 * @param thumbprint that of the certificate which was presented
 * @throws TokenUnavailable for an answer that is none, and for a token that this client cannot use
 */
export function issuedToken(
  answer: Readonly<Record<string, unknown>>,
  thumbprint: string,
  requireBinding: boolean,
): IssuedToken {
  const { access_token: value, token_type, expires_in, scope } = answer;
  if (typeof value !== 'string' || !B64TOKEN.test(value)) {
    throw new TokenUnavailable('answer_malformed', 'the token endpoint answered no access_token');
  }
  if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') {
    throw new TokenUnavailable(
      'token_type_differs',
      `expected a token of type "Bearer", presented ${typeof token_type === 'string' ? JSON.stringify(token_type.slice(0, 40)) : 'none'}`,
      { expected: 'Bearer', presented: typeof token_type === 'string' ? token_type.slice(0, 40) : undefined },
    );
  }
  const claims = claimsOf(value);
  if (claims !== undefined) requireBound(claims.cnf, thumbprint, requireBinding);
  return {
    value,
    scope: typeof scope === 'string' ? scope : undefined,
    lifetime: lifetimeOf(expires_in, claims),
  };
}

function requireBound(cnf: unknown, thumbprint: string, requireBinding: boolean): void {
  const expected = { 'x5t#S256': thumbprint };
  if (cnf === undefined) {
    if (!requireBinding) return;
    throw new TokenUnavailable(
      'binding_absent',
      `the token is bound to nothing: expected cnf ${JSON.stringify(expected)}; the server did not see the certificate, or binds only for clients with tls_client_certificate_bound_access_tokens`,
      { expected },
    );
  }
  const presented = isObject(cnf) ? cnf : undefined;
  if (presented?.['x5t#S256'] === thumbprint) return;
  const shown = presented?.['x5t#S256'];
  throw new TokenUnavailable(
    'binding_differs',
    `the token is bound to something else than this client's certificate: expected cnf ${JSON.stringify(expected)}, presented ${
      typeof shown === 'string'
        ? JSON.stringify({ 'x5t#S256': shown.slice(0, 86) })
        : 'none that a certificate has'
    }`,
    { expected, presented: shown },
  );
}
