import { createServer, type Server, type Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { normalAddress, type TrustedAddresses } from '../trusted-addresses.ts';
import { type ProxyHeader, readProxyHeader, type SocketAddress } from './proxy-header.ts';

/** A connection closed before it reached TLS. */
export type RefusedConnection = {
  /** The address the connection came from; `undefined` when it was gone already. */
  readonly peer: string | undefined;
  readonly cause: 'untrusted_peer' | 'malformed' | 'timeout' | 'closed_early';
  /** The exact fault, for the operator. */
  readonly reason: string;
};

export type AcceptProxyProtocolOptions = {
  /** The addresses a PROXY header is taken from; every other peer is refused. */
  readonly from: TrustedAddresses;
  /** Milliseconds from the connection to the end of its header; 5000 unless said otherwise. */
  readonly headerTimeout?: number;
  readonly onRefused: (refused: RefusedConnection) => void;
};

/** What the proxy announced for one connection. */
export type AnnouncedConnection = {
  /** Absent when the proxy speaks for itself or does not know: then the peer is all that is known. */
  readonly client: SocketAddress | undefined;
  readonly header: ProxyHeader;
};

export type ProxyProtocolFront = {
  /** Listen, close and set `maxConnections` here, instead of on the TLS server. */
  readonly server: Server;
  /** Connections whose header is read and whose TLS handshake is not finished. */
  readonly handshakes: () => number;
  /**
   * What the proxy announced for a socket the TLS server knows (of `connection`, `secureConnection`,
   * `tlsClientError`, or `request.socket`); `undefined` for any other socket.
   */
  readonly announced: (socket: Socket) => AnnouncedConnection | undefined;
};

/**
 * Puts a listener in front of a `tls` or `https` server that takes the PROXY protocol header off each
 * connection and hands the rest of it on. A trusted peer must send the header: one that does not is
 * refused, as otherwise its own address would pass for the client's.
 *
 * The TLS server makes a socket of its own around the accepted one and tells nobody which, so the two are
 * matched by the connection's addresses and ports, which belong to one connection at a time.
 */
export function acceptProxyProtocol(to: TlsServer, options: AcceptProxyProtocolOptions): ProxyProtocolFront {
  const { from, headerTimeout = 5000, onRefused } = options;
  const underHandshake = new Map<string, AnnouncedConnection>();
  const announced = new WeakMap<Socket, AnnouncedConnection>();

  // Before the listener that parses HTTP, so that the first request finds the address.
  to.prependListener('secureConnection', (socket) => {
    const key = connectionKey(socket);
    const connection = underHandshake.get(key);
    if (connection !== undefined) announced.set(socket, connection);
    underHandshake.delete(key);
  });

  const handOver = (socket: Socket, header: ProxyHeader) => {
    const key = connectionKey(socket);
    const connection = { client: header.source, header };
    underHandshake.set(key, connection);
    socket.once('close', () => {
      if (underHandshake.get(key) === connection) underHandshake.delete(key);
    });
    to.emit('connection', socket);
  };

  const server = createServer({ noDelay: true }, (socket) => {
    const peer = socket.remoteAddress;
    const refuse = (cause: RefusedConnection['cause'], reason: string) => {
      socket.destroy();
      onRefused({ peer: peer === undefined ? undefined : (normalAddress(peer) ?? peer), cause, reason });
    };
    // A peer that resets the connection is nothing to report; `close` follows.
    const ignore = () => {};
    socket.on('error', ignore);
    if (!from.includes(peer)) {
      refuse('untrusted_peer', 'PROXY protocol is taken from trusted_addresses only');
      return;
    }
    readHeader(socket, headerTimeout, (outcome) => {
      if (outcome.kind === 'silent') {
        socket.destroy();
        return;
      }
      if (outcome.kind === 'refused') {
        refuse(outcome.cause, outcome.reason);
        return;
      }
      socket.off('error', ignore);
      handOver(socket, outcome.header);
    });
  });
  // An HTTP server watches over the time its requests take only once it listens.
  server.on('listening', () => to.emit('listening'));
  return {
    server,
    handshakes: () => underHandshake.size,
    announced: (socket) => announced.get(socket) ?? underHandshake.get(connectionKey(socket)),
  };
}

type Outcome =
  | { readonly kind: 'read'; readonly header: ProxyHeader }
  /** Ended without a byte, as health checks of a port do: nothing was refused. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused'; readonly cause: RefusedConnection['cause']; readonly reason: string };

/** Reads the header and leaves the socket as if it had never been there: paused, with the rest unread. */
function readHeader(socket: Socket, timeout: number, done: (outcome: Outcome) => void): void {
  let bytes = Buffer.alloc(0);
  const finish = (outcome: Outcome) => {
    clearTimeout(timer);
    socket.off('readable', onReadable);
    socket.off('close', onClose);
    socket.off('end', onClose);
    done(outcome);
  };
  const onReadable = () => {
    for (let chunk: unknown = socket.read(); chunk !== null; chunk = socket.read()) {
      if (!Buffer.isBuffer(chunk)) break;
      bytes = Buffer.concat([bytes, chunk]);
      const read = readProxyHeader(bytes);
      if (read.kind === 'incomplete') continue;
      if (read.kind === 'refused') {
        finish({ kind: 'refused', cause: 'malformed', reason: read.reason });
        return;
      }
      const rest = bytes.subarray(read.length);
      if (rest.length > 0) socket.unshift(rest);
      finish({ kind: 'read', header: read.header });
      return;
    }
  };
  const onClose = () => {
    if (bytes.length === 0) {
      finish({ kind: 'silent' });
      return;
    }
    const reason = `the connection ended after ${bytes.length} bytes of its PROXY protocol header`;
    finish({ kind: 'refused', cause: 'closed_early', reason });
  };
  const timer = setTimeout(() => {
    const reason = `no whole PROXY protocol header within ${timeout} ms, but ${bytes.length} bytes`;
    finish({ kind: 'refused', cause: 'timeout', reason });
  }, timeout);
  socket.on('readable', onReadable);
  socket.once('end', onClose);
  socket.once('close', onClose);
}

function connectionKey(socket: Socket): string {
  return JSON.stringify([socket.remoteAddress, socket.remotePort, socket.localAddress, socket.localPort]);
}
