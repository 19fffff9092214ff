import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  acceptedToken,
  authorizationDetailsOf,
  createTokenVerifier,
  nodeMiddleware,
  TokenRefused,
} from '@countersign/resource-server';
import { freePort } from '../../../packages/server/test/free-port.ts';
import { GATED_PROXIES, type GatedProxy, programOf, runGatedProxy } from '../../gate/test/gated-proxy.ts';
import { type Caller, DETAILS_TYPE, RULES, type Told } from './account-api.ts';
import type { Credentials } from './certificates.ts';
import { serving } from './processes.ts';

type Api = (caller: Caller, asked: { readonly method: string; readonly path: string }) => Told;

/** Why a request did not reach the API: for the bank, not for the caller. */
export type Refusal = { readonly because: string; readonly expected: unknown; readonly presented: unknown };

/** The API as third parties reach it: over TLS, behind something that checks their tokens. */
export type ProtectedApi = {
  readonly port: number;
  /** The refusal that an answer came from. @param eventId what the answer says in `countersign-event-id`, if it does */
  refusal(eventId: string | null): Refusal | undefined;
  stop(): Promise<void>;
};

export type Protected = {
  readonly api: Api;
  readonly folder: string;
  readonly issuer: string;
  /** PEM: who vouches for the issuer's certificate. */
  readonly issuerCertificateFile: string;
  readonly issuerCertificate: string;
  readonly audience: string;
  readonly server: Credentials;
};

/** What checks tokens in front of the API; `middleware` is the API itself. */
export const GUARDS = ['haproxy', 'nginx', 'middleware'] as const;
export type GuardName = (typeof GUARDS)[number];

const proxyOf = (name: GuardName): GatedProxy | undefined => {
  const proxy = GATED_PROXIES.find(({ kind }) => kind === name);
  return proxy !== undefined && programOf(proxy) !== undefined ? proxy : undefined;
};

/** The first of `GUARDS` that this machine has; the middleware needs no program. */
export const guardOfThisMachine = (): GuardName =>
  GUARDS.find((name) => name === 'middleware' || proxyOf(name) !== undefined) ?? 'middleware';

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API has no port');
  return address.port;
}

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

function answer(response: ServerResponse, { status, body }: Told): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const askedBy = ({ method = '', url = '' }: IncomingMessage) => ({ method, path: url.split('?')[0] ?? '' });

/** What the gate says in its headers; the proxy has removed what callers sent under these names. */
function callerOf({ headers }: IncomingMessage): Caller {
  const told = (name: string): string => {
    const value = headers[`x-auth-${name}`];
    return typeof value === 'string' ? decodeURIComponent(value) : '';
  };
  const details: unknown = JSON.parse(told('authorization-details') || '[]');
  return {
    clientId: told('client-id'),
    subject: told('subject') || undefined,
    details: Array.isArray(details) ? details : [],
  };
}

/** The file of the gate: whose tokens are accepted for what, and that each must be bound to a certificate. */
const gateFile = (
  kind: string,
  port: number,
  { issuer, audience, issuerCertificateFile }: Protected,
): string =>
  [
    `listen = "127.0.0.1:${port}"`,
    'require_binding = "certificate"',
    '[[issuer]]',
    `issuer = "${issuer}"`,
    `audience = "${audience}"`,
    `trusted_certificates_file = ${JSON.stringify(issuerCertificateFile)}`,
    '[proxy]',
    `kind = "${kind}"`,
    ...RULES.flatMap(({ path, scope, needsDetails }) => [
      '[[rule]]',
      `path = "${path}"`,
      `scope = "${scope}"`,
      ...(needsDetails ? [`authorization_details_type = "${DETAILS_TYPE}"`] : []),
    ]),
  ].join('\n');

/** A proxy of this machine with its file of examples/gate, the gate beside it, and behind them an API that knows no tokens. */
async function behindGate(proxy: GatedProxy, around: Protected): Promise<ProtectedApi> {
  await using started = new AsyncDisposableStack();
  const server = createServer((request, response) =>
    answer(response, around.api(callerOf(request), askedBy(request))),
  );
  const apiPort = await listening(server);
  started.defer(() => closed(server));
  const [port, gatePort] = [await freePort(), await freePort()];
  const file = join(around.folder, 'gate.toml');
  await writeFile(file, gateFile(proxy.kind, gatePort, around));
  const gate = await serving(['gate', '--config', file], 'the gate is listening');
  started.defer(() => gate.stop());
  const { certificate, key } = around.server;
  started.defer(await runGatedProxy(proxy, { port, gatePort, apiPort, certificate, key }));
  const all = started.move();
  return {
    port,
    refusal: (eventId) =>
      gate
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
        .find(({ id }) => id === eventId),
    stop: () => all.disposeAsync(),
  };
}

/** The API with the middleware in front of its routes, in one process. */
async function byItself(around: Protected): Promise<ProtectedApi> {
  const { issuer, audience, issuerCertificate, server: own, api } = around;
  let last: Refusal | undefined;
  const verifier = createTokenVerifier({
    issuer,
    audience,
    trustedCertificates: [issuerCertificate],
    requireBinding: 'certificate',
  });
  const onRefused = (refusal: unknown) => {
    if (refusal instanceof TokenRefused) last = refusal;
  };
  const guarded = RULES.map(({ path, scope, needsDetails }) => ({
    path,
    protect: nodeMiddleware(verifier, {
      scope,
      onRefused,
      ...(needsDetails && {
        authorizationDetails: (details) => details.some(({ type }) => type === DETAILS_TYPE),
      }),
    }),
  }));
  const server = createTlsServer(
    { cert: own.certificate, key: own.key, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const asked = askedBy(request);
      const rule = guarded.find(({ path }) => asked.path === path || asked.path.startsWith(`${path}/`));
      if (rule === undefined) return answer(response, { status: 404, body: {} });
      rule.protect(request, response, () => {
        const { claims } = acceptedToken(request);
        const details = authorizationDetailsOf(claims, DETAILS_TYPE);
        answer(response, api({ clientId: claims.client_id ?? '', subject: claims.sub, details }, asked));
      });
    },
  );
  return { port: await listening(server), refusal: () => last, stop: () => closed(server) };
}

/** Starts the API behind one of `GUARDS`. @throws Error where its program is not here, or does not start */
export function protectedApi(name: GuardName, around: Protected): Promise<ProtectedApi> {
  if (name === 'middleware') return byItself(around);
  const proxy = proxyOf(name);
  if (proxy === undefined) throw new Error(`${name} is not installed on this machine`);
  return behindGate(proxy, around);
}
