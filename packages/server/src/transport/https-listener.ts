import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import { type SecureVersion, TLSSocket } from 'node:tls';
import { Certificate } from '../certificate/certificate.ts';
import type { PresentedCertificate } from '../certificate/presented-certificate.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import type { Metrics } from '../event/metrics.ts';

/** Whether the handshake asks for a client certificate: Tomcat's and WSO2's `clientAuth`. */
export type ClientAuth = 'want' | 'require' | 'none';

/** The server's own certificate, leaf first, and its key; PEM. */
export type ServerCertificate = { readonly cert: string; readonly key: string };

export type HttpsListenerOptions = {
  readonly serverCertificate: ServerCertificate;
  readonly clientAuth: ClientAuth;
  /**
   * Whether a certificate may be seen at all. Deciding here instead of in TLS lets a self-signed certificate
   * through the handshake (RFC 8705 §2.2).
   */
  readonly admits: (presented: PresentedCertificate) => boolean;
  readonly minVersion: SecureVersion;
  readonly handshakeTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Bytes of request line and headers together. */
  readonly maxHeaderSize: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly events: EventRecorder;
  readonly metrics: Metrics;
};

export type HttpsListener = {
  /** For Fastify's `serverFactory`. */
  serverFor(handler: RequestListener): Server;
  /** The client certificate of the connection a request came on. */
  presentedOn(request: IncomingMessage): PresentedCertificate | undefined;
  /** Serves new connections with another certificate; open ones go on. */
  replaceServerCertificate(next: ServerCertificate): void;
};

/** Longest chain looked at; TLS itself ends a handshake with more than 100 kB of certificates. */
const MAXIMUM_CHAIN = 10;

function chainOf(socket: TLSSocket): readonly Certificate[] {
  const chain: Certificate[] = [];
  let link = socket.getPeerX509Certificate()?.issuerCertificate;
  while (link && chain.length < MAXIMUM_CHAIN) {
    if (chain.some((seen) => link?.raw.equals(seen.der))) break;
    chain.push(Certificate.fromX509(link));
    link = link.issuerCertificate;
  }
  return chain;
}

/** The certificate of a TLS connection, with its chain read only when asked for: few clients need one. */
function presentedBy(socket: TLSSocket): PresentedCertificate | undefined {
  const x509 = socket.getPeerX509Certificate();
  if (!x509) return undefined;
  let chain: readonly Certificate[] | undefined;
  return {
    certificate: Certificate.fromX509(x509),
    get chain() {
      chain ??= chainOf(socket);
      return chain;
    },
    source: { kind: 'tls' },
  };
}

/** Counts open connections by address and turns away those over the limits. */
function limitConnections(server: Server, options: HttpsListenerOptions): void {
  const { maxConnections, maxConnectionsPerAddress, events, metrics } = options;
  const open = new Map<string, number>();
  server.maxConnections = maxConnections;
  const turnedAway = (remote_address: string | undefined, evidence: Record<string, unknown>) =>
    events.recordSampled('connection.refused', 'refused', () => ({
      because: 'connections_limited',
      ...(remote_address !== undefined && { remote_address }),
      evidence,
    }));
  server.on('drop', (data) =>
    turnedAway(data?.remoteAddress, { expected: { max_connections: maxConnections } }),
  );
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    const count = (open.get(address) ?? 0) + 1;
    if (count > maxConnectionsPerAddress) {
      turnedAway(address, { expected: { max_connections_per_address: maxConnectionsPerAddress } });
      socket.destroy();
      return;
    }
    open.set(address, count);
    metrics.connections.inc();
    socket.once('close', () => {
      metrics.connections.dec();
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

/**
 * The TLS listener. TLS never rejects a client certificate by itself: who is seen is `admits`' decision and who is
 * believed is client authentication's, the same for every source of certificates.
 */
export function createHttpsListener(options: HttpsListenerOptions): HttpsListener {
  const { clientAuth, admits, events } = options;
  const presented = new WeakMap<TLSSocket, PresentedCertificate | 'none'>();
  let server: Server | undefined;
  let current = options.serverCertificate;

  const secureContext = () => ({ ...current, minVersion: options.minVersion });

  const admitted = (socket: TLSSocket): PresentedCertificate | undefined => {
    const candidate = presentedBy(socket);
    if (!candidate || admits(candidate)) return candidate;
    events.recordSampled('certificate.not_admitted', 'refused', () => ({
      because: 'certificate_not_admitted',
      certificate: describeCertificate(candidate),
      ...(socket.remoteAddress !== undefined && { remote_address: socket.remoteAddress }),
    }));
    return undefined;
  };

  const presentedOnSocket = (socket: TLSSocket): PresentedCertificate | undefined => {
    let known = presented.get(socket);
    if (known === undefined) {
      known = admitted(socket) ?? 'none';
      presented.set(socket, known);
    }
    return known === 'none' ? undefined : known;
  };

  const requireCertificate = (socket: TLSSocket) => {
    if (presentedOnSocket(socket)) return;
    events.recordSampled('handshake.refused', 'refused', () => ({
      because: 'certificate_absent',
      ...(socket.remoteAddress !== undefined && { remote_address: socket.remoteAddress }),
      evidence: { expected: 'a client certificate, by clientAuth = "require"', presented: 'none' },
    }));
    socket.destroy();
  };

  return {
    serverFor(handler) {
      server = createServer(
        {
          ...secureContext(),
          requestCert: clientAuth !== 'none',
          rejectUnauthorized: false,
          handshakeTimeout: options.handshakeTimeoutMs,
          headersTimeout: options.requestTimeoutMs,
          requestTimeout: options.requestTimeoutMs,
          keepAliveTimeout: options.keepAliveTimeoutMs,
          maxHeaderSize: options.maxHeaderSize,
        },
        handler,
      );
      limitConnections(server, options);
      if (clientAuth === 'require') server.on('secureConnection', requireCertificate);
      server.on('tlsClientError', (error, socket) => {
        events.recordSampled('handshake.refused', 'refused', () => ({
          because: 'handshake_failed',
          ...(socket.remoteAddress !== undefined && { remote_address: socket.remoteAddress }),
          evidence: { error: error.message },
        }));
      });
      return server;
    },
    presentedOn(request) {
      return request.socket instanceof TLSSocket && clientAuth !== 'none'
        ? presentedOnSocket(request.socket)
        : undefined;
    },
    replaceServerCertificate(next) {
      current = next;
      server?.setSecureContext(secureContext());
    },
  };
}
