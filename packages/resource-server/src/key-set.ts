import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import { type HttpsCall, isObject } from './https-call.ts';
import { renewed } from './renewed.ts';
import { AuthorizationServerUnavailable } from './token-refused.ts';

/** Finds the key a JWT was signed with. @throws errors.JWKSNoMatchingKey, AuthorizationServerUnavailable */
export type KeyFinder = (header: JWTHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

const MINUTE = 60_000;

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  isObject(value) && Array.isArray(value.keys) && value.keys.every((key) => isObject(key) && 'kty' in key);

/** Fetches a JWK set (RFC 7517 §5). @throws AuthorizationServerUnavailable */
export async function fetchKeySet(url: string, call: HttpsCall): Promise<JSONWebKeySet> {
  const { status, json } = await call(url);
  if (status !== 200 || !isKeySet(json)) {
    throw new AuthorizationServerUnavailable(`${url} is not a JWK set (HTTP ${status})`);
  }
  return json;
}

/**
 * The keys of an authorization server. They are read again every ten minutes, so that a withdrawn key ends, and when a
 * token names one that is not known, but then at most every ten seconds. While the server is away the last keys
 * serve for a day.
 */
export function keyFinder(load: () => Promise<JSONWebKeySet>, now?: () => number): KeyFinder {
  const keys = renewed(
    async () => createLocalJWKSet(await load()),
    { maxAge: 10 * MINUTE, staleFor: 24 * 60 * MINUTE, pause: 10_000, pauseAfterFailure: 1_000 },
    now,
  );
  return async (header, token) => {
    const held = await keys.get();
    try {
      return await held(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      const renewal = await keys.renew();
      if (renewal === held) throw error;
      return renewal(header, token);
    }
  };
}
