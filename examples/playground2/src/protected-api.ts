import { createServer } from 'node:https';
import {
  acceptedToken,
  createTokenVerifier,
  type DecisionUnavailable,
  nodeMiddleware,
  TokenRefused,
} from '@countersign/resource-server';
import type { Identity } from './identity.ts';
import { isObject } from './json.ts';
import { close, listen } from './listening.ts';
import { API_CLIENT_ID, API_SCOPE } from './registration.ts';

/** What the API's operator knows of a request it did not let through. */
export type Explanation = {
  readonly because: string;
  readonly expected: string;
  readonly presented: string;
};

export type ProtectedApi = {
  readonly url: string;
  /** Why the request with this `x-request-id` was refused; what an operator would read in the log. */
  explain(requestId: string): Explanation | undefined;
  close(): Promise<void>;
};

const REMEMBERED = 200;

/** A value on one line, names before values. */
const shown = (value: unknown): string =>
  isObject(value)
    ? Object.entries(value)
        .map(([name, each]) => `${name} ${shown(each)}`)
        .join(', ')
    : String(value);

const explanationOf = (refusal: TokenRefused | DecisionUnavailable): Explanation =>
  refusal instanceof TokenRefused
    ? { because: refusal.because, expected: shown(refusal.expected), presented: shown(refusal.presented) }
    : { because: refusal.message, expected: 'an answer of the authorization server', presented: 'none' };

/**
 * An API over mutual TLS on the loopback interface. It accepts tokens that are bound to a certificate, over the
 * connection of this certificate, and asks the authorization server whether they are still in force.
 */
export async function startProtectedApi(options: {
  readonly port: number;
  /** By which callers know it. */
  readonly identity: Identity;
  /** With which it asks the authorization server. */
  readonly client: Identity;
  readonly issuer: string;
  readonly trustedCertificates: readonly string[];
}): Promise<ProtectedApi> {
  const { identity, client, issuer, trustedCertificates } = options;
  const explanations = new Map<string, Explanation>();

  const verifier = createTokenVerifier({
    issuer,
    audience: issuer,
    trustedCertificates,
    requireBinding: true,
    introspection: {
      clientId: API_CLIENT_ID,
      certificate: client.cert,
      key: client.key,
      tokens: 'all',
      cacheSeconds: 0,
    },
  });
  const protect = nodeMiddleware(verifier, {
    scope: API_SCOPE,
    realm: 'playground2 API',
    onRefused(refusal, request) {
      const id = request.headers['x-request-id'];
      if (typeof id !== 'string') return;
      const [oldest] = explanations.keys();
      if (explanations.size >= REMEMBERED && oldest !== undefined) explanations.delete(oldest);
      explanations.set(id, explanationOf(refusal));
    },
  });

  const server = createServer(
    // Whether a certificate is the right one is for the token to say, so every one gets through the handshake.
    { cert: identity.cert, key: identity.key, requestCert: true, rejectUnauthorized: false },
    (request, response) =>
      protect(request, response, () => {
        const { claims, scopes, binding } = acceptedToken(request);
        const answer = {
          message: 'Here is what you asked for.',
          sub: claims.sub,
          client_id: claims.client_id,
        };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ ...answer, scopes: [...scopes], binding }));
      }),
  );
  const port = await listen(server, options.port);
  return {
    url: `https://localhost:${port}/greeting`,
    explain: (requestId) => explanations.get(requestId),
    close: () => close(server),
  };
}
