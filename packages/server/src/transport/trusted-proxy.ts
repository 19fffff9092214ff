import {
  CERTIFICATE_HEADERS,
  type CertificateHeaderFormatName,
  certificateHeaderFormat,
  excerptOf,
  type HeaderRefused,
  type HeaderValues,
} from '@countersign/forwarded-certificate';
import { Certificate, MalformedCertificate, type PresentedCertificate } from '@countersign/x509';
import { LRUCache } from 'lru-cache';
import { type ForwardedAddressHeader, forwardedAddress } from './forwarded-address.ts';
import { normalAddress, type TrustedAddresses, trustedAddresses } from './trusted-addresses.ts';

/** Thrown for a `[transport.proxy]` that would believe anyone, or nobody. */
export class UnsafeProxyConfiguration extends Error {
  override readonly name = 'UnsafeProxyConfiguration';
}

export type TrustedProxyOptions = {
  /** Addresses or CIDR ranges the proxy connects from. */
  readonly trustedAddresses: readonly string[];
  /** `Certificate.thumbprint` of the certificates the proxy presents to this server, several for rollover. */
  readonly pinnedCertificateThumbprints?: readonly string[] | undefined;
  /** The format the proxy writes; without it no header is believed. */
  readonly format?: CertificateHeaderFormatName | undefined;
  /** The certificate's header when it is not the format's own. */
  readonly headerName?: string | undefined;
  /** Connections begin with a PROXY protocol header, so the peer's address is the proxy's for every client. */
  readonly proxyProtocol: boolean;
  /** Where the client's address is read; `x-forwarded-for` unless said otherwise. */
  readonly forwardedAddressHeader?: ForwardedAddressHeader | undefined;
};

/** One request as its connection saw it. */
export type ProxiedRequest = {
  /** The address the TCP connection comes from. */
  readonly remoteAddress: string | undefined;
  /** The client's address from the PROXY protocol header of this connection, if there was one. */
  readonly announcedAddress?: string | undefined;
  /** The certificate the peer presented in this connection's TLS handshake. */
  readonly tlsCertificate?: Certificate | undefined;
  /** Names and values in turn, as received (`rawHeaders`), so that repetition shows. */
  readonly headers: readonly string[];
};

/**
 * Where the client's certificate of one request comes from. `dropped` names the certificate headers that
 * were not believed, lower-case: they came from a peer that is not the proxy, or in another format.
 */
export type ClientCertificateSource = { readonly dropped: readonly string[] } & (
  | { readonly kind: 'tls'; readonly certificate: Certificate }
  /** The same object for the same header from the same proxy, so that decisions can be remembered beside it. */
  | { readonly kind: 'header'; readonly presented: PresentedCertificate }
  | { readonly kind: 'none' }
  | HeaderRefused
);

/** What this server believes of the proxies in front of it. */
export type TrustedProxy = {
  readonly addresses: TrustedAddresses;
  readonly certificateFor: (request: ProxiedRequest) => ClientCertificateSource;
  /** The client's address for logs and rate limits, in one spelling; never a basis of authentication. */
  readonly clientAddressFor: (request: ProxiedRequest) => string | undefined;
  /** Whether the peer of the connection is the proxy, so that what its headers say beside is believed. */
  readonly isProxy: (request: ProxiedRequest) => boolean;
};

/** Parsed headers remembered: one entry a client certificate in use. */
const REMEMBERED = 512;

/**
 * Decides, for every request, whose certificate counts.
 *
 * The peer of a connection **is the proxy** when its address lies in `trustedAddresses` (if any are given) and
 * - certificates are pinned: it presented one of them in the TLS handshake; or
 * - none is pinned: it presented no TLS certificate, and the listener does not take the PROXY protocol.
 *
 * Then:
 * 1. The proxy's header of the configured format is the client's certificate. Without it there is none.
 * 2. A pinned certificate is the proxy's own and never a client's, wherever it comes from.
 * 3. A peer from a trusted address that presents a certificate which is not pinned, and such a header
 *    beside it, is refused: two certificates claim to be the client's.
 * 4. From any other peer the header is dropped and named in `dropped`; its TLS certificate, if any, counts.
 * 5. Headers of other formats are dropped and named, whoever sends them.
 * 6. A header that cannot be read in exactly one way is refused, and never means "no certificate".
 *
 * Behind PROXY protocol every client's TLS ends here and seems to come from the proxy's address, so an
 * address proves nothing about who wrote a header: there only a pinned certificate makes a peer the proxy.
 *
 * `X-Forwarded-Host`, `-Proto`, `-Port` and `-Prefix` are read nowhere: issuer and URLs come from the configuration.
 *
 * @throws UnsafeProxyConfiguration, UnreadableAddressRange, UnusableHeaderName
 */
