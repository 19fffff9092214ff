import { request } from 'node:https';

/** A client certificate and its key; PEM. */
export type ClientTls = { readonly cert: string; readonly key: string };

/** What of a `fetch` call is heeded; every client library's own type of it fits. */
type Init = {
  readonly method?: string | undefined;
  readonly headers?: Record<string, string> | Headers | undefined;
  readonly body?: unknown;
};

/**
 * A `fetch` that presents a client certificate, as client libraries take one. Each call has a connection of its own,
 * whatever certificate the server has is trusted, and redirects are returned, not followed.
 */
export function mutualTlsFetch(certificate: ClientTls | undefined) {
  return (url: string, init: Init = {}): Promise<Response> =>
    new Promise((done, fail) => {
      const { method = 'GET', headers, body } = init;
      const outgoing = request(
        url,
        {
          method,
          headers: Object.fromEntries(new Headers(headers)),
          rejectUnauthorized: false,
          agent: false,
          timeout: 30_000,
          ...certificate,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => {
            const answer = new Headers();
            for (const [name, values] of Object.entries(response.headersDistinct)) {
              for (const value of values ?? []) answer.append(name, value);
            }
            const status = response.statusCode ?? 0;
            done(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers: answer }));
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer from ${url}`)));
      outgoing.on('error', fail);
      outgoing.end(body === undefined || body === null ? undefined : String(body));
    });
}
