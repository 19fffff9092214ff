import { isDeepStrictEqual } from 'node:util';
import { ownMember } from '../own-member.ts';
import { type AttributeDefinition, valueProblem } from './attribute-definition.ts';
import { STANDARD_CLAIMS } from './standard-claims.ts';
import { isDate, typeProblem, type ValueType } from './value-type.ts';

/** The types of the claims of OIDC Core §5.1 that are one of the attributes' own. */
const STANDARD_TYPES: Readonly<Record<string, ValueType>> = {
  name: 'string',
  family_name: 'string',
  given_name: 'string',
  middle_name: 'string',
  nickname: 'string',
  preferred_username: 'string',
  gender: 'string',
  profile: 'url',
  picture: 'url',
  website: 'url',
  email: 'email',
  email_verified: 'boolean',
  phone_number: 'phone',
  phone_number_verified: 'boolean',
};

const ADDRESS = ['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country'];
const YEAR = /^\d{4}$/;
/** A day whose year the person keeps to themselves (OIDC Core §5.1). */
const DAY_ALONE = /^0000-(\d{2}-\d{2})$/;
const LOCALE = /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/;

function isTimeZone(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

function isBirthdate(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [, day] = DAY_ALONE.exec(value) ?? [];
  return day === undefined ? YEAR.test(value) || isDate(value) : isDate(`2000-${day}`);
}

const isAddress = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(([name, text]) => ADDRESS.includes(name) && typeof text === 'string');

/** Those of a form of their own, each with what it must be. */
const STANDARD_FORMS: Readonly<Record<string, readonly [is: (value: unknown) => boolean, expected: string]>> =
  {
    birthdate: [isBirthdate, 'is a day such as 1815-12-10, 0000-12-10 without the year, or a year'],
    zoneinfo: [isTimeZone, 'is a time zone such as Europe/Paris'],
    locale: [(value) => typeof value === 'string' && LOCALE.test(value), 'is a language such as en or de-AT'],
    address: [isAddress, `is an object whose members are texts: ${ADDRESS.join(', ')}`],
    updated_at: [
      (value) => Number.isSafeInteger(value) && Number(value) >= 0,
      'is a whole number of seconds since 1970',
    ],
  };

/** What is wrong with a value of a claim of OIDC Core §5.1, as the end of a sentence; undefined for nothing. */
export function standardClaimProblem(claim: string, value: unknown): string | undefined {
  const type = ownMember(STANDARD_TYPES, claim);
  if (type !== undefined) return typeProblem(type, value);
  const [is, expected] = ownMember(STANDARD_FORMS, claim) ?? [];
  return is === undefined || is(value) ? undefined : expected;
}

/** The type of an attribute's values, by the standard or its definition; undefined where neither says. */
export const attributeType = (
  name: string,
  definitions: readonly Pick<AttributeDefinition, 'name' | 'type'>[],
): ValueType | undefined =>
  ownMember(STANDARD_TYPES, name) ??
  (name === 'updated_at' ? 'integer' : definitions.find((definition) => definition.name === name)?.type);

/** Whether a name is that of a claim of OIDC Core §5.1, which nobody else defines. */
export const isStandardClaim = (name: string): boolean => STANDARD_CLAIMS.includes(name);

/** What is wrong with one claim of an account. */
export type ClaimProblem = { readonly claim: string; readonly problem: string };

/**
 * Looks at what an account is to have: claims of OIDC Core §5.1 by their types, attributes by their definitions, others not
 * at all. What it had before may stay as it is, whatever was defined since.
 * @returns the first that is wrong
 */
export function claimsProblem(
  after: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
  definitions: readonly AttributeDefinition[],
): ClaimProblem | undefined {
  const defined = new Map(definitions.map((definition) => [definition.name, definition]));
  for (const [claim, value] of Object.entries(after)) {
    if (value === null || isDeepStrictEqual(value, before[claim])) continue;
    const definition = defined.get(claim);
    const problem = isStandardClaim(claim)
      ? standardClaimProblem(claim, value)
      : definition && valueProblem(definition, value);
    if (problem !== undefined) return { claim, problem };
  }
  return undefined;
}
