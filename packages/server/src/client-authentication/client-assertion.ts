import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { clauseOf } from '../client/profile.ts';
import type { Clock } from '../clock.ts';
import { invalidClient } from '../refusal/error-codes.ts';
import type { Evidence, Refusal } from '../refusal/refusal.ts';
import type { ReplayStore } from '../storage/storage.ts';
import { JwsRefused, readJwsHeader, verifyJws } from '../token/jws.ts';
import { checkLifetime, claimsOfPayload, rememberedUntil } from '../token/jwt-claims.ts';
import type { KnownClient } from './client-directory.ts';
import type { Presentation } from './presentation.ts';

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const LONGEST_ASSERTION = 16_384;
/** A JWT made for something else must not serve as an assertion (RFC 8725 §3.11). */
const TYPES = ['jwt', 'client-authentication+jwt'];

const Claims = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(10)]),
  jti: z.string().min(1).max(500),
  exp: z.number(),
  iat: z.number().optional(),
  nbf: z.number().optional(),
});

export type AssertionOptions = {
  readonly issuer: string;
  readonly replays: ReplayStore;
  readonly clock: Clock;
  /** The base URI of the endpoint aliases, where there is a second listener (RFC 8705 §5). */
  readonly mtlsBase?: string | undefined;
};

/** Names the client whose assertion it claims to be. */
const invalidAssertion = (client_id: string, evidence: Evidence): Refusal =>
  invalidClient('client_assertion_invalid', { client_id, ...evidence });

/** What the header of an assertion says; it is read before the signature is checked, to find the key. */
export type AssertionHeader = { readonly alg: string; readonly kid: string | undefined };

/**
 * Reads the header of the assertion in a request.
 * @param algorithms the algorithms the method may use
 * @throws Refusal
 */
export function readAssertion(
  presentation: Presentation,
  { client }: KnownClient,
  algorithms: readonly string[],
): AssertionHeader & { readonly assertion: string } {
  const { client_assertion: assertion, client_assertion_type: type } = presentation;
  const { client_id, metadata } = client;
  if (assertion === undefined)
    throw invalidAssertion(client_id, { expected: 'client_assertion', presented: 'none' });
  if (type !== JWT_BEARER)
    throw invalidAssertion(client_id, {
      field: 'client_assertion_type',
      expected: JWT_BEARER,
      presented: type ?? 'none',
    });
  if (assertion.length > LONGEST_ASSERTION) {
    throw invalidAssertion(client_id, {
      field: 'client_assertion',
      expected: `at most ${LONGEST_ASSERTION} characters`,
      presented: assertion.length,
    });
  }
  const allowed = algorithms.filter(
    (algorithm) =>
      metadata.token_endpoint_auth_signing_alg === undefined ||
      metadata.token_endpoint_auth_signing_alg === algorithm,
  );
  try {
    const { alg, kid, typ } = readJwsHeader(assertion, allowed);
    if (typ !== undefined && !TYPES.includes(typ.toLowerCase())) {
      throw new JwsRefused({ field: 'typ', expected: TYPES, presented: typ });
    }
    return { assertion, alg, kid };
  } catch (error) {
    if (error instanceof JwsRefused)
      throw invalidAssertion(client_id, { field: 'client_assertion', ...error.evidence });
    throw error;
  }
}

/**
 * Checks that an assertion was made for this server and for nobody else: its audience is the issuer identifier, the
 * endpoint it was sent to or the token endpoint (RFC 7523 §3, RFC 9126 §2, CIBA §7.1), each also by its mutual-TLS
 * alias and as the clients of a server before this one know it, and several of them alone. One that another server is an audience of could come from there (RFC 7523bis §4).
 * Under FAPI 2.0 it is the issuer alone, as one string.
 * @throws Refusal
 */
function checkAudience(
  aud: string | readonly string[],
  { client_id, metadata }: KnownClient['client'],
  { issuer, mtlsBase = issuer }: AssertionOptions,
  { endpoint, known_as = [] }: Presentation,
): void {
  const wrong = (evidence: Evidence) =>
    invalidAssertion(client_id, { field: 'aud', presented: aud, ...evidence });
  const clause = clauseOf(metadata, 'assertion_audience');
  if (clause !== undefined) {
    if (aud !== issuer) throw wrong({ expected: issuer, clause });
    return;
  }
  if (aud === issuer) return;
  const endpoints = [endpoint, `${issuer}/oauth2/token`];
  const aliases = endpoints.map((uri) => uri.replace(issuer, mtlsBase));
  const expected = [...new Set([issuer, ...endpoints, ...aliases, ...known_as])];
  const others = [aud].flat().filter((audience) => !expected.includes(audience));
  if (others.length > 0) throw wrong({ expected, others });
}

/**
 * Judges a client assertion (RFC 7523 §3): signature, issuer and subject, audience, lifetime, and that it was never
 * used before, in any process.
 * @param keys the keys that may have signed it
 * @throws Refusal
 */
export async function checkAssertion(
  { assertion, alg }: AssertionHeader & { readonly assertion: string },
  keys: readonly (KeyObject | Uint8Array)[],
  { client }: KnownClient,
  presentation: Presentation,
  options: AssertionOptions,
): Promise<void> {
  const { replays, clock } = options;
  const { client_id } = client;
  const believed = async <Value>(judge: () => Value | Promise<Value>): Promise<Value> => {
    try {
      return await judge();
    } catch (error) {
      if (error instanceof JwsRefused) throw invalidAssertion(client_id, error.evidence);
      throw error;
    }
  };
  const claims = await believed(async () => claimsOfPayload(await verifyJws(assertion, keys, alg), Claims));
  const { iss, sub, aud, jti, exp } = claims;
  if (iss !== client_id || sub !== client_id) {
    throw invalidAssertion(client_id, { field: 'iss, sub', expected: client_id, presented: { iss, sub } });
  }
  checkAudience(aud, client, options, presentation);
  await believed(() => checkLifetime(claims, Math.floor(clock() / 1000)));
  if (!(await replays.claim(`client_assertion ${client_id} ${jti}`, rememberedUntil(exp)))) {
    throw invalidClient('client_assertion_replayed', { client_id, jti });
  }
}
