import { isDeepStrictEqual } from 'node:util';
import type { CertificateHeaderFormatName } from '@countersign/forwarded-certificate';
import type { Certificate, PresentedCertificate } from '@countersign/x509';
import type { ForwardedAddressHeader } from './forwarded-address.ts';
import type { TrustedAddresses } from './trusted-addresses.ts';
import { createTrustedProxy, type TrustedProxy, type TrustedProxyOptions } from './trusted-proxy.ts';

/** `[transport.proxy]` of deployment.toml under its own names. */
export type ProxySettings = {
  readonly trusted_addresses: readonly string[];
  readonly certificate_header?: CertificateHeaderFormatName | undefined;
  readonly header_name?: string | undefined;
  readonly proxy_protocol: boolean;
  readonly client_address_header: ForwardedAddressHeader;
};

/** The proxies of now, which change while the server runs. */
export type ConfiguredProxy = {
  /** undefined while there are none */
  readonly proxy: TrustedProxy | undefined;
  /** The format whose header is believed, for the operator. */
  readonly format: CertificateHeaderFormatName | undefined;
  readonly addresses: TrustedAddresses;
  /** Whether a certificate is a proxy's own. */
  isPinned(presented: PresentedCertificate): boolean;
  /**
   * Takes up changed settings and pins; what was read of headers before is kept while they are the same.
   * @throws UnsafeProxyConfiguration, UnreadableAddressRange, UnusableHeaderName
   */
  follow(settings: ProxySettings, pins: readonly Certificate[]): void;
};

/** What is believed of proxies; `undefined` when there are none. */
export function trustedProxyOptions(
  settings: ProxySettings,
  pins: readonly Certificate[],
): TrustedProxyOptions | undefined {
  if (settings.trusted_addresses.length === 0 && pins.length === 0) return undefined;
  return {
    trustedAddresses: settings.trusted_addresses,
    pinnedCertificateThumbprints: pins.map(({ thumbprint }) => thumbprint),
    format: settings.certificate_header,
    headerName: settings.header_name,
    proxyProtocol: settings.proxy_protocol,
    forwardedAddressHeader: settings.client_address_header,
  };
}

/**
 * Follows what the deployment says of its proxies.
 * @param pins the certificates by which they are known; empty when they are known by address alone
 * @throws UnsafeProxyConfiguration, UnreadableAddressRange, UnusableHeaderName
 */
export function createConfiguredProxy(
  settings: ProxySettings,
  pins: readonly Certificate[],
): ConfiguredProxy {
  let believed: TrustedProxyOptions | undefined;
  let proxy: TrustedProxy | undefined;
  const follow = (...now: readonly [ProxySettings, readonly Certificate[]]) => {
    const wanted = trustedProxyOptions(...now);
    if (isDeepStrictEqual(wanted, believed)) return;
    proxy = wanted && createTrustedProxy(wanted);
    believed = wanted;
  };
  follow(settings, pins);
  return {
    get proxy() {
      return proxy;
    },
    get format() {
      return believed?.format;
    },
    addresses: {
      get isEmpty() {
        return proxy?.addresses.isEmpty ?? true;
      },
      includes: (address) => proxy?.addresses.includes(address) ?? false,
    },
    isPinned: ({ certificate: { thumbprint } }) =>
      believed?.pinnedCertificateThumbprints?.includes(thumbprint) ?? false,
    follow,
  };
}
