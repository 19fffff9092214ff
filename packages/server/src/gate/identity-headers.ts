import { type AcceptedToken, authorizationDetailsOf } from '@countersign/resource-server';

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
  'authorization-details',
] as const;
type IdentityHeader = (typeof IDENTITY)[number];

/** A text as a header carries it: printable ASCII, everything else and the percent sign as in URLs. */
const written = (text: string): string =>
  text.replace(/[^\x20-\x24\x26-\x7E]/gu, (character) => encodeURIComponent(character.toWellFormed()));

const named = (claim: unknown): string => (typeof claim === 'string' ? written(claim.slice(0, 1000)) : '');

/** Characters that the details of a token may have in the header that tells them: what proxies read of an answer is small. */
const LONGEST_DETAILS = 2000;

/** Thrown for a token whose details are too long to be told: cut, they would say something else. */
export class DetailsTooLong extends Error {
  override readonly name = 'DetailsTooLong';
  readonly expected = `at most ${LONGEST_DETAILS} characters of authorization_details`;
  readonly presented: number;

  constructor(presented: number) {
    super(`the authorization details have ${presented} characters`);
    this.presented = presented;
  }
}

/** The details of a type, as JSON in a header. @throws DetailsTooLong */
function detailsTold({ claims }: AcceptedToken, type: string): string {
  const told = written(JSON.stringify(authorizationDetailsOf(claims, type)));
  if (told.length > LONGEST_DETAILS) throw new DetailsTooLong(told.length);
  return told;
}

const bound = ({ claims: { cnf } }: AcceptedToken): unknown =>
  typeof cnf === 'object' && cnf !== null && 'x5t#S256' in cnf ? cnf['x5t#S256'] : undefined;

/** What an API is told of who asks. @param token absent where anyone may ask. @throws DetailsTooLong */
export type IdentityHeaders = (token?: AcceptedToken) => Readonly<Record<string, string>>;

/**
 * Makes the headers that tell an API who asks. All of them stand in every answer, empty where nothing is to be said: so a
 * proxy that copies them replaces what a client sent under their names.
 * @param detailsType of the authorization details that are told (RFC 9396); none are when absent
 */
export function identityHeaders(prefix: string, detailsType?: string): IdentityHeaders {
  const write = (token: AcceptedToken | undefined): Readonly<Record<string, string>> => {
    const { claims } = token ?? {};
    const values: Readonly<Record<IdentityHeader, string>> = {
      subject: named(claims?.sub),
      'client-id': named(claims?.client_id ?? claims?.azp),
      scope: named(token && [...token.scopes].join(' ')),
      issuer: named(token?.issuer),
      binding: named(token?.binding),
      thumbprint: named(token && bound(token)),
      'token-id': named(claims?.jti),
      acr: named(claims?.acr),
      'authorization-details': token && detailsType !== undefined ? detailsTold(token, detailsType) : '',
    };
    return Object.fromEntries(IDENTITY.map((name) => [`${prefix}${name}`, values[name]]));
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
