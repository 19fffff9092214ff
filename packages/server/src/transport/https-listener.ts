import { createHash, type X509Certificate } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { type DropArgument, type Server as NetServer, Socket } from 'node:net';
import { type SecureVersion, TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { Certificate, type PresentedCertificate } from '@countersign/x509';
import { LRUCache } from 'lru-cache';
import { describeCertificate } from '../event/describe-certificate.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import type { Metrics } from '../event/metrics.ts';
import type { Cause } from '../refusal/causes.ts';
import type { Evidence } from '../refusal/refusal.ts';
import { addressBlock } from '../user-authentication/address-block.ts';
import { closeDoor, type Door } from './closing-door.ts';
import { endingAnswers } from './ending-answers.ts';
import { answerHalfClosed } from './half-closed.ts';
import { createHandshakeCounts } from './handshake-counts.ts';
import type { OthersNumbers } from './others.ts';
import { paceHandshakes } from './paced-handshakes.ts';
import { Present } from './present.ts';
import { acceptProxyProtocol, type ProxyProtocolFront } from './proxy-protocol/accept-proxy-protocol.ts';
import { beginTogether } from './reading-turn.ts';
import { refuseHandshakes } from './refused-handshake.ts';
import { refuseUnreadRequests } from './refused-request.ts';
import { rememberSessionChains, SESSION_SECONDS, type SessionChains } from './session-chains.ts';
import type { SharedTickets } from './shared-tickets.ts';
import { endSlowReaders } from './slow-readers.ts';
import { HANDSHAKE_MS } from './slow-unproven.ts';
import type { TrustedAddresses } from './trusted-addresses.ts';
import type { UnprovenWork } from './unproven-work.ts';

/** Whether the handshake asks for a client certificate: Tomcat's and WSO2's `clientAuth`. */
export type ClientAuth = 'want' | 'require' | 'none';

/** The server's own certificate, leaf first, and its key; PEM. */
export type ServerCertificate = { readonly cert: string; readonly key: string };

export type HttpsListenerOptions = {
  readonly serverCertificate: ServerCertificate;
  readonly clientAuth: ClientAuth;
  /**
   * Whether a certificate is one that `clientAuth` "require" asks for. Deciding here instead of in TLS lets a
   * self-signed certificate through the handshake (RFC 8705 §2.2).
   */
  readonly admits: (presented: PresentedCertificate) => boolean;
  /** What the trust store has to say of one that it is not. */
  readonly whyNotAdmitted: (presented: PresentedCertificate) => Evidence;
  readonly minVersion: SecureVersion;
  /** The cipher suites of TLS 1.2; those of Node.js unless `recommended`. */
  readonly tls12CipherSuites?: 'recommended' | 'compatible';
  readonly handshakeTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Bytes of request line and headers together. */
  readonly maxHeaderSize: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** The proxies of now: many clients come from each of their addresses. */
  readonly proxies: TrustedAddresses;
  /** The open connections of other processes at the same port, by address. */
  readonly connections?: OthersNumbers;
  /** Where other processes at the same port resume the sessions too: their keys, and the name of this listener. */
  readonly tickets?: { readonly shared: SharedTickets; readonly listener: string } | undefined;
  /** Connections begin with a PROXY protocol header, and come from `proxies` only. */
  readonly proxyProtocol: boolean;
  /** What strangers may cost: their handshakes count. */
  readonly work: UnprovenWork;
  /** How long a peer may take to read what it was answered, beyond what its size needs. */
  readonly responseTimeoutMs: number;
  /** Octets of the client's certificate and what it sends beside it. */
  readonly maxCertificateChainSize: number;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
};

export type HttpsListener = {
  /** For Fastify's `serverFactory`; it does not listen by itself. */
  serverFor(handler: RequestListener): Server;
  /** @throws the error of a port in use */
  listen(port: number, host: string): Promise<void>;
  /** The client certificate of the connection a request came on, whoever issued it. */
  presentedOn(request: IncomingMessage): PresentedCertificate | undefined;
  /** The client's address that the PROXY protocol announced for a connection. */
  announcedOn(socket: Socket): string | undefined;
  /** Whether a request came on a connection of this listener. */
  carries(request: IncomingMessage): boolean;
  /** Serves new connections with another certificate; open ones go on, and sessions of before are not resumed. */
  replaceServerCertificate(next: ServerCertificate): void;
  /** Ends the connections that have not carried a request. */
  endUnused(): void;
  /** From here on every answer ends its connection; connections are taken as before. */
  drain(): void;
  /**
   * Takes no more connections and waits until those under way have their answers, within a bound. A connection that was taken and has not carried a request is waited for, for a moment.
   */
  close(): Promise<void>;
};

/** Those of TLS 1.3, and of TLS 1.2 the four of RFC 9325 §4.2 (FAPI 2.0 Security Profile §5.2.2). */
const RECOMMENDED_CIPHER_SUITES = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
].join(':');

