import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import type { HttpsCall } from './https-call.ts';
import { isObject } from './json-object.ts';
import { AuthorizationServerUnavailable } from './token-refused.ts';

/** Finds the key a JWT was signed with. @throws errors.JWKSNoMatchingKey, AuthorizationServerUnavailable */
export type KeyFinder = (header: JWTHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

const MINUTE = 60_000;
const MAX_AGE = 10 * MINUTE;
const STALE_FOR = 24 * 60 * MINUTE;
const PAUSE = 10_000;
const PAUSE_AFTER_FAILURE = 1_000;

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  isObject(value) && Array.isArray(value.keys) && value.keys.every((key) => isObject(key) && 'kty' in key);

/**
 * The keys of an authorization server (RFC 7517 §5). They are read again every ten minutes, so that a withdrawn key
 * ends, and when a token names one that is not known, but then at most every ten seconds. While the server is away
 * the last keys serve for a day, and it is asked at most every second.
 * @param locate says where the keys are
 * @param call by which they are fetched, so that what it trusts is trusted here
 */
export function keyFinder(locate: () => Promise<string>, call: HttpsCall, clock: () => number): KeyFinder {
  let remote: { readonly url: string; readonly find: KeyFinder } | undefined;
  let last: { readonly at: number; readonly find: KeyFinder } | undefined;
  let failed: { readonly at: number; readonly error: unknown } | undefined;

  const fetchKeySet = async (url: string): Promise<Response> => {
    if (failed !== undefined && clock() - failed.at < PAUSE_AFTER_FAILURE) throw failed.error;
    const at = clock();
    try {
      const { status, json } = await call(url, 'keys');
      if (status !== 200 || !isKeySet(json)) {
        throw new AuthorizationServerUnavailable(`${url} is not a JWK set (HTTP ${status})`);
      }
      failed = undefined;
      last = { at, find: createLocalJWKSet(json) };
      return Response.json(json);
    } catch (error) {
      failed = { at, error };
      throw error;
    }
  };

  const current = async (): Promise<KeyFinder> => {
    const url = await locate();
    if (remote?.url !== url) {
      const find = createRemoteJWKSet(new URL(url), {
        cacheMaxAge: MAX_AGE,
        cooldownDuration: PAUSE,
        [customFetch]: fetchKeySet,
      });
      remote = { url, find };
    }
    return remote.find;
  };

  return async (header, token) => {
    try {
      return await (await current())(header, token);
    } catch (error) {
      if (!(error instanceof AuthorizationServerUnavailable)) throw error;
      if (last === undefined || clock() - last.at >= STALE_FOR) throw error;
      return last.find(header, token);
    }
  };
}
