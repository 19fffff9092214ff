import type { IncomingMessage, RequestListener } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { certificateToPem } from '@countersign/x509';
import type { FastifyInstance } from 'fastify';
import { anchorsIn } from '../client-authentication/judged-stores.ts';
import type { Trust } from '../client-authentication/trust.ts';
import type { FollowedConfiguration, StoreContents } from '../config/configuration.ts';
import type { StartSettings } from '../config/settings.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import { findingPlaces } from '../transport/addresses.ts';
import { createConfiguredProxy } from '../transport/configured-proxy.ts';
import {
  type ClientAuth,
  createHttpsListener,
  type HttpsListener,
  type ServerCertificate,
} from '../transport/https-listener.ts';
import { decideOrigins, isFromProxy } from '../transport/origin.ts';
import type { OthersNumbers } from '../transport/others.ts';
import { slowUnproven } from '../transport/slow-unproven.ts';
import { traceRequests } from '../transport/traced-requests.ts';
import { createUnprovenWork } from '../transport/unproven-work.ts';
import { CannotListen } from './cannot-listen.ts';
import type { OpenHome } from './open-home.ts';
import type { Shared } from './shared.ts';

/** The listeners of a deployment. */
export type Transport = {
  /** For Fastify's `serverFactory`: one handler for every listener. */
  serverFor(handler: RequestListener): Server;
  /**
   * Has every request to `app` carry its origin, be traced where that is asked for, and slows those of strangers who cost
   * too much; to be called before anything else is added to it.
   */
  decideOrigins(app: FastifyInstance): void;
  /** The URL of the listener that asks for certificates, where it is not the main one (RFC 8705 §5). */
  readonly mtlsBase: string | undefined;
  /** @throws CannotListen */
  listen(): Promise<void>;
  /** Takes up a changed deployment or store. */
  follow(): void;
  /** Ends the connections that have not carried a request. */
  endUnused(): void;
  /** From here on every answer ends its connection. */
  drain(): void;
  /** Takes no more connections and ends the open ones when their requests have been answered. */
  close(): Promise<void>;
};

export type TransportOptions = Pick<OpenHome, 'events' | 'metrics'> & {
  readonly configuration: Pick<FollowedConfiguration, 'atStart' | 'now' | 'stores'>;
  readonly trust: Pick<Trust, 'admits' | 'whyNotAdmitted'>;
  /** The other processes that answer at the same ports, where there are some. */
  readonly others?: Shared['others'];
  /** Where requests are traced. */
  readonly tracing?: Pick<Tracing, 'begin'> | undefined;
};

const SECOND = 1000;

/** Whether each listener asks for certificates: where there is a second one it alone does. */
export function clientAuthOf({ https, mtls }: StartSettings['transport']): {
  readonly main: ClientAuth;
  readonly second: ClientAuth | undefined;
} {
  if (!mtls.enable) return { main: https.clientAuth, second: undefined };
  return { main: 'none', second: https.clientAuth === 'require' ? 'require' : 'want' };
}

/** The server's key and chain as TLS takes them. */
function serverCertificateOf({ serverKey }: StoreContents): ServerCertificate {
  return {
    key: serverKey.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    cert: serverKey.chain.map(certificateToPem).join(''),
  };
}

/** The numbers of one listener among those that processes tell one another. */
const ofListener = (numbers: OthersNumbers, name: string): OthersNumbers => ({
  add: (key, by) => numbers.add(`${name} ${key}`, by),
  onAdded: (listener) =>
    numbers.onAdded((key, by) => {
      if (key.startsWith(`${name} `)) listener(key.slice(name.length + 1), by);
    }),
});

/**
 * Builds the listeners: one, or with `[transport.mtls]` a second one that asks for certificates in its place.
 * @throws UnsafeProxyConfiguration, UnreadableAddressRange, UnusableHeaderName
 */