/** What a handshake with a chain that is too long costs, milliseconds of a processor, and who is expected to send one again. */
const LONG_CHAIN_MS = 10;
const LONG_CHAINS = { max: 10_000, ttl: 60_000 };

/** How often requests under way are held against their time limits. */
const CHECK_INTERVAL_MS = 10_000;
/** Longest chain looked at; TLS itself ends a handshake with more than 100 kB of certificates. */
const MAXIMUM_CHAIN = 10;

function chainOf(peer: X509Certificate): readonly Certificate[] {
  const chain: Certificate[] = [];
  let link = peer.issuerCertificate;
  while (link && chain.length < MAXIMUM_CHAIN) {
    if (chain.some((seen) => link?.raw.equals(seen.der))) break;
    chain.push(Certificate.fromX509(link));
    link = link.issuerCertificate;
  }
  return chain;
}

/** Octets of a certificate and all that came with it, counted no further than `most`. */
function octetsOf(peer: X509Certificate, most: number): number {
  let octets = 0;
  let link: X509Certificate | undefined = peer;
  while (link && octets <= most) {
    octets += link.raw.length;
    link = link.issuerCertificate;
  }
  return octets;
}

/**
 * The certificate of a TLS connection, and what its session's client sent beside it. The peer is asked for once,
 * because asking takes the chain off the connection.
 * @param most octets of all certificates together
 */
function presentedBy(
  socket: TLSSocket,
  sessions: SessionChains,
  most: number,
): PresentedCertificate | 'too-large' | undefined {
  const x509 = socket.getPeerX509Certificate();
  if (!x509) return undefined;
  // TLS itself lets 100 kB through, and a connection keeps them as long as it is open.
  if (octetsOf(x509, most) > most) return 'too-large';
  return {
    certificate: Certificate.fromX509(x509),
    chain: sessions.chainOf(socket, chainOf(x509)),
    source: { kind: 'tls' },
  };
}

type Limits = Pick<
  HttpsListenerOptions,
  'maxConnections' | 'maxConnectionsPerAddress' | 'proxies' | 'connections' | 'events' | 'metrics'
> & {
  /** Where connections are accepted: the server itself, or what stands before it. */
  readonly accepting: NetServer;
  readonly addressOf: (socket: Socket) => string | undefined;
};

