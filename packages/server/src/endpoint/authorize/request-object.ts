import { z } from 'zod';
import { allowedAlgorithms, clauseOf } from '../../client/profile.ts';
import type { KnownClient } from '../../client-authentication/client-directory.ts';
import { findClientKeys } from '../../client-authentication/client-keys.ts';
import { CLIENT_SIGNING_ALGORITHMS } from '../../client-authentication/private-key-jwt.ts';
import type { Clock } from '../../clock.ts';
import type { JwksSource } from '../../outbound/jwks-source.ts';
import { type OutboundFetch, OutboundRefused } from '../../outbound/outbound-fetch.ts';
import type { Cause } from '../../refusal/causes.ts';
import { invalidRequest, invalidRequestObject, invalidRequestUri } from '../../refusal/error-codes.ts';
import type { ReplayStore } from '../../storage/storage.ts';
import { claimsOfPayload, JwsRefused, readJwsHeader, verifyJws } from '../../token/jws.ts';
import { type Parameters, parametersOf } from './parameters.ts';

export type RequestObjectContext = {
  readonly issuer: string;
  readonly replays: ReplayStore;
  readonly jwks: JwksSource;
  readonly outbound: OutboundFetch;
  readonly clock: Clock;
};

/** Signed authorization requests (RFC 9101). */
export type RequestObjects = {
  /**
   * What a client asks for: the claims of its request object where there is one, and then nothing beside them
   * (RFC 9101 §6.3); otherwise the parameters as they came.
   * @throws Refusal `invalid_request_object`, `invalid_request_uri`, or `invalid_request` when the client must use
   *   a request object and did not
   */
  unfold(sent: Parameters, known: KnownClient): Promise<Parameters>;
};

/** Seconds: how far clocks may differ, and the longest an object may be valid (FAPI 2.0 Message Signing §5.3.1). */
const CLOCK_TOLERANCE = 30;
const LONGEST_LIFETIME = 3600;
const TYPES = ['oauth-authz-req+jwt', 'jwt'];
const MEDIA_TYPES = ['application/oauth-authz-req+jwt', 'application/jwt', 'text/plain'];
const MOST_BYTES = 64 * 1024;
const FETCH_TIMEOUT_MS = 5000;

const Claims = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(10)]),
  exp: z.number(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  jti: z.string().min(1).max(500).optional(),
  client_id: z.string().optional(),
  sub: z.string().optional(),
});
type Claims = z.infer<typeof Claims>;

/** Claims of the JWT itself; the others are the parameters. */
const OF_THE_JWT = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sub']);

const REFUSED = 'The request object is not valid.';

