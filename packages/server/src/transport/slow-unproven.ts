import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventRecorder } from '../event/event-recorder.ts';
import { CAUSES, type Cause } from '../refusal/causes.ts';
import { normalAddress } from './trusted-addresses.ts';
import type { Peer, UnprovenWork } from './unproven-work.ts';

export type SlowUnprovenOptions = {
  readonly work: UnprovenWork;
  readonly events: Pick<EventRecorder, 'recordSampled'>;
};

/** What a request costs at least, milliseconds of a processor: reading, routing, answering, its event. */
const REQUEST_MS = 0.4;
/** What a TLS handshake costs. */
export const HANDSHAKE_MS = 1.5;
/** Octets that are decrypted, copied and read, and what is left of them collected, in a millisecond. */
const OCTETS_PER_MS = 40_000;
/** No body is read further than that by default. */
const MOST_ANNOUNCED = 1_000_000;
/** What a password costs, beside the process's own thread. */
const PASSWORD_MS = 40;
const PASSWORD_CAUSES: ReadonlySet<Cause> = new Set<Cause>(['password_wrong', 'user_unknown']);
/** What a refusal cost beyond that, by its cause: strangers' signatures are slow. */
const BY_CAUSE: Readonly<Partial<Record<Cause, number>>> = {
  client_assertion_invalid: 2,
  certificate_not_trusted: 5,
  certificate_subject_differs: 1,
  request_object_invalid: 2,
  request_uri_unavailable: 2,
  guessing_limited: 1,
};
/** Seconds after which whoever was not served may try again. */
const RETRY_AFTER = 5;

/** What a connection moved so far, what of its handshake was not given back, and whose requests it carries. */
type Connection = {
  octets: number;
  handshake: number;
  /** Whether the address of its last request is that of its other end: addresses take long to compare. */
  last: { readonly remote_address: string; readonly isOwn: boolean } | undefined;
};

/** The octets that a request announces; those of a body of which it does not say how long it is are taken for many. */
function announcedOctets({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return MOST_ANNOUNCED;
  const length = Number(headers['content-length'] ?? 0);
  return Number.isFinite(length) ? Math.min(length, MOST_ANNOUNCED) : MOST_ANNOUNCED;
}

/** What a request costs at least, by what it announces. */
const estimateOf = (request: FastifyRequest): number => REQUEST_MS + announcedOctets(request) / OCTETS_PER_MS;

const octetsOf = ({ bytesRead, bytesWritten }: Socket): number => bytesRead + bytesWritten;

const isCause = (value: unknown): value is Cause => typeof value === 'string' && Object.hasOwn(CAUSES, value);

/**
 * Keeps strangers from taking the processor from everybody else: what a request cost that did not end in authentication
 * is charged to its address and connection, and requests wait for their turn, those of whoever cost least first. The
 * connection is not read meanwhile, so that waiting costs nothing; what waits too long is refused.
 */
export function slowUnproven(app: FastifyInstance, { work, events }: SlowUnprovenOptions): void {
  const connections = new WeakMap<Socket, Connection>();

  const connectionOf = ({ socket }: IncomingMessage): Connection => {
    const known = connections.get(socket);
    if (known) return known;
    const fresh: Connection = { octets: 0, handshake: HANDSHAKE_MS, last: undefined };
    connections.set(socket, fresh);
    return fresh;
  };
  /** Behind a proxy a connection carries the requests of many. */
  const isOwn = ({ origin: { remote_address }, raw }: FastifyRequest): boolean => {
    const connection = connectionOf(raw);
    if (connection.last?.remote_address === remote_address) return connection.last.isOwn;
    const { remoteAddress = '' } = raw.socket;
    const isOwn =
      remoteAddress === remote_address || normalAddress(remoteAddress) === normalAddress(remote_address);
    connection.last = { remote_address, isOwn };
    return isOwn;
  };
  const peerOf = (request: FastifyRequest): Peer => {
    const { remote_address } = request.origin;
    return isOwn(request) ? { remote_address, connection: request.raw.socket } : { remote_address };
  };

  const refuse = (remote_address: string, reply: FastifyReply) => {
    events.recordSampled('request.refused', 'refused', () => ({ remote_address }), {
      because: 'unproven_work_limited',
    });
    reply
      .code(429)
      .header('retry-after', String(RETRY_AFTER))
      .header('cache-control', 'no-store')
      .header('connection', 'close')
      .send({
        error: 'temporarily_unavailable',
        error_description: 'Too much was asked from this address; try again later.',
      });
  };

  app.decorateRequest('refused_because', undefined);
  app.decorateRequest('is_authenticated', false);

  app.addHook('onRequest', (request, reply, done) => {
    const { socket } = request.raw;
    let state: 'new' | 'waiting' | 'begun' = 'new';
    const goOn = (next: () => void) => () => {
      if (state === 'waiting') socket.resume();
      state = 'begun';
      next();
    };
    work.take({
      kind: 'request',
      peer: peerOf(request),
      ms: estimateOf(request),
      begin: goOn(done),
      isOver: () => socket.destroyed,
      giveUp: goOn(() => refuse(request.origin.remote_address, reply)),
    });
    if (state !== 'new') return;
    state = 'waiting';
    socket.pause();
  });

  app.addHook('onResponse', (request, reply, done) => {
    const peer = peerOf(request);
    const connection = connectionOf(request.raw);
    const octets = octetsOf(request.raw.socket);
    const moved = octets - connection.octets;
    connection.octets = octets;
    if (request.is_authenticated && reply.statusCode < 400) {
      work.charge(peer, -estimateOf(request) - connection.handshake);
      connection.handshake = 0;
      work.prove(peer);
    } else {
      const { refused_because } = request;
      const cause = isCause(refused_because) ? refused_because : undefined;
      const more = (moved - announcedOctets(request)) / OCTETS_PER_MS;
      work.charge(peer, more + ((cause && BY_CAUSE[cause]) ?? 0));
      if (cause && PASSWORD_CAUSES.has(cause)) work.chargeBeside(peer, PASSWORD_MS);
    }
    done();
  });
}
