import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { exportJWK, generateKeyPair, type JSONWebKeySet, SignJWT } from 'jose';
import { selfSigned } from '../../server/test/https-on-loopback.ts';

/** An authorization server of a test: its metadata, its keys, and what it says of opaque tokens. */
export type StubIssuer = {
  readonly issuer: string;
  readonly certificate: string;
  /** Its public keys. */
  readonly jwks: JSONWebKeySet;
  /** Requests so far, by path. */
  readonly requests: Map<string, number>;
  /** What introspection answers, by token; everything else is not active. */
  readonly opaque: Map<string, Record<string, unknown>>;
  /** The last introspection: its form and how the caller authenticated. */
  readonly asked: {
    form: URLSearchParams;
    authorization: string | undefined;
    thumbprint: string | undefined;
  }[];
  /** Adds to, or replaces in, the metadata document. */
  readonly metadata: Record<string, unknown>;
  /** Makes every introspection take so many milliseconds. */
  delay(milliseconds: number): void;
  /** Makes every answer this status. */
  failWith(status: number | undefined): void;
  /** A JWT access token as RFC 9068 has it, but for the changes. */
  token(
    changes?: Readonly<Record<string, unknown>>,
    header?: { typ?: string; kid?: string; alg?: string },
  ): Promise<string>;
  /** Makes introspection answer with a signed JWT (RFC 9701), but for the changes; unsigned again without. */
  sign(changes?: Readonly<Record<string, unknown>>, typ?: string): void;
  close(): Promise<void>;
};

export const AUDIENCE = 'https://api.example';

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

export async function startStubIssuer(): Promise<StubIssuer> {
  const identity = await selfSigned('stub issuer', ['localhost']);
  const requests = new Map<string, number>();
  const opaque = new Map<string, Record<string, unknown>>();
  const asked: StubIssuer['asked'] = [];
  const metadata: Record<string, unknown> = {};
  let failure: number | undefined;
  let delay = 0;
  let signing: { readonly changes: Readonly<Record<string, unknown>>; readonly typ: string } | undefined;

  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const kid = randomUUID();
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }] };

  const answer = async (request: IncomingMessage, path: string): Promise<unknown> => {
    if (path === '/.well-known/oauth-authorization-server') {
      return {
        issuer,
        jwks_uri: `${issuer}/jwks`,
        introspection_endpoint: `${issuer}/introspect`,
        ...metadata,
      };
    }
    if (path === '/jwks') return jwks;
    if (path !== '/introspect') return undefined;
    const form = new URLSearchParams(await bodyOf(request));
    if (delay > 0) await pause(delay, undefined, { ref: false });
    const thumbprint =
      request.socket instanceof TLSSocket
        ? request.socket.getPeerX509Certificate()?.fingerprint256
        : undefined;
    asked.push({ form, authorization: request.headers.authorization, thumbprint });
    const known = opaque.get(form.get('token') ?? '');
    return known ? { active: true, ...known } : { active: false };
  };

  const server = createServer(
    { cert: identity.pem, key: identity.key, requestCert: true, rejectUnauthorized: false },
    async (request, response) => {
      const path = request.url ?? '';
      requests.set(path, (requests.get(path) ?? 0) + 1);
      const body = await answer(request, path);
      if (signing !== undefined && path === '/introspect') {
        const payload = { iss: issuer, aud: 'api', iat: Math.floor(Date.now() / 1000) };
        const jwt = await new SignJWT({ ...payload, token_introspection: body, ...signing.changes })
          .setProtectedHeader({ alg: 'ES256', typ: signing.typ, kid })
          .sign(privateKey);
        response.writeHead(200, { 'content-type': 'application/token-introspection+jwt' }).end(jwt);
        return;
      }
      response.writeHead(failure ?? (body === undefined ? 404 : 200), { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? {}));
    },
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const issuer = `https://127.0.0.1:${address.port}`;

  return {
    issuer,
    certificate: identity.pem,
    jwks,
    requests,
    opaque,
    asked,
    metadata,
    sign(changes, typ = 'token-introspection+jwt') {
      signing = changes && { changes, typ };
    },
    delay(milliseconds) {
      delay = milliseconds;
    },
    failWith(status) {
      failure = status;
    },
    token(changes = {}, header = {}) {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: issuer,
        sub: 'ada',
        aud: AUDIENCE,
        client_id: 'client',
        jti: randomUUID(),
        iat: now,
        exp: now + 60,
        scope: 'read write',
        ...changes,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header })
        .sign(privateKey);
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