/** Counts open connections by the client's address and turns away those over the limits. */
function limitConnections(server: Server, options: Limits): void {
  const { accepting, addressOf, maxConnections, maxConnectionsPerAddress, proxies, events, metrics } =
    options;
  const { connections: others } = options;
  /** By address, those of other processes included. */
  const open = new Map<string, number>();
  let openOverAll = 0;
  const add = (block: string, by: number) => {
    openOverAll += by;
    const count = (open.get(block) ?? 0) + by;
    if (count <= 0) open.delete(block);
    else open.set(block, count);
  };
  others?.onAdded(add);
  // Of several processes each would count its own.
  if (others === undefined) accepting.maxConnections = maxConnections;
  const turnedAway = (remote_address: string | undefined, evidence: Record<string, unknown>) =>
    events.recordSampled(
      'connection.refused',
      'refused',
      () => ({ ...(remote_address !== undefined && { remote_address }), evidence }),
      { because: 'connections_limited' },
    );
  const guardedHere = <Given extends readonly unknown[]>(work: (...given: Given) => unknown) =>
    guarded('limiting connections', events, work);
  accepting.on(
    'drop',
    guardedHere((data?: DropArgument) =>
      turnedAway(data?.remoteAddress, { expected: { max_connections: maxConnections } }),
    ),
  );
  const onConnection = (socket: Socket) => {
    const address = addressOf(socket) ?? 'unknown';
    const block = addressBlock(address);
    if (others && openOverAll >= maxConnections) {
      turnedAway(address, { expected: { max_connections: maxConnections } });
      socket.destroy();
      return;
    }
    if ((open.get(block) ?? 0) >= maxConnectionsPerAddress && !proxies.includes(address)) {
      turnedAway(address, { expected: { max_connections_per_address: maxConnectionsPerAddress } });
      socket.destroy();
      return;
    }
    add(block, 1);
    others?.add(block, 1);
    metrics.connections.inc();
    socket.once('close', () => {
      metrics.connections.dec();
      add(block, -1);
      others?.add(block, -1);
    });
  };
  server.on('connection', guardedHere(onConnection));
}

/** Ends connections that are not admitted, and those of which it cannot be said. */
const endsUnless =
  (isAdmitted: (socket: TLSSocket) => boolean) =>
  (socket: TLSSocket): void => {
    let admitted = false;
    try {
      admitted = isAdmitted(socket);
    } finally {
      if (!admitted) socket.destroy();
    }
  };

/** Reads the PROXY protocol before a server's TLS; what cannot be read is an event. */
const frontOf = (server: Server, { proxies, events }: HttpsListenerOptions): ProxyProtocolFront =>
  acceptProxyProtocol(server, {
    from: proxies,
    onRefused: ({ peer, cause, reason }) =>
      events.recordSampled(
        'connection.refused',
        'refused',
        () => ({ ...(peer !== undefined && { remote_address: peer }), evidence: { cause, why: reason } }),
        { because: 'proxy_protocol_refused' },
      ),
  });

/** Counts and records handshakes that came about and are refused for their certificate. */
const refusingHandshakes =
  (
    { events }: Pick<HttpsListenerOptions, 'events'>,
    addressOf: (socket: Socket) => string | undefined,
    count: (socket: TLSSocket) => void,
  ) =>
  (socket: TLSSocket, because: Cause, evidence: Evidence): void => {
    count(socket);
    const told = () => {
      const remote_address = addressOf(socket);
      return { evidence, ...(remote_address !== undefined && { remote_address }) };
    };
    events.recordSampled('handshake.refused', 'refused', told, { because });
  };

/** Who is at the other end of the connections of a listener. */
type OtherEnds = {
  readonly addressOf: (socket: Socket) => string | undefined;
  readonly sendsLongChains: (remote_address: string) => boolean;
  /** Those whose handshake came about. */
  readonly open: () => readonly TLSSocket[];
};

/** Has the handshakes of strangers wait their turn, and does not wait for those who do not read. */
function boundStrangers(
  server: Server,
  { work, proxies, responseTimeoutMs, events }: HttpsListenerOptions,
  { addressOf, sendsLongChains, open }: OtherEnds,
): void {
  const costOf = (remote_address: string) => (sendsLongChains(remote_address) ? LONG_CHAIN_MS : HANDSHAKE_MS);
  paceHandshakes(server, {
    addressOf,
    // A proxy's handshakes are those of all its clients.
    costOf: (remote_address) => (proxies.includes(remote_address) ? 0 : costOf(remote_address)),
    work,
    events,
  });
  endSlowReaders(server, {
    open,
    timeoutMs: responseTimeoutMs,
    events,
    onEnded: (socket, unread) => {
      const remote_address = addressOf(socket);
      events.recordSampled(
        'connection.refused',
        'refused',
        () => ({ ...(remote_address !== undefined && { remote_address }), evidence: { unread } }),
        { because: 'response_not_read' },
      );
    },
  });
}

