import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { LiveSettings, StartSettings } from '../../config/settings.ts';
import { isAllAddresses, isLoopback, type Profile } from './examination.ts';
import { type Found, failed, named, warning } from './finding.ts';

type Settings = { readonly atStart: StartSettings; readonly now: LiveSettings; readonly profile: Profile };

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** A network, or an address as the network of it alone; undefined for a host name. */
function networkOf(entry: string): Network | undefined {
  if (entry.includes('/')) return ipaddr.isValidCIDR(entry) ? ipaddr.parseCIDR(entry) : undefined;
  if (isIP(entry) === 0) return undefined;
  const address = ipaddr.parse(entry);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

/** Wider than what one organisation has: of private addresses more than 10.0.0.0/8 or fd00::/8, of public ones a provider's. */
function isWide([address, bits]: Network): boolean {
  const isPublic = address.range() === 'unicast';
  return address.kind() === 'ipv4' ? bits < (isPublic ? 16 : 8) : bits < (isPublic ? 32 : 8);
}

const isOneHost = ([address, bits]: Network): boolean =>
  bits === (address.kind() === 'ipv4' ? 32 : 128) || address.range() === 'loopback';

const wideOf = (entries: readonly string[]): readonly string[] =>
  entries.filter((entry) => {
    const network = networkOf(entry);
    return network !== undefined && isWide(network);
  });

function proxyFindings({ now, profile }: Settings): readonly Found[] {
  const { trusted_addresses, pinned_certificate, certificate_header } = now.transport.proxy;
  const wide = wideOf(trusted_addresses);
  if (wide.length > 0) {
    const whom = `[transport.proxy] trusted_addresses has ${named(wide)}`;
    if (certificate_header !== undefined && pinned_certificate === undefined) {
      return [
        failed(
          'proxy_believed_from_anywhere',
          `${whom}, and certificate_header is believed from there: anybody can say any client certificate`,
        ),
      ];
    }
    if (pinned_certificate === undefined) {
      return [
        warning('proxy_believed_from_anywhere', `${whom}: anybody there can say any address of a client`),
      ];
    }
  }
  const networks = trusted_addresses.filter((entry) => {
    const network = networkOf(entry);
    return network !== undefined && !isOneHost(network);
  });
  const isLoose = certificate_header !== undefined && pinned_certificate === undefined && networks.length > 0;
  return profile === 'production' && isLoose
    ? [
        warning(
          'proxy_not_pinned',
          `certificate_header is believed from all of ${named(networks)}, for [transport.proxy] pinned_certificate is left out`,
        ),
      ]
    : [];
}

/** Whether an address to listen on is open to others than this machine and its own network. */
function isOpen(bind: string): boolean {
  if (isLoopback(bind)) return false;
  return isAllAddresses(bind) || (isIP(bind) !== 0 && ipaddr.process(bind).range() === 'unicast');
}

function listenerFindings({ atStart }: Settings): readonly Found[] {
  const { server, metrics, health } = atStart;
  const isLocalName = isLoopback(new URL(server.base_url).hostname);
  return [
    ...(metrics.enable && isOpen(metrics.bind)
      ? [warning('metrics_exposed', `metrics are served on ${metrics.bind}:${metrics.port}, to whoever asks`)]
      : []),
    // Where clients reach the server, they reach its probes too.
    ...(health.port !== undefined && isOpen(health.bind) && !isOpen(server.bind)
      ? [
          warning(
            'health_exposed',
            `[health] bind is ${health.bind}, and the server itself listens on ${server.bind}`,
          ),
        ]
      : []),
    ...(isLocalName && isOpen(server.bind)
      ? [
          warning(
            'localhost_on_all_addresses',
            `[server] bind is ${server.bind}, and the issuer is ${server.base_url}`,
          ),
        ]
      : []),
  ];
}

/** Who can get at what, or be taken for whom, by the addresses in deployment.toml. */
export function exposureFindings(settings: Settings): readonly Found[] {
  const allowed = wideOf(settings.now.outbound.allowed_addresses);
  return [
    ...listenerFindings(settings),
    ...proxyFindings(settings),
    ...(allowed.length === 0
      ? []
      : [warning('outbound_unlimited', `[outbound] allowed_addresses has ${named(allowed)}`)]),
  ];
}
