import { Agent, request } from 'node:https';
import type { CustomFetch } from 'openid-client';

const TIMEOUT_MS = 15_000;

/** PEM: whom to trust, and what to present in the handshake, if anything. */
export type TlsOptions = {
  readonly trustedCertificates: readonly string[];
  readonly identity: { readonly cert: string; readonly key: string } | undefined;
};

/**
 * A `fetch` that presents a client certificate, which the one of Node.js cannot. Redirects are returned, not followed.
 */
export function mutualTlsFetch({ trustedCertificates, identity }: TlsOptions): CustomFetch {
  const agent = new Agent({
    keepAlive: true,
    ca: [...trustedCertificates],
    ...(identity && { cert: identity.cert, key: identity.key }),
  });
  return (url, { method, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const text = body === undefined || body === null ? undefined : String(body);
      const outgoing = request(
        url,
        {
          agent,
          method,
          headers: { ...headers, ...(text !== undefined && { 'content-length': Buffer.byteLength(text) }) },
          signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const answer = new Headers();
            for (const [name, values] of Object.entries(response.headersDistinct)) {
              for (const value of values ?? []) answer.append(name, value);
            }
            const status = response.statusCode ?? 500;
            resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers: answer }));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(text);
    });
}
