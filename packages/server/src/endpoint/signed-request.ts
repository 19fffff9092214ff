import { z } from 'zod';
import type { ClientMetadata } from '../client/client-metadata.ts';
import { CLIENT_SIGNING_ALGORITHMS } from '../client/client-signing-algorithms.ts';
import { allowedAlgorithms } from '../client/profile.ts';
import type { KnownClient } from '../client-authentication/client-directory.ts';
import { findClientKeys } from '../client-authentication/client-keys.ts';
import type { Clock } from '../clock.ts';
import type { JwksSource } from '../outbound/jwks-source.ts';
import type { RefusalOfCode } from '../refusal/error-codes.ts';
import type { ReplayStore } from '../storage/storage.ts';
import type { DecryptionKeys } from '../token/decryption-keys.ts';
import { decryptedJwt, isEncrypted, JweRefused, readJweHeader } from '../token/jwe.ts';
import { JwsRefused, readJwsHeader, verifyJws } from '../token/jws.ts';
import { CLOCK_TOLERANCE, claimsOfPayload, LONGEST_LIFETIME, rememberedUntil } from '../token/jwt-claims.ts';

/** What an endpoint asks of the requests that clients sign for it. */
export type SignedRequestRules = {
  /** What is answered to one that cannot be believed. */
  readonly refusal: RefusalOfCode;
  /** The metadata that names the one algorithm of such requests. */
  readonly algorithm: 'request_object_signing_alg' | 'backchannel_authentication_request_signing_alg';
  /** Whether every claim of the JWT itself must be there: `iss`, `aud`, `exp`, `nbf`, `iat` and `jti`. */
  readonly isComplete: boolean;
  /** Whether it may be encrypted too (RFC 9101 §6.1); the requests of CIBA are signed alone (CIBA §7.1.1). */
  readonly mayBeEncrypted: boolean;
};

/**
 * Reads the request a client signed: a JWT with its parameters as claims, of use once where it has a `jti`.
 * @returns the parameters, several resources with a space between them
 * @throws Refusal of `rules.refusal`
 */
export type ReadSignedRequest = (
  request: string,
  known: KnownClient,
  rules: SignedRequestRules,
) => Promise<Readonly<Record<string, string>>>;

export type SignedRequestContext = {
  readonly issuer: string;
  readonly replays: ReplayStore;
  readonly jwks: JwksSource;
  readonly decryptionKeys: DecryptionKeys;
  readonly clock: Clock;
};

const TYPES = ['oauth-authz-req+jwt', 'jwt'];

const Claims = z.looseObject({
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(10)]).optional(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iat: z.number().optional(),
  jti: z.string().min(1).max(500).optional(),
  client_id: z.string().optional(),
  sub: z.string().optional(),
});
type Claims = z.infer<typeof Claims>;

/**
 * The claims of the JWT itself that must be there. OIDC Core §6.1 and RFC 9101 §4 ask for none of an ordinary client;
 * every profile for the first three.
 */
function requiredClaims(metadata: ClientMetadata, isComplete: boolean) {
  if (isComplete) return ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti'] as const;
  return metadata.profile === undefined ? [] : (['iss', 'aud', 'exp'] as const);
}

/** Claims of the JWT itself; the others are the parameters. */
const OF_THE_JWT = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sub']);

const REFUSED = 'The request object is not valid.';

