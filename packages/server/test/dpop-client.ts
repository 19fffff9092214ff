import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { type Answer, type Call, call } from './token-client.ts';

export type Proof = {
  readonly method?: string;
  readonly url: string;
  readonly access_token?: unknown;
  readonly nonce?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
};

/** A key of a client that sends DPoP proofs (RFC 9449). */
export type DpopKey = {
  readonly jkt: string;
  readonly privateKey: KeyObject;
  proof(of: Proof): Promise<string>;
  /** Sends a request with a proof, again with the nonce if the server wants one. */
  send(url: string, options?: Call, access_token?: unknown): Promise<Answer>;
  /** Posts a form in this way. */
  post(url: string, form: Readonly<Record<string, string>>, options?: Call): Promise<Answer>;
};

export async function createDpopKey(): Promise<DpopKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const proof = ({ method = 'POST', url, access_token, nonce, claims }: Proof) =>
    new SignJWT({
      jti: randomUUID(),
      htm: method,
      htu: url,
      iat: Math.floor(Date.now() / 1000),
      ...(nonce !== undefined && { nonce }),
      ...(access_token !== undefined && {
        ath: createHash('sha256').update(String(access_token)).digest('base64url'),
      }),
      ...claims,
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey);
  const nonces = new Map<string, string>();
  const send: DpopKey['send'] = async (url, options = {}, access_token) => {
    const { origin } = new URL(url);
    const once = async () => {
      const nonce = nonces.get(origin);
      const dpop = await proof({
        method: options.method ?? 'GET',
        url,
        access_token,
        ...(nonce !== undefined && { nonce }),
      });
      const authorization = access_token === undefined ? {} : { authorization: `DPoP ${access_token}` };
      const answer = await call(url, { ...options, headers: { ...options.headers, ...authorization, dpop } });
      const next = answer.headers['dpop-nonce'];
      if (typeof next === 'string') nonces.set(origin, next);
      return answer;
    };
    const first = await once();
    return first.status >= 400 && first.text.includes('use_dpop_nonce') ? once() : first;
  };
  return {
    jkt: await calculateJwkThumbprint(jwk),
    privateKey,
    proof,
    send,
    post: (url, form, options = {}) =>
      send(url, {
        ...options,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
        body: new URLSearchParams(form).toString(),
      }),
  };
}
