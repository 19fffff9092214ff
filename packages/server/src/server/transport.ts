import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';
import { isDeepStrictEqual } from 'node:util';
import { CERTIFICATE_HEADERS } from '@countersign/forwarded-certificate';
import type { PresentedCertificate } from '@countersign/x509';
import type { FollowedConfiguration, StoreContents } from '../config/configuration.ts';
import type { LiveSettings, StartSettings } from '../config/settings.ts';
import type { OriginOf } from '../endpoint/endpoint.ts';
import { describeCertificate } from '../event/describe-certificate.ts';
import { Refusal } from '../refusal/refusal.ts';
import { type ClientAuth, createHttpsListener, type HttpsListener } from '../transport/https-listener.ts';
import { normalAddress, type TrustedAddresses } from '../transport/trusted-addresses.ts';
import {
  type ClientCertificateSource,
  createTrustedProxy,
  type ProxiedRequest,
  type TrustedProxy,
  type TrustedProxyOptions,
} from '../transport/trusted-proxy.ts';
import { CannotListen } from './cannot-listen.ts';
import type { OpenHome } from './open-home.ts';
import { anchorsIn, serverCertificateOf, type Trust } from './trust.ts';

/** The listeners of a deployment, and what is known about the requests that come in on them. */
export type Transport = {
  /** For Fastify's `serverFactory`: one handler for every listener. */
  serverFor(handler: RequestListener): Server;
  readonly originOf: OriginOf;
  /** The URL of the listener that asks for certificates, where it is not the main one (RFC 8705 §5). */
  readonly mtlsBase: string | undefined;
  /** @throws CannotListen */
  listen(): Promise<void>;
  /** Takes up a changed deployment or store. */
  follow(): void;
  /** Takes no more connections and ends the open ones when their requests have been answered. */
  close(): Promise<void>;
};

export type TransportOptions = Pick<OpenHome, 'events' | 'metrics'> & {
  readonly configuration: Pick<FollowedConfiguration, 'atStart' | 'now' | 'stores'>;
  readonly trust: Pick<Trust, 'admits'>;
};

const SECOND = 1000;

/** What is believed of proxies; `undefined` when there are none. */
export function trustedProxyOptions(
  proxy: StartSettings['transport']['proxy'] & LiveSettings['transport']['proxy'],
  { proxyCertificates }: Pick<StoreContents, 'proxyCertificates'>,
): TrustedProxyOptions | undefined {
  if (proxy.trusted_addresses.length === 0 && proxyCertificates.length === 0) return undefined;
  return {
    trustedAddresses: proxy.trusted_addresses,
    pinnedCertificateThumbprints: anchorsIn(proxyCertificates).map(({ thumbprint }) => thumbprint),
    format: proxy.certificate_header,
    headerName: proxy.header_name,
    proxyProtocol: proxy.proxy_protocol,
    forwardedAddressHeader: proxy.client_address_header,
  };
}

/**
 * Builds the listeners: one, or with `[transport.mtls]` a second one that asks for certificates in its place.
 * @throws UnsafeProxyConfiguration, UnreadableAddressRange, UnusableHeaderName
 */