/** What a listener consists of once it has its handler. */
type Listening = Door & {
  /** Takes the PROXY protocol off connections before `server` sees them. */
  readonly front: ProxyProtocolFront | undefined;
  /** Has every answer end its connection. */
  readonly endAnswers: () => void;
};

const secureContextOf = (
  serverCertificate: ServerCertificate,
  { minVersion, tls12CipherSuites }: HttpsListenerOptions,
) => ({
  ...serverCertificate,
  minVersion,
  ...(tls12CipherSuites === 'recommended' && {
    ciphers: RECOMMENDED_CIPHER_SUITES,
    honorCipherOrder: true,
  }),
});

const serverOptionsOf = (options: HttpsListenerOptions): ServerOptions => ({
  requestCert: options.clientAuth !== 'none',
  rejectUnauthorized: false,
  handshakeTimeout: options.handshakeTimeoutMs,
  headersTimeout: options.requestTimeoutMs,
  requestTimeout: options.requestTimeoutMs,
  connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, options.requestTimeoutMs),
  keepAliveTimeout: options.keepAliveTimeoutMs,
  maxHeaderSize: options.maxHeaderSize,
  requireHostHeader: false,
  sessionTimeout: SESSION_SECONDS,
});

/** The keys of a listener's tickets, where other processes resume its sessions too. @param certificate its own of now; PEM */
function sharedTickets({ tickets }: Pick<HttpsListenerOptions, 'tickets'>, certificate: () => string) {
  /** Sessions of another listener, or of another certificate, are not resumed here. */
  const settings = () => {
    if (tickets === undefined) return {};
    const hash = createHash('sha256').update(certificate()).digest('hex');
    return {
      ticketKeys: tickets.shared.keysFor(`${tickets.listener} ${hash}`),
      // What tells sessions apart is in the keys; by default each process would know its own alone.
      sessionIdContext: 'countersign',
    };
  };
  const takeUp = (server: Server): void => {
    const { ticketKeys } = settings();
    if (ticketKeys) server.setTicketKeys(ticketKeys);
  };
  return {
    settings,
    takeUp,
    follow: (server: Server): void => tickets?.shared.onRenewed(() => takeUp(server)),
  };
}

/**
 * The TLS listener. TLS never rejects a client certificate by itself: who is believed is client authentication's
 * decision, the same for every source of certificates.
 */
