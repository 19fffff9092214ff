import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import { CAUSES, type Cause } from '../refusal/causes.ts';
import { addressBlock } from '../user-authentication/address-block.ts';
import { normalAddress } from './trusted-addresses.ts';
import type { Peer, UnprovenWork } from './unproven-work.ts';

export type SlowUnprovenOptions = {
  readonly work: UnprovenWork;
  readonly events: Pick<EventRecorder, 'recordSampled'>;
  /** Requests of one address that are kept waiting at once; those beyond are refused. Default 64. */
  readonly mostHeld?: number;
};

/** What a request costs at least, milliseconds of a processor: reading, routing, answering, its event. */
const REQUEST_MS = 0.4;
/** What a TLS handshake costs. */
export const HANDSHAKE_MS = 1.5;
/** Octets that are encrypted, decrypted and copied in a millisecond. */
const OCTETS_PER_MS = 100_000;
/** What a refusal cost beyond that, by its cause: passwords are slow by design, and so are strangers' signatures. */
const BY_CAUSE: Readonly<Partial<Record<Cause, number>>> = {
  password_wrong: 40,
  user_unknown: 40,
  client_assertion_invalid: 2,
  certificate_not_trusted: 5,
  certificate_subject_differs: 1,
  request_object_invalid: 2,
};
const MOST_HELD = 64;

/** What a connection moved and cost so far, and whether it has proven who is at its other end. */
type Connection = { octets: number; handshake: number; proven: boolean };

/** Whether the answer shows that the request proved who sent it: pages and documents are given to everyone. */
function isProven({ method, url, headers }: FastifyRequest, { statusCode }: FastifyReply): boolean {
  if (statusCode >= 400) return false;
  const path = url.split('?', 1)[0] ?? '';
  if (path === '/oauth2/authorize') return false;
  const isRead = method === 'GET' || method === 'HEAD';
  return !isRead || (headers.authorization !== undefined && /^\/(api\/|oauth2\/userinfo)/.test(path));
}

/** Behind a proxy a connection carries the requests of many. */
const isOwn = ({ origin: { remote_address }, raw: { socket } }: FastifyRequest): boolean =>
  normalAddress(socket.remoteAddress ?? '') === normalAddress(remote_address);

const octetsOf = ({ bytesRead, bytesWritten }: Socket): number => bytesRead + bytesWritten;

const isCause = (value: unknown): value is Cause => typeof value === 'string' && Object.hasOwn(CAUSES, value);

/**
 * Keeps strangers from taking the processor from everybody else: what a request cost that did not end in authentication
 * is charged to its address and connection, and whoever has spent its share is slowed to it. Its connection is not read
 * meanwhile, so that being slowed costs nothing; what would wait beside too many others is refused.
 */
export function slowUnproven(app: FastifyInstance, options: SlowUnprovenOptions): void {
  const { work, events, mostHeld = MOST_HELD } = options;
  const connections = new WeakMap<Socket, Connection>();
  const held = new Map<string, number>();

  const connectionOf = ({ socket }: IncomingMessage): Connection => {
    const known = connections.get(socket);
    if (known) return known;
    const fresh = { octets: 0, handshake: HANDSHAKE_MS, proven: false };
    connections.set(socket, fresh);
    return fresh;
  };
  const peerOf = (request: FastifyRequest): Peer => {
    const { remote_address } = request.origin;
    if (!isOwn(request)) return { remote_address };
    const { socket } = request.raw;
    return connectionOf(request.raw).proven ? { connection: socket } : { remote_address, connection: socket };
  };

  const refuse = (remote_address: string, delay: number, reply: FastifyReply) => {
    events.recordSampled('request.refused', 'refused', () => ({
      because: 'unproven_work_limited',
      remote_address,
    }));
    reply
      .code(429)
      .header('retry-after', String(Math.ceil(delay / 1000)))
      .header('cache-control', 'no-store')
      .header('connection', 'close')
      .send({
        error: 'temporarily_unavailable',
        error_description: 'Too much was asked from this address; try again later.',
      });
  };

  const hold = ({ raw: { socket }, origin }: FastifyRequest, delay: number, goOn: () => void) => {
    const block = addressBlock(origin.remote_address);
    held.set(block, (held.get(block) ?? 0) + 1);
    socket.pause();
    const release = guarded('going on with a request', events, () => {
      const left = (held.get(block) ?? 1) - 1;
      if (left === 0) held.delete(block);
      else held.set(block, left);
      socket.resume();
      if (!socket.destroyed) goOn();
    });
    setTimeout(release, delay);
  };

  app.decorateRequest('refused_because', undefined);

  app.addHook('onRequest', (request, reply, done) => {
    const { remote_address } = request.origin;
    const peer = peerOf(request);
    const delay = work.delayOf(peer);
    work.charge(peer, REQUEST_MS);
    if (delay < 1) done();
    else if ((held.get(addressBlock(remote_address)) ?? 0) >= mostHeld) refuse(remote_address, delay, reply);
    else hold(request, delay, done);
  });

  app.addHook('onResponse', (request, reply, done) => {
    const peer = peerOf(request);
    const connection = connectionOf(request.raw);
    const octets = octetsOf(request.raw.socket);
    const moved = octets - connection.octets;
    connection.octets = octets;
    if (isProven(request, reply)) {
      work.charge(peer, -REQUEST_MS - connection.handshake);
      connection.handshake = 0;
      connection.proven = true;
    } else {
      const { refused_because } = request;
      const cause = isCause(refused_because) ? (BY_CAUSE[refused_because] ?? 0) : 0;
      work.charge(peer, moved / OCTETS_PER_MS + cause);
    }
    done();
  });
}