export function createTrustedProxy(options: TrustedProxyOptions): TrustedProxy {
  const addresses = trustedAddresses(options.trustedAddresses);
  const pins = new Set(options.pinnedCertificateThumbprints ?? []);
  const { proxyProtocol, forwardedAddressHeader = 'x-forwarded-for' } = options;
  refuseUnsafe(options, addresses, pins);
  const format =
    options.format === undefined ? undefined : certificateHeaderFormat(options.format, options.headerName);
  const ownHeaders = new Set(format?.headers ?? []);
  const remembered = new LRUCache<string, PresentedCertificate>({ max: REMEMBERED });

  const fromTrustedAddress = ({ remoteAddress }: ProxiedRequest) =>
    addresses.isEmpty || addresses.includes(remoteAddress);
  const isPinned = ({ tlsCertificate }: ProxiedRequest) =>
    tlsCertificate !== undefined && pins.has(tlsCertificate.thumbprint);
  const isProxy = (request: ProxiedRequest) =>
    fromTrustedAddress(request) &&
    (pins.size > 0 ? isPinned(request) : request.tlsCertificate === undefined && !proxyProtocol);

  const certificateFor = (request: ProxiedRequest): ClientCertificateSource => {
    const { tlsCertificate, remoteAddress = '' } = request;
    const { own, other } = certificateHeaders(request.headers, ownHeaders);
    if (isProxy(request)) {
      if (format === undefined || own.size === 0) return { kind: 'none', dropped: other };
      const proxy = normalAddress(remoteAddress) ?? remoteAddress;
      const key = JSON.stringify([proxy, ...own]);
      const known = remembered.get(key);
      if (known !== undefined) return { kind: 'header', presented: known, dropped: other };
      const header = format.parse(own);
      if (header.kind === 'absent') return { kind: 'none', dropped: other };
      if (header.kind === 'refused') return { ...header, dropped: other };
      const presented = certificatesOf(header.certificateDer, header.chainDer, header.header, proxy);
      if (presented === undefined) {
        const [value = ''] = own.get(header.header) ?? [];
        const reason = 'is not an X.509 certificate, or one of its chain is not';
        return { kind: 'refused', header: header.header, reason, excerpt: excerptOf(value), dropped: other };
      }
      remembered.set(key, presented);
      return { kind: 'header', presented, dropped: other };
    }
    if (tlsCertificate !== undefined && !isPinned(request) && fromTrustedAddress(request)) {
      const header = format?.parse(own) ?? { kind: 'absent' };
      if (header.kind !== 'absent') {
        const reason =
          'stands beside the TLS certificate of a peer that is not the pinned proxy; pin the proxy certificate, ' +
          'or let the proxy present none';
        const [value = ''] = own.get(header.header) ?? [];
        return { kind: 'refused', header: header.header, reason, excerpt: excerptOf(value), dropped: other };
      }
    }
    const dropped = [...own.keys(), ...other];
    return tlsCertificate === undefined || isPinned(request)
      ? { kind: 'none', dropped }
      : { kind: 'tls', certificate: tlsCertificate, dropped };
  };

  const clientAddressFor = (request: ProxiedRequest): string | undefined => {
    const nearest = request.announcedAddress ?? request.remoteAddress;
    const forwarded = isProxy(request)
      ? forwardedAddress(forwardedAddressHeader, linesOf(request.headers, forwardedAddressHeader), addresses)
      : undefined;
    return forwarded ?? (nearest === undefined ? undefined : (normalAddress(nearest) ?? nearest));
  };

  return { addresses, certificateFor, clientAddressFor, isProxy };
}

function refuseUnsafe(
  options: TrustedProxyOptions,
  addresses: TrustedAddresses,
  pins: ReadonlySet<string>,
): void {
  const { format, headerName, proxyProtocol } = options;
  if (format === undefined && headerName !== undefined) {
    throw new UnsafeProxyConfiguration('header_name needs certificate_header, the format of its value');
  }
  if (format !== undefined && addresses.isEmpty && pins.size === 0) {
    throw new UnsafeProxyConfiguration(
      'certificate_header needs trusted_addresses or pinned_certificate; otherwise anyone could send it',
    );
  }
  if (proxyProtocol && addresses.isEmpty) {
    throw new UnsafeProxyConfiguration(
      'proxy_protocol needs trusted_addresses; otherwise anyone could feign an address',
    );
  }
  if (proxyProtocol && format !== undefined && pins.size === 0) {
    throw new UnsafeProxyConfiguration(
      'certificate_header together with proxy_protocol needs pinned_certificate: ' +
        'clients passed through come from the address of the proxy too, and could send the header themselves',
    );
  }
}

/** Certificate headers with a value, lower-case: those of the configured format, and the names of all others. */
function certificateHeaders(
  headers: readonly string[],
  ownHeaders: ReadonlySet<string>,
): { readonly own: HeaderValues; readonly other: readonly string[] } {
  const own = new Map<string, string[]>();
  const other = new Set<string>();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]?.toLowerCase() ?? '';
    const value = headers[i + 1] ?? '';
    if (ownHeaders.has(name)) {
      const lines = own.get(name);
      if (lines === undefined) own.set(name, [value]);
      else lines.push(value);
    } else if (value !== '' && CERTIFICATE_HEADERS.has(name)) other.add(name);
  }
  for (const [name, lines] of own) if (lines.every((line) => line === '')) own.delete(name);
  return { own, other: [...other] };
}

function linesOf(headers: readonly string[], name: string): string[] {
  const lines: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === name) lines.push(headers[i + 1] ?? '');
  }
  return lines;
}

function certificatesOf(
  der: Uint8Array,
  chain: readonly Uint8Array[],
  header: string,
  proxy: string,
): PresentedCertificate | undefined {
  try {
    return {
      certificate: Certificate.fromDer(der),
      chain: chain.map((each) => Certificate.fromDer(each)),
      source: { kind: 'header', header, proxy },
    };
  } catch (error) {
    if (error instanceof MalformedCertificate) return undefined;
    throw error;
  }
}
