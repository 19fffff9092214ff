import http from 'node:http';
import https, { type Agent } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** An HTTP answer as a client sees it. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Whether it came on a connection of its own, on one kept open, or on one that resumed a TLS session. */
  readonly connection: 'new' | 'kept' | 'resumed';
  /** The body as JSON; throws when it is not. */
  json(): Record<string, unknown>;
};

export type Call = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The client certificate presented in the handshake; PEM. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
  /** The client's own address, of the loopback interface. */
  readonly from?: string | undefined;
  /** Keeps connections; it has to carry the certificate itself. */
  readonly agent?: Agent;
};

/** The connections that carried a request. A request's own `reusedSocket` does not say so of one it had to wait for. */
const used = new WeakSet<Socket>();

/**
 * Calls the server, on a connection of its own without an agent, trusting whatever certificate it has; or an
 * application beside it over http.
 */
export function call(url: string, options: Call = {}): Promise<Answer> {
  const { request } = url.startsWith('http:') ? http : https;
  return new Promise((done, fail) => {
    const outgoing = request(
      url,
      {
        method: options.method ?? 'GET',
        headers: { ...options.headers },
        rejectUnauthorized: false,
        agent: options.agent ?? false,
        timeout: 30_000,
        ...options.certificate,
        ...(options.from !== undefined && { localAddress: options.from, family: 4 }),
        ...(options.maxVersion && { maxVersion: options.maxVersion }),
      },
      (response) => {
        const { socket } = response;
        const kept = used.has(socket);
        used.add(socket);
        const resumed = socket instanceof TLSSocket && socket.isSessionReused();
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            connection: kept ? 'kept' : resumed ? 'resumed' : 'new',
            json: () => JSON.parse(text),
          });
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer from ${url}`)));
    outgoing.on('error', fail);
    outgoing.end(options.body);
  });
}

/** Posts a form, as the token endpoint reads it. */
export function post(
  url: string,
  form: Readonly<Record<string, string>>,
  options: Call = {},
): Promise<Answer> {
  return call(url, {
    ...options,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...options.headers },
    body: new URLSearchParams(form).toString(),
  });
}

/** The claims of a JWT, unverified. */
export function claimsOf(jwt: unknown): Record<string, unknown> {
  if (typeof jwt !== 'string') throw new TypeError('not a JWT');
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
}
