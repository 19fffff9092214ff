import { createHash } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type HttpsAnswer, httpsCall } from './https-call.ts';
import { isObject } from './json-object.ts';
import type { KeyFinder } from './key-set.ts';
import type { Told } from './observer.ts';
import type { Renewed } from './renewed.ts';
import type { ServerMetadata } from './server-metadata.ts';
import { AuthorizationServerUnavailable } from './token-refused.ts';

/** How this resource server, itself a client of the authorization server, asks about tokens (RFC 7662). */
export type IntrospectionOptions = {
  readonly clientId: string;
  /** Found by discovery when absent. */
  readonly endpoint?: string;
  /**
   * Seconds an answer is remembered, 0 to 60, 10 when absent; never beyond the token's `exp`. A token that was revoked
   * is accepted no longer than this.
   */
  readonly cacheSeconds?: number;
  /** `all` asks about JWTs too, after their signature was checked, so that revocation shows at once. */
  readonly tokens?: 'opaque' | 'all';
  /** Asks for signed answers, and believes no other (RFC 9701). */
  readonly signed?: boolean;
} & ({ readonly certificate: string; readonly key: string } | { readonly clientSecret: string });

/** The answer about a token; `undefined` for one that is not in force. @throws AuthorizationServerUnavailable */
export type Introspect = (token: string) => Promise<Readonly<Record<string, unknown>> | undefined>;

const REMEMBERED = 10_000;
const LONGEST_CACHE_SECONDS = 60;

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basicCredentials(clientId: string, clientSecret: string): string {
  const encoded = (text: string) => new URLSearchParams({ '': text }).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`;
}

const SIGNED = 'application/token-introspection+jwt';

/** What the issuer signs its answers with, and how they are held to it. */
export type AnswerRules = {
  readonly issuer: string;
  readonly keys: KeyFinder;
  readonly algorithms: readonly string[];
  /** Seconds. */
  readonly clockTolerance: number;
  readonly clock: () => number;
};

/** What a signed answer says (RFC 9701 §5). @throws AuthorizationServerUnavailable for one that cannot be believed */
async function signedAnswer(
  url: string,
  { mediaType, text = '' }: HttpsAnswer,
  clientId: string,
  { issuer, keys, algorithms, clockTolerance, clock }: AnswerRules,
): Promise<unknown> {
  if (mediaType !== SIGNED) {
    throw new AuthorizationServerUnavailable(
      `${url} did not sign its answer: it is ${mediaType || 'untyped'}`,
    );
  }
  try {
    const { payload } = await jwtVerify(text, keys, {
      typ: 'token-introspection+jwt',
      issuer,
      audience: clientId,
      algorithms: [...algorithms],
      clockTolerance,
      currentDate: new Date(clock()),
    });
    return payload.token_introspection;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new AuthorizationServerUnavailable(`the signed answer of ${url} is not believed: ${error.message}`);
  }
}

/** @throws RangeError when answers would be remembered for too long */
export function introspection(
  options: IntrospectionOptions,
  trustedCertificates: readonly string[] | undefined,
  metadata: Renewed<ServerMetadata>,
  rules: AnswerRules,
  watch: Told,
): Introspect {
  const { clientId, cacheSeconds = 10, signed = false } = options;
  const { clock } = rules;
  if (!(cacheSeconds >= 0 && cacheSeconds <= LONGEST_CACHE_SECONDS)) {
    throw new RangeError(`cacheSeconds must lie between 0 and ${LONGEST_CACHE_SECONDS}, not ${cacheSeconds}`);
  }
  const byCertificate = 'certificate' in options;
  const call = httpsCall({ trustedCertificates, ...(byCertificate && options) }, watch);
  const headers = {
    ...(!byCertificate && { authorization: basicCredentials(clientId, options.clientSecret) }),
    ...(signed && { accept: SIGNED }),
  };
  const remembered = new LRUCache<
    string,
    { readonly until: number; readonly answer: ReturnType<Introspect> }
  >({
    max: REMEMBERED,
  });

  const endpoint = async (): Promise<string> => {
    if (options.endpoint !== undefined) return options.endpoint;
    const { introspection_endpoint, mtls_introspection_endpoint } = await metadata();
    const found = byCertificate ? mtls_introspection_endpoint : introspection_endpoint;
    if (found !== undefined) return found;
    throw new AuthorizationServerUnavailable('the authorization server names no introspection_endpoint');
  };

  const ask: Introspect = async (token) => {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
    if (byCertificate) form.set('client_id', clientId);
    const url = await endpoint();
    const answer = await call(url, 'introspection', { form, headers });
    const { status } = answer;
    const told = signed && status === 200 ? await signedAnswer(url, answer, clientId, rules) : answer.json;
    if (status !== 200 || !isObject(told) || typeof told.active !== 'boolean') {
      throw new AuthorizationServerUnavailable(`${url} did not answer about a token: HTTP ${status}`);
    }
    return told.active ? told : undefined;
  };

  const forget = (key: string, answer: ReturnType<Introspect>) => {
    if (remembered.get(key)?.answer === answer) remembered.delete(key);
  };

  return async (token) => {
    const key = createHash('sha256').update(token).digest('base64url');
    const known = remembered.get(key);
    if (known !== undefined && clock() < known.until) return known.answer;
    const answer = ask(token);
    if (cacheSeconds === 0) return answer;
    const until = clock() + cacheSeconds * 1000;
    remembered.set(key, { until, answer });
    try {
      const claims = await answer;
      const exp = typeof claims?.exp === 'number' ? claims.exp * 1000 : until;
      if (remembered.get(key)?.answer === answer)
        remembered.set(key, { until: Math.min(until, exp), answer });
      return claims;
    } catch (error) {
      forget(key, answer);
      throw error;
    }
  };
}
