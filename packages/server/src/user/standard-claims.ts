import type { User } from './user.ts';

/** The claims each scope stands for (OIDC Core §5.4). */
const CLAIMS_OF_SCOPE = new Map<string, readonly string[]>(
  Object.entries({
    profile: [
      'name',
      'family_name',
      'given_name',
      'middle_name',
      'nickname',
      'preferred_username',
      'profile',
      'picture',
      'website',
      'gender',
      'birthdate',
      'zoneinfo',
      'locale',
      'updated_at',
    ],
    email: ['email', 'email_verified'],
    address: ['address'],
    phone: ['phone_number', 'phone_number_verified'],
  }),
);

const SCOPE_OF_CLAIM = new Map(
  [...CLAIMS_OF_SCOPE].flatMap(([scope, claims]) => claims.map((claim) => [claim, scope])),
);

/** Every claim about a person that can be asked for. */
export const STANDARD_CLAIMS: readonly string[] = [...SCOPE_OF_CLAIM.keys()];

/** The scope under which a person agrees to share `claim`; undefined for claims this server does not share. */
export const scopeOfClaim = (claim: string): string | undefined => SCOPE_OF_CLAIM.get(claim);

/** The claims that `scopes` give leave to share. */
export const claimsOfScopes = (scopes: Iterable<string>): readonly string[] =>
  [...scopes].flatMap((scope) => CLAIMS_OF_SCOPE.get(scope) ?? []);

/**
 * What is known of a person under these claim names (OIDC Core §5.1); names without a value are left out.
 * `preferred_username` is the username unless the account says otherwise.
 */
export function claimsAbout(user: User, names: Iterable<string>): Readonly<Record<string, unknown>> {
  const known: Readonly<Record<string, unknown>> = { preferred_username: user.username, ...user.claims };
  return Object.fromEntries(
    [...new Set(names)]
      .filter((name) => SCOPE_OF_CLAIM.has(name) && known[name] !== undefined && known[name] !== null)
      .map((name) => [name, known[name]]),
  );
}