export function createTransport(options: TransportOptions): Transport {
  const { trust, events, metrics } = options;
  const { atStart, now, stores } = options.configuration;
  const { https, mtls } = atStart.transport;

  const proxySettings = () =>
    [
      { ...atStart.transport.proxy, ...now().transport.proxy },
      anchorsIn(stores().proxyCertificates),
    ] as const;
  const { others } = options;
  const work = createUnprovenWork(events, undefined, undefined, others?.costs);
  const configuredProxy = createConfiguredProxy(...proxySettings());

  const listener = (clientAuth: ClientAuth, name: string): HttpsListener =>
    createHttpsListener({
      ...(others && { connections: ofListener(others.connections, name) }),
      tickets: others && { shared: others.tickets, listener: name },
      serverCertificate: serverCertificateOf(stores()),
      clientAuth,
      admits: (presented) => configuredProxy.isPinned(presented) || trust.admits(presented),
      whyNotAdmitted: trust.whyNotAdmitted,
      minVersion: https.minimum_tls_version,
      tls12CipherSuites: https.tls12_cipher_suites,
      handshakeTimeoutMs: https.handshake_timeout * SECOND,
      requestTimeoutMs: https.request_timeout * SECOND,
      keepAliveTimeoutMs: https.keep_alive_timeout * SECOND,
      maxHeaderSize: https.max_header_size,
      maxConnections: https.max_connections,
      maxConnectionsPerAddress: https.max_connections_per_address,
      proxies: configuredProxy.addresses,
      work,
      responseTimeoutMs: https.response_timeout * SECOND,
      maxCertificateChainSize: https.max_certificate_chain_size,
      proxyProtocol: atStart.transport.proxy.proxy_protocol,
      events,
      metrics,
    });
  const clientAuth = clientAuthOf(atStart.transport);
  const main = listener(clientAuth.main, 'server');
  const second = clientAuth.second && listener(clientAuth.second, 'transport.mtls');
  const listeners = second ? [main, second] : [main];
  const asking = second ?? main;

  const presented = {
    presentedOn: asking.presentedOn,
    announcedOn: (socket: Socket) => main.announcedOn(socket) ?? second?.announcedOn(socket),
    configuredProxy,
  };

  const place = findingPlaces([atStart.server.base_url, mtls.base_url], () => now().aliases);
  const knownAs = new WeakMap<IncomingMessage, readonly string[]>();
  /** Has requests for addresses of this server and of others ask for the places that these are. */
  const placed =
    (handler: RequestListener): RequestListener =>
    (request, response) => {
      if (request.url !== undefined) {
        const { target, known_as } = place(request.url);
        request.url = target;
        if (known_as.length > 0) knownAs.set(request, known_as);
      }
      handler(request, response);
    };

  return {
    serverFor(handler) {
      const listening = placed(handler);
      second?.serverFor(listening);
      return main.serverFor(listening);
    },
    decideOrigins(app) {
      decideOrigins(app, {
        ...presented,
        knownAs: (request) => knownAs.get(request),
        askedElsewhere: (request) =>
          second === undefined || second.carries(request) ? undefined : mtls.base_url,
        admits: trust.admits,
        whyNotAdmitted: trust.whyNotAdmitted,
        events,
        metrics,
      });
      if (options.tracing) {
        const issuer = atStart.server.base_url;
        traceRequests(app, {
          tracing: options.tracing,
          issuer,
          isFromProxy: (request) => isFromProxy(request, presented),
        });
      }
      slowUnproven(app, { work, events });
    },
    mtlsBase: mtls.enable ? mtls.base_url : undefined,
    async listen() {
      const { port, bind } = atStart.server;
      await listening(main, { section: 'server', port, bind });
      if (second) await listening(second, { section: 'transport.mtls', port: mtls.port, bind });
    },
    follow() {
      configuredProxy.follow(...proxySettings());
      const serverCertificate = serverCertificateOf(stores());
      for (const each of listeners) each.replaceServerCertificate(serverCertificate);
    },
    endUnused() {
      for (const each of listeners) each.endUnused();
    },
    drain() {
      for (const each of listeners) each.drain();
    },
    async close() {
      await Promise.all(listeners.map((each) => each.close()));
    },
  };
}

/** @throws CannotListen */
async function listening(
  listener: HttpsListener,
  where: { readonly section: string; readonly port: number; readonly bind: string },
): Promise<void> {
  try {
    await listener.listen(where.port, where.bind);
  } catch (cause) {
    throw new CannotListen(where, cause);
  }
}
