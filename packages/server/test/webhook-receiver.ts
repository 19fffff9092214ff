import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { freePort } from './free-port.ts';
import { type SelfSigned, selfSigned } from './https-on-loopback.ts';

/** What came to a receiver. */
export type Received = {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Whether it was answered with 2xx. */
  isTaken: boolean;
};

/** How a receiver answers: a status, with what else is to stand in its head; no answer; or the end of the connection. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'reset';

/** A receiver of webhooks on loopback that fails as it is told to. */
export type WebhookReceiver = {
  readonly url: (path: string) => string;
  readonly certificate: SelfSigned;
  readonly received: readonly Received[];
  /** Of one path, or of all. */
  behave(behaviour: Behaviour, path?: string): void;
  /** What was taken of an event type, of a path. */
  taken(path?: string): readonly Received[];
  listen(): Promise<void>;
  /** Ends every connection; nobody listens any more. */
  stop(): Promise<void>;
};

const GOOD: Behaviour = { status: 204 };

export async function createWebhookReceiver(
  t: Pick<TestContext, 'after'> | undefined,
  delay = 0,
): Promise<WebhookReceiver> {
  const certificate = await selfSigned('receiver');
  const port = await freePort();
  const received: Received[] = [];
  const behaviours = new Map<string, Behaviour>();
  /** Connections below TLS, by the port of the other side. */
  const sockets = new Map<number, Socket>();
  const answer = (response: ServerResponse, behaviour: Behaviour, each: Received) => {
    if (behaviour === 'hang') return;
    if (behaviour === 'reset') {
      sockets.get(response.socket?.remotePort ?? 0)?.resetAndDestroy();
      return;
    }
    each.isTaken = behaviour.status < 300;
    setTimeout(() => response.writeHead(behaviour.status, behaviour.headers).end(), delay);
  };
  const serve = () =>
    createServer({ cert: certificate.pem, key: certificate.key }, async (request, response) => {
      const path = request.url ?? '';
      const body = (await buffer(request)).toString();
      const each: Received = { path, headers: request.headers, body, at: Date.now(), isTaken: false };
      received.push(each);
      assert.equal(request.method, 'POST');
      answer(response, behaviours.get(path) ?? behaviours.get('') ?? GOOD, each);
    }).on('connection', (socket: Socket) => {
      const { remotePort = 0 } = socket;
      sockets.set(remotePort, socket);
      socket.once('close', () => sockets.delete(remotePort));
    });
  let server: Server | undefined;
  const stop = async () => {
    const present = server;
    server = undefined;
    if (present === undefined) return;
    const closed = new Promise((done) => present.close(done));
    present.closeAllConnections();
    await closed;
  };
  t?.after(stop);
  return {
    url: (path) => `https://127.0.0.1:${port}${path}`,
    certificate,
    received,
    behave: (behaviour, path = '') => void behaviours.set(path, behaviour),
    taken: (path) => received.filter((each) => each.isTaken && (path === undefined || each.path === path)),
    async listen() {
      const opened = serve();
      server = opened;
      await new Promise<void>((done) => opened.listen(port, '127.0.0.1', done));
    },
    stop,
  };
}

/** The id of what was received. */
export const idOf = ({ headers }: Received): string => String(headers['webhook-id']);

/** How many of its signatures are good by a secret, as a receiver finds out for itself. */
export function goodSignatures({ headers, body }: Received, secret: string): number {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const mine = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((each) => each === mine).length;
}
