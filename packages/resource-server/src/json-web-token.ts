import { errors, jwtVerify } from 'jose';
import type { KeyFinder } from './key-set.ts';
import { longTexts } from './long-texts.ts';
import { claimsOf, type TokenClaims } from './token-claims.ts';
import { TokenRefused } from './token-refused.ts';

/** What a JWT access token is held to (RFC 9068 §4). */
export type JwtRules = {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  readonly requiredTokenType: string;
  /** Seconds. */
  readonly clockTolerance: number;
  readonly clock: () => number;
};

/** ECMAScript's last moment, milliseconds: beyond it a number is shown as it stands. */
const LAST_TIME = 8.64e15;

/** A time of a token as people read it. @param time seconds since the epoch, if it is what it should be */
const seconds = (time: unknown) =>
  typeof time === 'number' && Math.abs(time) * 1000 <= LAST_TIME ? new Date(time * 1000).toISOString() : time;

function refusalOf(error: errors.JOSEError, rules: JwtRules): TokenRefused {
  const refuse = (because: TokenRefused['because'], expected: unknown, presented: unknown) =>
    new TokenRefused('invalid_token', 'The access token is not valid.', because, { expected, presented });
  if (error instanceof errors.JWTExpired) {
    return new TokenRefused('invalid_token', 'The access token has expired.', 'token_expired', {
      expected: `exp after ${new Date(rules.clock()).toISOString()}`,
      presented: seconds(error.payload.exp),
    });
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason, payload } = error;
    if (claim === 'typ') return refuse('token_type_differs', rules.requiredTokenType, error.message);
    if (reason === 'missing') return refuse('claim_missing', claim, 'no such claim');
    if (claim === 'iss') return refuse('issuer_differs', rules.issuer, payload.iss);
    if (claim === 'aud') return refuse('audience_differs', rules.audience, payload.aud);
    if (claim === 'nbf') return refuse('token_not_yet_valid', 'nbf in the past', seconds(payload.nbf));
    return refuse('token_malformed', claim, error.message);
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refuse('algorithm_refused', rules.algorithms, error.message);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return refuse('key_unknown', `one key of ${rules.issuer}`, error.message);
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return refuse('signature_invalid', `a signature of ${rules.issuer}`, error.message);
  }
  return refuse('token_malformed', 'a signed JWT (RFC 9068)', error.message);
}

/** Milliseconds for which a signature that was right is not verified again. */
const REMEMBERED_MS = 60_000;
/** Characters of all remembered tokens together. */
const REMEMBERED_CHARACTERS = 16 * 1024 * 1024;

/** What verifies JWT access tokens. */
export type JwtVerifier = {
  /** What a token says that was verified lately and is in time; undefined for every other. */
  remembered(token: string): TokenClaims | undefined;
  /** @throws TokenRefused, AuthorizationServerUnavailable */
  verify(token: string): Promise<TokenClaims>;
};

/**
 * Makes what verifies JWT access tokens: type, algorithm, signature, issuer, audience and time. A token that was right is
 * held to its times alone for a minute, and then verified as if it were new: so a withdrawn key ends a minute later than
 * the keys are read anew.
 */
export function jwtVerifier(keys: KeyFinder, rules: JwtRules): JwtVerifier {
  const { clockTolerance, clock } = rules;
  const right = longTexts<{ readonly claims: TokenClaims; readonly until: number }>(REMEMBERED_CHARACTERS);
  const options = {
    issuer: rules.issuer,
    audience: [...rules.audience],
    algorithms: [...rules.algorithms],
    typ: rules.requiredTokenType,
    clockTolerance,
    requiredClaims: ['exp'],
  };
  return {
    remembered(token) {
      const known = right.get(token);
      const now = clock();
      if (known === undefined || now >= known.until) return undefined;
      const { exp = 0, nbf } = known.claims;
      const begins = typeof nbf === 'number' ? nbf : 0;
      // Whoever refuses it says so in the same words as ever.
      const isInTime = now / 1000 < exp + clockTolerance && now / 1000 >= begins - clockTolerance;
      return isInTime ? known.claims : undefined;
    },
    async verify(token) {
      const now = clock();
      try {
        const { payload } = await jwtVerify(token, keys, { ...options, currentDate: new Date(now) });
        const claims = claimsOf(payload);
        right.set(token, { claims, until: now + REMEMBERED_MS });
        return claims;
      } catch (error) {
        if (error instanceof errors.JOSEError) throw refusalOf(error, rules);
        throw error;
      }
    },
  };
}
