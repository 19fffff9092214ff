import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Thrown when a configured address is neither an IP address nor a CIDR range. */
export class UnreadableAddressRange extends Error {
  override readonly name = 'UnreadableAddressRange';
}

/** A set of addresses, given as ranges. */
export type TrustedAddresses = {
  readonly isEmpty: boolean;
  /** False for anything that is not an IP address. IPv4 written inside IPv6 counts as IPv4. */
  readonly includes: (address: string | undefined) => boolean;
};

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Reads ranges as `10.0.0.0/8`, `fd00::/8`, or a single address. Bits beyond the prefix must be zero: `10.0.0.1/8`
 * is more likely a slip than a wish to trust sixteen million addresses.
 * @throws UnreadableAddressRange
 */
export function trustedAddresses(ranges: readonly string[]): TrustedAddresses {
  const parsed = ranges.map(parseRange);
  return {
    isEmpty: parsed.length === 0,
    includes: (address) => {
      if (address === undefined || parsed.length === 0) return false;
      const presented = parseAddress(address);
      return presented !== undefined && parsed.some((range) => inRange(presented, range));
    },
  };
}

/**
 * The one spelling of an IP address by which it is compared and logged: IPv4 inside IPv6 as IPv4, no
 * zone, IPv6 shortened (RFC 5952). `undefined` for anything else, also for IPv4 in octal or hexadecimal.
 */
export function normalAddress(text: string): string | undefined {
  return parseAddress(text)?.toString();
}

function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const withoutZone = text.replace(/%.*$/, '');
  return isIP(withoutZone) === 0 ? undefined : ipaddr.process(withoutZone);
}

function parseRange(text: string): Range {
  const [address = '', prefix, ...rest] = text.split('/');
  const first = isIP(address) === 0 ? undefined : ipaddr.parse(address);
  const bits = first?.kind() === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (first === undefined || rest.length > 0 || !(length <= bits)) {
    throw new UnreadableAddressRange(`"${text}" is neither an IP address nor a range such as 10.0.0.0/8`);
  }
  const network = networkAddress(first, length);
  if (network !== first.toNormalizedString()) {
    throw new UnreadableAddressRange(`"${text}" has bits beyond its prefix; write ${network}/${length}`);
  }
  if (first.kind() === 'ipv6' && length >= 96) {
    const inner = ipaddr.process(address);
    if (inner.kind() === 'ipv4') return [inner, length - 96];
  }
  return [first, length];
}

function networkAddress(address: ipaddr.IPv4 | ipaddr.IPv6, length: number): string {
  const bytes = address.toByteArray().map((byte, i) => {
    const kept = Math.min(8, Math.max(0, length - i * 8));
    return byte & (0xff << (8 - kept));
  });
  return ipaddr.fromByteArray(bytes).toNormalizedString();
}

function inRange(address: ipaddr.IPv4 | ipaddr.IPv6, [network, length]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, length);
}