export function createHttpsListener(options: HttpsListenerOptions): HttpsListener {
  const { clientAuth, admits, whyNotAdmitted, events, proxyProtocol } = options;
  const presented = new WeakMap<TLSSocket, PresentedCertificate>();
  const own = new WeakSet<Socket>();
  let listening: Listening | undefined;
  /** Whether connections that have not carried a request are not waited for any more. */
  let late = false;
  let current = options.serverCertificate;

  const secureContext = () => secureContextOf(current, options);
  const tickets = sharedTickets(options, () => current.cert);

  const announcedOn = (socket: Socket) => listening?.front?.announced(socket)?.client?.address;
  const addressOf = (socket: Socket) => announcedOn(socket) ?? socket.remoteAddress;

  const handshakes = createHandshakeCounts(options.metrics);
  const refuseHandshake = refusingHandshakes(options, addressOf, handshakes.refused);

  const most = options.maxCertificateChainSize;
  const longChains = new LRUCache<string, true>(LONG_CHAINS);
  const sendsLongChains = (address: string) => longChains.has(addressBlock(address));
  const refuseLongChain = (socket: TLSSocket) => {
    longChains.set(addressBlock(addressOf(socket) ?? 'unknown'), true);
    const evidence = { expected: `at most ${most} octets of certificates`, presented: 'more' };
    refuseHandshake(socket, 'certificate_chain_too_large', evidence);
    socket.destroy();
  };

  const isAdmitted = (socket: TLSSocket): boolean => {
    const certificate = presented.get(socket);
    if (certificate && admits(certificate)) return true;
    refuseHandshake(socket, certificate ? 'certificate_not_admitted' : 'certificate_absent', {
      expected: 'a client certificate, by clientAuth = "require"',
      presented: certificate ? describeCertificate(certificate) : 'none',
      ...(certificate && whyNotAdmitted(certificate)),
    });
    return false;
  };

  const unread = refuseUnreadRequests({
    events,
    addressOf: (socket) => (socket instanceof Socket ? addressOf(socket) : undefined),
    bytesFrom: (socket) => (socket instanceof TLSSocket ? socket.bytesRead : 0),
  });

  return {
    serverFor(handler) {
      const server = createServer(
        { ...secureContext(), ...tickets.settings(), ...serverOptionsOf(options) },
        unread.around(beginTogether(guarded('beginning a request', events, handler))),
      );
      answerHalfClosed(server);
      tickets.follow(server);
      const secured = new Present<TLSSocket>();
      boundStrangers(server, options, { addressOf, sendsLongChains, open: () => secured.now() });
      const front = proxyProtocol ? frontOf(server, options) : undefined;
      const sockets = new Present<Socket>();
      const used = new WeakSet<Socket>();
      const accepting: NetServer = front?.server ?? server;
      listening = {
        accepting,
        server,
        front,
        sockets: () => sockets.now(),
        unused: () => secured.now().filter((socket) => !used.has(socket)),
        endAnswers: endingAnswers(server),
      };
      accepting.on('connection', (socket: Socket) => {
        socket.once('close', sockets.enter(socket));
      });
      if (clientAuth === 'require') {
        // Before HTTP takes the connection up: what came with the handshake is not to be done. What is prepended later
        // runs earlier, so that the certificate is read by then.
        server.prependListener(
          'secureConnection',
          guarded('requiring a certificate', events, endsUnless(isAdmitted)),
        );
      }
      if (clientAuth !== 'none') {
        const sessions = rememberSessionChains(server, { tickets: options.tickets?.shared });
        const readCertificate = (socket: TLSSocket) => {
          const certificate = presentedBy(socket, sessions, most);
          if (certificate === 'too-large') refuseLongChain(socket);
          else if (certificate) presented.set(socket, certificate);
        };
        server.prependListener('secureConnection', guarded('reading a certificate', events, readCertificate));
      }
      server.on('secureConnection', (socket) => {
        // Those that were refused are counted as that, and ended.
        if (!socket.destroyed) handshakes.succeeded(socket);
        if (late) socket.destroy();
        own.add(socket);
        const leave = secured.enter(socket);
        socket.once('close', () => {
          leave();
          // Values of a `WeakMap` are no young garbage (docs/performance.md).
          presented.delete(socket);
        });
      });
      server.on('request', ({ socket }) => used.add(socket));
      limitConnections(server, { ...options, accepting, addressOf });
      refuseHandshakes(server, { events, addressOf, onFailed: handshakes.failed });
      unread.on(server);
      return server;
    },
    listen(port, host) {
      const accepting = listening?.accepting;
      if (accepting === undefined) return Promise.reject(new Error('there is no handler yet'));
      return new Promise((resolve, reject) => {
        accepting.once('error', reject);
        accepting.listen({ port, host }, () => {
          accepting.off('error', reject);
          // Node hands the keys that the first worker had to each that listens after it.
          if (listening) tickets.takeUp(listening.server);
          resolve();
        });
      });
    },
    presentedOn(request) {
      return request.socket instanceof TLSSocket ? presented.get(request.socket) : undefined;
    },
    announcedOn,
    carries: ({ socket }) => own.has(socket),
    replaceServerCertificate(next) {
      // A new context ends the resumption of every TLS session, so that an unchanged certificate makes none.
      if (isDeepStrictEqual(next, current)) return;
      current = next;
      listening?.server.setSecureContext({ ...secureContext(), ...tickets.settings() });
    },
    endUnused() {
      for (const socket of listening?.unused() ?? []) socket.destroy();
    },
    drain: () => listening?.endAnswers(),
    async close() {
      if (listening === undefined) return;
      listening.endAnswers();
      await closeDoor(listening, () => {
        late = true;
      });
    },
  };
}
