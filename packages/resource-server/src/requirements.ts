import { isObject } from './json-object.ts';
import { TokenRefused } from './token-refused.ts';

/** One of the authorization details of a token (RFC 9396 §2). */
export type AuthorizationDetail = { readonly type: string; readonly [member: string]: unknown };

/** What a request needs beside a token that is acceptable. */
export type Requirements = {
  /** What the token must have been granted, all of it; space-separated, or a list. */
  readonly scope?: string | readonly string[];
  /** Says whether the authorization details of the token allow the request (RFC 9396 §9). */
  readonly authorizationDetails?: (details: readonly AuthorizationDetail[]) => boolean;
  /** One of these must be the token's `acr`: how the person was to be authenticated (RFC 9470 §3). */
  readonly acrValues?: readonly string[];
  /** Seconds since the person was authenticated, at most (RFC 9470 §3). */
  readonly maxAge?: number;
};

type Claims = Readonly<Record<string, unknown>>;

/** What of {@link Requirements} is asked of every request, checked once. */
export type Required = Omit<Requirements, 'scope'> & { readonly scope: readonly string[] };

/** @throws TypeError for requirements that would let everybody through, or nobody */
export function requiredBy({ scope = [], ...others }: Requirements): Required {
  const { acrValues, maxAge } = others;
  const names = [scope].flat().flatMap((each) => each.split(' '));
  const scopes = names.filter((name) => name !== '');
  const faulty = [...scopes, ...(acrValues ?? [])].find((each) => !/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(each));
  if (faulty !== undefined) throw new TypeError(`${JSON.stringify(faulty)} is no scope and no acr value`);
  if (acrValues?.length === 0) throw new TypeError('acrValues must name at least one');
  if (maxAge !== undefined && !(Number.isFinite(maxAge) && maxAge >= 0)) {
    throw new TypeError('maxAge must be a number of seconds');
  }
  return { ...others, scope: scopes };
}

/** Of a token that is remembered its claims are one object. */
const scopes = new WeakMap<Claims, ReadonlySet<string>>();

/** The scopes of a token; some servers write a list. */
export function scopesOf(claims: Claims): ReadonlySet<string> {
  const known = scopes.get(claims);
  if (known !== undefined) return known;
  const { scope } = claims;
  const names = Array.isArray(scope) ? scope : typeof scope === 'string' ? scope.split(' ') : [];
  const found = new Set(names.filter((name) => typeof name === 'string' && name !== ''));
  scopes.set(claims, found);
  return found;
}

/** The authorization details of a token, or those of a type (RFC 9396 §9.1). Anything that is none is left out. */
export function authorizationDetailsOf(claims: Claims, type?: string): readonly AuthorizationDetail[] {
  const { authorization_details: details } = claims;
  const isDetail = (value: unknown): value is AuthorizationDetail =>
    isObject(value) && typeof value.type === 'string';
  const all = Array.isArray(details) ? details.filter(isDetail) : [];
  return type === undefined ? all : all.filter((detail) => detail.type === type);
}

function checkScope(claims: Claims, needed: readonly string[]): void {
  const granted = scopesOf(claims);
  if (needed.every((name) => granted.has(name))) return;
  throw new TokenRefused(
    'insufficient_scope',
    'The access token does not have the scope that this needs.',
    'scope_insufficient',
    { expected: needed, presented: [...granted] },
    { scope: needed.join(' ') },
  );
}

function checkDetails(claims: Claims, allows: NonNullable<Requirements['authorizationDetails']>): void {
  const details = authorizationDetailsOf(claims);
  if (allows(details)) return;
  throw new TokenRefused(
    'insufficient_scope',
    'The access token does not have the authorization details that this needs.',
    'authorization_details_insufficient',
    { expected: 'details that allow the request', presented: details.map(({ type }) => type) },
  );
}

function checkAuthentication(
  { acr, auth_time }: Claims,
  { acrValues, maxAge }: Required,
  now: number,
  clockTolerance: number,
): void {
  const isAsWanted = acrValues === undefined || acrValues.some((value) => value === acr);
  const oldest = now / 1000 - clockTolerance - (maxAge ?? 0);
  const isNew = maxAge === undefined || (typeof auth_time === 'number' && auth_time >= oldest);
  if (isAsWanted && isNew) return;
  throw new TokenRefused(
    'insufficient_user_authentication',
    isAsWanted ? 'A more recent authentication is needed.' : 'Another authentication is needed.',
    'authentication_insufficient',
    isAsWanted
      ? { expected: `auth_time of ${Math.floor(oldest)} or later`, presented: auth_time ?? 'none' }
      : { expected: acrValues, presented: acr ?? 'no acr' },
    {
      ...(acrValues && { acr_values: acrValues.join(' ') }),
      ...(maxAge !== undefined && { max_age: maxAge }),
    },
  );
}

/**
 * Holds a token that is acceptable to what the request needs.
 * @param now milliseconds since the epoch
 * @param clockTolerance seconds
 * @throws TokenRefused
 */
export function checkRequirements(
  claims: Claims,
  required: Required,
  now: number,
  clockTolerance: number,
): void {
  checkScope(claims, required.scope);
  if (required.authorizationDetails) checkDetails(claims, required.authorizationDetails);
  if (required.acrValues !== undefined || required.maxAge !== undefined) {
    checkAuthentication(claims, required, now, clockTolerance);
  }
}
