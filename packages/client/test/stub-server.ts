import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { selfSigned } from '../../server/test/https-on-loopback.ts';

/** A request as the stub saw it. */
export type Seen = {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly form: URLSearchParams;
  /** RFC 8705 §3.1, of the certificate that was presented. */
  readonly thumbprint: string | undefined;
};

/** What the stub answers, or does with the connection instead. */
export type StubAnswer =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Readonly<Record<string, unknown>>;
    }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** An authorization server and API in one, which behaves as a test says. */
export type StubServer = {
  readonly origin: string;
  /** Its certificate, PEM. */
  readonly pem: string;
  readonly seen: readonly Seen[];
  /** Those of a path. */
  at(path: string): readonly Seen[];
  /** What the paths answer from now on. */
  answer(path: string, how: (seen: Seen) => StubAnswer | Promise<StubAnswer>): void;
  /** Connections open now. */
  connections(): Promise<number>;
  close(): Promise<void>;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

function thumbprintOf({ socket }: IncomingMessage): string | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate && createHash('sha256').update(certificate.raw).digest('base64url');
}

let issued = 0;

/** A JWT that nobody signed: clients read it and do not verify it. */
export function unsignedJwt(claims: Readonly<Record<string, unknown>>): string {
  issued += 1;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'ES256', typ: 'at+jwt' })}.${encode({ ...claims, jti: issued })}.c2lnbmF0dXJl`;
}

/** A token as a well-behaved server answers it: bound to the certificate that was presented. */
export const boundAnswer = (
  { thumbprint, form }: Seen,
  changes: Readonly<Record<string, unknown>> = {},
): StubAnswer => {
  const cnf = thumbprint === undefined ? undefined : { 'x5t#S256': thumbprint };
  const access_token = unsignedJwt({ cnf, scope: form.get('scope') ?? undefined });
  return { body: { access_token, token_type: 'Bearer', expires_in: 3600, ...changes } };
};

/** Starts one whose metadata names `/token`, where tokens are to be had, and whose `/api` answers 200. */
export async function startStubServer(): Promise<StubServer> {
  const identity = await selfSigned('stub', ['localhost']);
  const seen: Seen[] = [];
  const answers = new Map<string, (seen: Seen) => StubAnswer | Promise<StubAnswer>>();
  const server: Server = createServer(
    { cert: identity.pem, key: identity.key, requestCert: true, rejectUnauthorized: false },
    async (request, response) => {
      const { pathname: path } = new URL(request.url ?? '/', 'https://stub');
      const body = await bodyOf(request);
      const form = new URLSearchParams(body);
      const { method = '', headers } = request;
      const one: Seen = { path, method, headers, body, form, thumbprint: thumbprintOf(request) };
      seen.push(one);
      const answer = (await answers.get(path)?.(one)) ?? { status: 404 };
      if (typeof answer === 'function') {
        answer(request, response);
        return;
      }
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(text);
    },
  );
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `https://127.0.0.1:${address.port}`;
  answers.set('/.well-known/oauth-authorization-server', () => ({
    body: { issuer: origin, token_endpoint: `${origin}/token` },
  }));
  answers.set('/token', (one) => boundAnswer(one));
  answers.set('/api', () => ({ body: { ok: true } }));
  return {
    origin,
    pem: identity.pem,
    seen,
    at: (path) => seen.filter((one) => one.path === path),
    answer: (path, how) => void answers.set(path, how),
    connections: () =>
      new Promise((done, fail) => {
        server.getConnections((error, count) => (error ? fail(error) : done(count)));
      }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