/** A claim as the parameter it stands for: JSON where the parameter is JSON (OIDC Core §6.1). */
function parameterOf(name: string, value: unknown): string {
  if (name === 'resource' && Array.isArray(value)) return value.map(String).join(' ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Says which claim is wrong. */
type Wrong = (field: string, expected: unknown, presented: unknown) => Error;

/** When a request counts (FAPI 2.0 Message Signing §5.3.1). @param now seconds since the epoch */
function checkWindow({ exp, nbf, iat }: Claims, isBounded: boolean, now: number, wrong: Wrong): void {
  const ahead = `at most ${CLOCK_TOLERANCE} seconds after ${now}`;
  if (exp !== undefined && exp <= now - CLOCK_TOLERANCE) throw wrong('exp', `after ${now}`, exp);
  if (nbf !== undefined && nbf > now + CLOCK_TOLERANCE) throw wrong('nbf', ahead, nbf);
  if (iat !== undefined && iat > now + CLOCK_TOLERANCE) throw wrong('iat', ahead, iat);
  if (isBounded) {
    if (nbf === undefined || nbf < now - LONGEST_LIFETIME) {
      throw wrong('nbf', `at most ${LONGEST_LIFETIME} seconds before ${now}`, nbf ?? 'none');
    }
    if (exp === undefined || exp > nbf + LONGEST_LIFETIME) {
      throw wrong('exp', `at most ${LONGEST_LIFETIME} seconds after nbf`, exp ?? 'none');
    }
  }
  if (exp !== undefined && exp > now + LONGEST_LIFETIME + CLOCK_TOLERANCE) {
    throw wrong('exp', `at most ${LONGEST_LIFETIME} seconds after ${now}`, exp);
  }
}

function checkClaims(claims: Claims, client_id: string, issuer: string, wrong: Wrong): void {
  if (claims.iss !== undefined && claims.iss !== client_id) throw wrong('iss', client_id, claims.iss);
  if (claims.client_id !== undefined && claims.client_id !== client_id) {
    throw wrong('client_id', client_id, claims.client_id);
  }
  if (claims.aud !== undefined && ![claims.aud].flat().includes(issuer)) {
    throw wrong('aud', issuer, claims.aud);
  }
  // Such a JWT could be sent as a client assertion (RFC 9101 §10.8).
  if (claims.sub === client_id) throw wrong('sub', 'not the client itself', claims.sub);
  for (const parameter of ['request', 'request_uri']) {
    if (claims[parameter] !== undefined) throw wrong(parameter, 'absent (RFC 9101 §4)', 'present');
  }
}

/** The one reader of requests that clients sign, whichever endpoint they are for. */
export function createSignedRequestReader(context: SignedRequestContext): ReadSignedRequest {
  const { issuer, replays, jwks, decryptionKeys, clock } = context;

  const verified = async (
    request: string,
    known: KnownClient,
    { refusal, algorithm }: SignedRequestRules,
  ): Promise<Claims> => {
    const { client_id, metadata } = known.client;
    const registered: ClientMetadata[typeof algorithm] = metadata[algorithm];
    const allowed = allowedAlgorithms(metadata, CLIENT_SIGNING_ALGORITHMS).filter(
      (alg) => registered === undefined || alg === registered,
    );
    const { alg, kid, typ } = readJwsHeader(request, allowed);
    if (typ !== undefined && !TYPES.includes(typ.toLowerCase().replace(/^application\//, ''))) {
      throw new JwsRefused({ field: 'typ', expected: TYPES, presented: typ });
    }
    const found = await findClientKeys(known, jwks, kid, alg);
    if (found.kind === 'of other use') {
      throw refusal(REFUSED, 'key_of_other_use', { client_id, kid, alg, presented: found.uses });
    }
    if (found.kind === 'unavailable') {
      throw refusal(REFUSED, 'jwks_unavailable', {
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
    return claimsOfPayload(await verifyJws(request, keys, alg), Claims);
  };

  /** The signed JWT within, where it is encrypted: one layer, and not before the client is one that signs. */
  const signedIn = async (
    request: string,
    { client }: KnownClient,
    { refusal, mayBeEncrypted }: SignedRequestRules,
  ): Promise<string> => {
    if (!mayBeEncrypted || !isEncrypted(request)) return request;
    const { client_id, metadata } = client;
    try {
      if (metadata.jwks === undefined && metadata.jwks_uri === undefined) {
        throw new JwsRefused({ expected: 'a client with jwks or jwks_uri', presented: 'neither' });
      }
      const header = readJweHeader(request);
      return await decryptedJwt(request, header, await decryptionKeys.meantBy(header.alg, header.kid));
    } catch (error) {
      if (!(error instanceof JweRefused)) throw error;
      throw refusal(REFUSED, error.because, { client_id, ...error.evidence });
    }
  };

  const claimsOf = async (request: string, known: KnownClient, rules: SignedRequestRules) => {
    try {
      return await verified(await signedIn(request, known, rules), known, rules);
    } catch (error) {
      if (!(error instanceof JwsRefused)) throw error;
      throw rules.refusal(REFUSED, 'request_object_invalid', {
        client_id: known.client.client_id,
        ...error.evidence,
      });
    }
  };

  /**
   * A request that says its own name is of use once, at whichever endpoint; one that does not say when it ends is
   * remembered for the longest that others may be valid.
   */
  const spend = async ({ jti, exp }: Claims, client_id: string, refusal: RefusalOfCode) => {
    if (jti === undefined) return;
    const until = rememberedUntil(exp ?? clock() / 1000 + LONGEST_LIFETIME);
    if (await replays.claim(`request_object ${client_id} ${jti}`, until)) return;
    throw refusal(REFUSED, 'request_object_replayed', { client_id, jti });
  };

  return async (request, known, rules) => {
    const { client_id, metadata } = known.client;
    const { refusal, isComplete } = rules;
    const claims = await claimsOf(request, known, rules);
    const wrong: Wrong = (field, expected, presented) =>
      refusal(REFUSED, 'request_object_invalid', { client_id, field, expected, presented });
    for (const field of requiredClaims(metadata, isComplete)) {
      if (claims[field] === undefined) throw wrong(field, field, 'none');
    }
    checkClaims(claims, client_id, issuer, wrong);
    // Whoever is under a profile and signs, by its rule or its own, is held to FAPI 2.0 Message Signing §5.3.1.
    const isBounded = isComplete || metadata.profile !== undefined;
    checkWindow(claims, isBounded, Math.floor(clock() / 1000), wrong);
    await spend(claims, client_id, refusal);
    return Object.fromEntries(
      Object.entries(claims)
        .filter(([name, value]) => !OF_THE_JWT.has(name) && value !== undefined && value !== null)
        .map(([name, value]) => [name, parameterOf(name, value)]),
    );
  };
}
