import type { AcceptedToken } from '@countersign/resource-server';

/** What an API is told of who asks, by the end of a header's name. */
const IDENTITY = [
  'subject',
  'client-id',
  'scope',
  'issuer',
  'binding',
  'thumbprint',
  'token-id',
  'acr',
] as const;
type IdentityHeader = (typeof IDENTITY)[number];

/** A claim as a header carries it: printable ASCII, everything else and the percent sign as in URLs. */
const written = (value: unknown): string =>
  typeof value === 'string'
    ? value
        .slice(0, 1000)
        .replace(/[^\x20-\x24\x26-\x7E]/gu, (character) => encodeURIComponent(character.toWellFormed()))
    : '';

const bound = ({ claims: { cnf } }: AcceptedToken): unknown =>
  typeof cnf === 'object' && cnf !== null && 'x5t#S256' in cnf ? cnf['x5t#S256'] : undefined;

/** What an API is told of who asks. @param token absent where anyone may ask */
export type IdentityHeaders = (token?: AcceptedToken) => Readonly<Record<string, string>>;

/**
 * Makes the headers that tell an API who asks. All of them stand in every answer, empty where nothing is to be said: so a
 * proxy that copies them replaces what a client sent under their names.
 */
export function identityHeaders(prefix: string): IdentityHeaders {
  const write = (token: AcceptedToken | undefined): Readonly<Record<string, string>> => {
    const values: Readonly<Record<IdentityHeader, unknown>> = {
      subject: token?.claims.sub,
      'client-id': token?.claims.client_id ?? token?.claims.azp,
      scope: token && [...token.scopes].join(' '),
      issuer: token?.issuer,
      binding: token?.binding,
      thumbprint: token && bound(token),
      'token-id': token?.claims.jti,
      acr: token?.claims.acr,
    };
    return Object.fromEntries(IDENTITY.map((name) => [`${prefix}${name}`, written(values[name])]));
  };
  const nobody = write(undefined);
  // Of a token that is remembered the claims are one object, and so is its binding.
  const known = new WeakMap<AcceptedToken['claims'], Readonly<Record<string, string>>>();
  return (token) => {
    if (token === undefined) return nobody;
    const before = known.get(token.claims);
    if (before !== undefined) return before;
    const headers = write(token);
    known.set(token.claims, headers);
    return headers;
  };
}