/** A claim as the parameter it stands for: JSON where the parameter is JSON (OIDC Core §6.1). */
function parameterOf(name: string, value: unknown): string {
  if (name === 'resource' && Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** @param now seconds since the epoch */
function checkWindow({ exp, nbf, iat }: Claims, known: KnownClient, now: number): void {
  const { client_id, metadata } = known.client;
  const wrong = (field: string, expected: string, presented: unknown) =>
    invalidRequestObject(REFUSED, 'request_object_invalid', {
      client_id,
      field,
      expected,
      presented: presented ?? 'none',
    });
  const ahead = `at most ${CLOCK_TOLERANCE} seconds after ${now}`;
  if (exp <= now - CLOCK_TOLERANCE) throw wrong('exp', `after ${now}`, exp);
  if (nbf !== undefined && nbf > now + CLOCK_TOLERANCE) throw wrong('nbf', ahead, nbf);
  if (iat !== undefined && iat > now + CLOCK_TOLERANCE) throw wrong('iat', ahead, iat);
  if (clauseOf(metadata, 'request_object') !== undefined) {
    if (nbf === undefined || nbf < now - LONGEST_LIFETIME) {
      throw wrong('nbf', `at most ${LONGEST_LIFETIME} seconds before ${now}`, nbf);
    }
    if (exp > nbf + LONGEST_LIFETIME)
      throw wrong('exp', `at most ${LONGEST_LIFETIME} seconds after nbf`, exp);
  }
  if (exp > now + LONGEST_LIFETIME + CLOCK_TOLERANCE) {
    throw wrong('exp', `at most ${LONGEST_LIFETIME} seconds after ${now}`, exp);
  }
}

function checkClaims(claims: Claims, known: KnownClient, issuer: string, now: number): void {
  const { client_id } = known.client;
  const wrong = (field: string, expected: unknown, presented: unknown) =>
    invalidRequestObject(REFUSED, 'request_object_invalid', { client_id, field, expected, presented });
  if (claims.iss !== client_id) throw wrong('iss', client_id, claims.iss);
  if (claims.client_id !== undefined && claims.client_id !== client_id) {
    throw wrong('client_id', client_id, claims.client_id);
  }
  if (![claims.aud].flat().includes(issuer)) throw wrong('aud', issuer, claims.aud);
  // Such a JWT could be sent as a client assertion (RFC 9101 §10.8).
  if (claims.sub === client_id) throw wrong('sub', 'not the client itself', claims.sub);
  for (const parameter of ['request', 'request_uri']) {
    if (claims[parameter] !== undefined) throw wrong(parameter, 'absent (RFC 9101 §4)', 'present');
  }
  checkWindow(claims, known, now);
}

/** Reads request objects, by value and by reference, signed and never encrypted. */
export function createRequestObjects(context: RequestObjectContext): RequestObjects {
  const { issuer, replays, jwks, outbound, clock } = context;

  const fetched = async (request_uri: string, known: KnownClient): Promise<string> => {
    const { client_id, metadata } = known.client;
    const invalid = (because: Cause, evidence: object) =>
      invalidRequestUri('The request_uri is not valid.', because, {
        client_id,
        request_uri,
        ...evidence,
      });
    if (!metadata.request_uris.includes(request_uri)) {
      throw invalid('request_uri_not_registered', {
        expected: metadata.request_uris,
        presented: request_uri,
      });
    }
    try {
      const { body } = await outbound({
        purpose: 'request-object',
        client_id,
        url: request_uri,
        accept: MEDIA_TYPES,
        maxBytes: MOST_BYTES,
        timeoutMs: FETCH_TIMEOUT_MS,
      });
      return new TextDecoder().decode(body).trim();
    } catch (error) {
      if (!(error instanceof OutboundRefused)) throw error;
      throw invalid('request_uri_unavailable', { why: error.message, ...error.evidence });
    }
  };

  const verified = async (object: string, known: KnownClient): Promise<Claims> => {
    const { client_id, metadata } = known.client;
    const { request_object_signing_alg } = metadata;
    const allowed = allowedAlgorithms(metadata, CLIENT_SIGNING_ALGORITHMS).filter(
      (alg) => request_object_signing_alg === undefined || alg === request_object_signing_alg,
    );
    const { alg, kid, typ } = readJwsHeader(object, allowed);
    if (typ !== undefined && !TYPES.includes(typ.toLowerCase().replace(/^application\//, ''))) {
      throw new JwsRefused({ field: 'typ', expected: TYPES, presented: typ });
    }
    const found = await findClientKeys(known, jwks, kid, alg);
    if (found.kind === 'unavailable') {
      throw invalidRequestObject(REFUSED, 'jwks_unavailable', {
        client_id,
        jwks_uri: metadata.jwks_uri,
        ...found.failure,
      });
    }
    if (found.kind === 'none') {
      throw new JwsRefused({
        field: 'kid',
        expected: found.published,
        presented: { kid: kid ?? 'none', alg },
      });
    }
    const keys = found.keys.map(({ publicKey }) => publicKey);
    const parsed = Claims.safeParse(claimsOfPayload(await verifyJws(object, keys, alg)));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new JwsRefused({
      field: issue?.path.join('.') ?? 'claims',
      presented: issue?.message ?? 'unreadable',
    });
  };

  const claimsOf = async (object: string, known: KnownClient): Promise<Claims> => {
    try {
      return await verified(object, known);
    } catch (error) {
      if (!(error instanceof JwsRefused)) throw error;
      throw invalidRequestObject(REFUSED, 'request_object_invalid', {
        client_id: known.client.client_id,
        ...error.evidence,
      });
    }
  };

  /** An object that says its own name is of use once. */
  const spend = async ({ jti, exp }: Claims, client_id: string) => {
    if (jti === undefined) return;
    const until = (exp + CLOCK_TOLERANCE + 1) * 1000;
    if (await replays.claim(`request_object ${client_id} ${jti}`, until)) return;
    throw invalidRequestObject(REFUSED, 'request_object_replayed', { client_id, jti });
  };

  return {
    async unfold(sent, known) {
      const { client_id, metadata } = known.client;
      const request = sent.get('request');
      const request_uri = sent.get('request_uri');
      if (request !== undefined && request_uri !== undefined) {
        throw invalidRequest('request and request_uri exclude each other.', 'parameter_invalid', {
          client_id,
          expected: 'one of them (RFC 9101 §5)',
          presented: ['request', 'request_uri'],
        });
      }
      const object = request_uri === undefined ? request : await fetched(request_uri, known);
      if (object === undefined) {
        const clause = clauseOf(metadata, 'request_object');
        if (clause === undefined && !metadata.require_signed_request_object) return sent;
        throw invalidRequest('A signed request object is needed.', 'request_object_missing', {
          client_id,
          clause: clause ?? 'require_signed_request_object (RFC 9101 §10.5)',
          expected: 'request or request_uri',
        });
      }
      const claims = await claimsOf(object, known);
      checkClaims(claims, known, issuer, Math.floor(clock() / 1000));
      await spend(claims, client_id);
      const parameters = Object.entries(claims)
        .filter(([name, value]) => !OF_THE_JWT.has(name) && value !== undefined && value !== null)
        .map(([name, value]): [string, string] => [name, parameterOf(name, value)]);
      return parametersOf({ ...Object.fromEntries(parameters), client_id });
    },
  };
}

/** What the metadata says of request objects (RFC 9101 §10.5, OIDC Discovery §3). */
export const REQUEST_OBJECT_METADATA = {
  request_parameter_supported: true,
  request_uri_parameter_supported: true,
  require_request_uri_registration: true,
  require_signed_request_object: false,
  request_object_signing_alg_values_supported: [...CLIENT_SIGNING_ALGORITHMS],
} as const;
