import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import { invalidAuthorizationDetails } from '../refusal/error-codes.ts';
import { AuthorizationDetail } from '../token/authorization-detail.ts';

/** A type of authorization details that this deployment knows (RFC 9396 §2.1): `[[authorization_details_type]]`. */
export type AuthorizationDetailsType = {
  readonly type: string;
  /** What a person reads when asked for consent. */
  readonly description: string;
  /** The fields it may have beside the common ones of RFC 9396 §2.2; any when absent. */
  readonly fields?: readonly string[] | undefined;
  readonly required_fields: readonly string[];
};

const COMMON = new Set(['type', 'locations', 'actions', 'datatypes', 'identifier', 'privileges']);
const MOST = 20;

const MOST_LEVELS = 10;

function isDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeep(inner, levels - 1));
}

const Parameter = z.array(AuthorizationDetail).min(1).max(MOST);

const REFUSED = 'The authorization_details are not valid.';

function parsed(text: string, client_id: string): readonly AuthorizationDetail[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
      client_id,
      expected: 'a JSON array of objects (RFC 9396 §2)',
      presented: text.slice(0, 200),
    });
  }
  if (isDeep(value, MOST_LEVELS)) {
    throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
      client_id,
      expected: `at most ${MOST_LEVELS} levels`,
      presented: 'more',
    });
  }
  const result = Parameter.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
    client_id,
    field: issue?.path.join('.') || 'authorization_details',
    presented: issue?.message,
  });
}

function checkFields(detail: AuthorizationDetail, known: AuthorizationDetailsType, client_id: string): void {
  const { type } = detail;
  const names = Object.keys(detail);
  const unknown = names.find((name) => known.fields && !COMMON.has(name) && !known.fields.includes(name));
  if (unknown !== undefined) {
    throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
      client_id,
      type,
      field: unknown,
      expected: known.fields,
      presented: unknown,
    });
  }
  const missing = known.required_fields.find((name) => !names.includes(name));
  if (missing !== undefined)
    throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
      client_id,
      type,
      field: missing,
      presented: 'none',
    });
}

/**
 * Reads and checks what a client asks for (RFC 9396 §5): types of the deployment that the client may use, with the
 * fields they have.
 * @param text the parameter `authorization_details`
 * @throws Refusal `invalid_authorization_details`
 */
export function requestedDetails(
  text: string | undefined,
  { client: { client_id, metadata } }: KnownClient,
  types: readonly AuthorizationDetailsType[],
): readonly AuthorizationDetail[] | undefined {
  if (text === undefined) return undefined;
  const details = parsed(text, client_id);
  const allowed = types.filter(({ type }) => metadata.authorization_details_types?.includes(type) ?? true);
  for (const detail of details) {
    const known = allowed.find(({ type }) => type === detail.type);
    if (!known) {
      const expected = allowed.map(({ type }) => type);
      throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
        client_id,
        field: 'type',
        expected,
        presented: detail.type,
      });
    }
    checkFields(detail, known, client_id);
  }
  return details;
}

/**
 * The details of an access token: what a token request names of those granted, or all of them (RFC 9396 §6).
 * @param text the parameter `authorization_details` of the token request
 * @throws Refusal `invalid_authorization_details` when it names what was not granted
 */
export function narrowedDetails<Detail extends object>(
  text: string | undefined,
  granted: readonly Detail[] | undefined,
  { client: { client_id } }: KnownClient,
): readonly Detail[] | undefined {
  if (text === undefined) return granted;
  return parsed(text, client_id).map((detail) => {
    const found = granted?.find((candidate) => isDeepStrictEqual(candidate, detail));
    if (found) return found;
    throw invalidAuthorizationDetails(REFUSED, 'authorization_details_invalid', {
      client_id,
      expected: granted ?? 'none were granted',
      presented: detail,
    });
  });
}
