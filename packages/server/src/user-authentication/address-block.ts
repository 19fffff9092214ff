import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IPv6 site may choose among 2^64 addresses of its own (RFC 4291 §2.5.4). */
const SITE_OCTETS = 8;

/**
 * What counts as one place when attempts are counted: an IPv4 address, or the /64 of an IPv6 address, whose holder
 * would otherwise have a fresh address for every attempt.
 * @returns the text itself when it is no address
 */
export function addressBlock(remote_address: string): string {
  const address = remote_address.replace(/%.*$/, '');
  if (!isIPv6(address)) return remote_address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const octets = parsed.toByteArray().map((octet, index) => (index < SITE_OCTETS ? octet : 0));
  return `${ipaddr.fromByteArray(octets)}/64`;
}