export function createTransport(options: TransportOptions): Transport {
  const { trust, events, metrics } = options;
  const { atStart, now, stores } = options.configuration;
  const { https, mtls } = atStart.transport;

  const believedNow = () =>
    trustedProxyOptions({ ...atStart.transport.proxy, ...now().transport.proxy }, stores());
  let believed = believedNow();
  let proxy: TrustedProxy | undefined = believed && createTrustedProxy(believed);

  const proxies: TrustedAddresses = {
    get isEmpty() {
      return proxy?.addresses.isEmpty ?? true;
    },
    includes: (address) => proxy?.addresses.includes(address) ?? false,
  };
  const isPinnedProxy = ({ certificate: { thumbprint } }: PresentedCertificate) =>
    believed?.pinnedCertificateThumbprints?.includes(thumbprint) ?? false;

  const listener = (clientAuth: ClientAuth): HttpsListener =>
    createHttpsListener({
      serverCertificate: serverCertificateOf(stores()),
      clientAuth,
      admits: (presented) => isPinnedProxy(presented) || trust.admits(presented),
      minVersion: https.minimum_tls_version,
      tls12CipherSuites: https.tls12_cipher_suites,
      handshakeTimeoutMs: https.handshake_timeout * SECOND,
      requestTimeoutMs: https.request_timeout * SECOND,
      keepAliveTimeoutMs: https.keep_alive_timeout * SECOND,
      maxHeaderSize: https.max_header_size,
      maxConnections: https.max_connections,
      maxConnectionsPerAddress: https.max_connections_per_address,
      proxies,
      proxyProtocol: atStart.transport.proxy.proxy_protocol,
      events,
      metrics,
    });
  const main = listener(mtls.enable ? 'none' : https.clientAuth);
  const second = mtls.enable ? listener(https.clientAuth === 'require' ? 'require' : 'want') : undefined;
  const listeners = second ? [main, second] : [main];
  const asking = second ?? main;

  /** Requests whose dropped headers are counted: several parts of the server may ask for the origin of one. */
  const counted = new WeakSet<object>();
  const countDropped = (request: object, dropped: readonly string[], remote_address: string) => {
    if (dropped.length === 0 || counted.has(request)) return;
    counted.add(request);
    for (const header of dropped) metrics.certificateHeadersDropped.inc({ header });
    events.recordSampled('certificate_header.dropped', 'refused', () => ({
      because: 'certificate_header_refused',
      remote_address,
      evidence: {
        presented: dropped,
        expected: believed?.format === undefined ? 'none' : `${believed.format}, from the trusted proxy only`,
      },
    }));
  };

  const admitted = (
    candidate: PresentedCertificate | undefined,
    remote_address: string,
  ): PresentedCertificate | undefined => {
    if (!candidate || trust.admits(candidate)) return candidate;
    events.recordSampled('certificate.not_admitted', 'refused', () => ({
      because: 'certificate_not_admitted',
      certificate: describeCertificate(candidate),
      remote_address,
    }));
    return undefined;
  };

  const originOf: OriginOf = ({ raw }) => {
    const presented = asking.presentedOn(raw);
    const remoteAddress = raw.socket.remoteAddress;
    if (proxy === undefined) {
      const remote_address = addressText(remoteAddress);
      countDropped(raw, certificateHeadersIn(raw.headers), remote_address);
      return { certificate: admitted(presented, remote_address), remote_address };
    }
    const proxied: ProxiedRequest = {
      remoteAddress,
      announcedAddress: main.announcedOn(raw.socket) ?? second?.announcedOn(raw.socket),
      tlsCertificate: presented?.certificate,
      headers: raw.rawHeaders,
    };
    const source = proxy.certificateFor(proxied);
    const remote_address = proxy.clientAddressFor(proxied) ?? 'unknown';
    countDropped(raw, source.dropped, remote_address);
    return {
      certificate: admitted(presentedIn(source, presented, addressText(remoteAddress)), remote_address),
      remote_address,
    };
  };

  return {
    serverFor(handler) {
      second?.serverFor(handler);
      return main.serverFor(handler);
    },
    originOf,
    mtlsBase: mtls.enable ? mtls.base_url : undefined,
    async listen() {
      const { port, bind } = atStart.server;
      await listening(main, { section: 'server', port, bind });
      if (second) await listening(second, { section: 'transport.mtls', port: mtls.port, bind });
    },
    follow() {
      const wanted = believedNow();
      if (!isDeepStrictEqual(wanted, believed)) {
        proxy = wanted && createTrustedProxy(wanted);
        believed = wanted;
      }
      const serverCertificate = serverCertificateOf(stores());
      for (const each of listeners) each.replaceServerCertificate(serverCertificate);
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

/** @throws Refusal when a certificate header must not be believed */
function presentedIn(
  source: ClientCertificateSource,
  inTls: PresentedCertificate | undefined,
  proxy: string,
): PresentedCertificate | undefined {
  switch (source.kind) {
    case 'tls':
      return inTls;
    case 'header':
      return source.presented;
    case 'none':
      return undefined;
    case 'refused': {
      const { header, reason, excerpt } = source;
      throw new Refusal(
        'invalid_request',
        'The client certificate header of this request cannot be accepted.',
        'certificate_header_refused',
        { header, why: `${header} ${reason}`, presented: excerpt, proxy },
      );
    }
  }
}

const NONE: readonly string[] = [];

/** Names of certificate headers with a value, on the way of every request: there are hardly ever any. */
function certificateHeadersIn(headers: Readonly<Record<string, unknown>>): readonly string[] {
  let found: string[] | undefined;
  for (const name in headers) {
    if (CERTIFICATE_HEADERS.has(name) && headers[name] !== '') {
      found ??= [];
      found.push(name);
    }
  }
  return found ?? NONE;
}

/** IPv4 that came in on an IPv6 socket as IPv4. */
function addressText(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return address.startsWith('::ffff:') ? (normalAddress(address) ?? address) : address;
}
