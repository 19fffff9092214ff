import ipaddr from 'ipaddr.js';

/** Thrown when an entry of the allowed addresses is neither an address, an address block nor a host name. */
export class MalformedAddressRule extends Error {
  override readonly name = 'MalformedAddressRule';
  readonly presented: string;

  constructor(presented: string) {
    super(
      `"${presented}" is neither an IP address, an address block (10.0.0.0/8, fd00::/8) nor a host name (keys.example.com)`,
    );
    this.presented = presented;
  }
}

export type AddressVerdict =
  | { readonly allowed: true }
  /** `range` names the special-purpose range the address lies in, e.g. `loopback`. */
  | { readonly allowed: false; readonly range: string };

/** Whether `address`, one of those that `hostname` resolves to, may be connected to. */
export type AddressPolicy = (hostname: string, address: string) => AddressVerdict;

type Address = ReturnType<typeof ipaddr.parse>;
type Block = ReturnType<typeof ipaddr.parseCIDR>;

const HOST_NAME =
  /^(?!.*\.\d+$)(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** The IPv6 addresses that are handed out to the public Internet (RFC 4291 §2.4 as assigned by IANA). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** Public by their number, yet a cloud's own services answer there: Azure's platform address. */
const CLOUD_METADATA: readonly string[] = ['168.63.129.16'];

const normalHost = (hostname: string): string => hostname.toLowerCase().replace(/\.$/, '');

const isWithin = (address: Address, [network, bits]: Block): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

/** The special-purpose range of an address, or undefined when it is a public one. */
function specialRangeOf(address: Address): string | undefined {
  if (CLOUD_METADATA.includes(address.toString())) return 'cloudMetadata';
  const range = address.range();
  if (range !== 'unicast') return range;
  return address.kind() === 'ipv4' || isWithin(address, GLOBAL_UNICAST) ? undefined : 'unassigned';
}

function parseRule(entry: string): { readonly block: Block } | { readonly host: string } {
  const text = entry.trim();
  const bare = text.replace(/^\[(.*)\]$/, '$1');
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)) {
    return { block: ipaddr.parseCIDR(text) };
  }
  if (ipaddr.IPv4.isValidFourPartDecimal(bare) || ipaddr.IPv6.isValid(bare)) {
    const address = ipaddr.parse(bare);
    return { block: [address, address.kind() === 'ipv4' ? 32 : 128] };
  }
  const host = normalHost(text);
  if (!HOST_NAME.test(host)) throw new MalformedAddressRule(entry);
  return { host };
}

/**
 * Makes the rule of where this server may connect on another's word: public unicast addresses, and
 * what the configuration allows besides. Loopback, private, link-local, shared (CGNAT), multicast,
 * documentation, translated (IPv4-mapped, NAT64, 6to4, Teredo) and cloud metadata addresses are not public.
 * @param allowed IP addresses, address blocks in CIDR form, and exact host names
 * @throws MalformedAddressRule
 */
export function createAddressPolicy(allowed: readonly string[]): AddressPolicy {
  const rules = allowed.map(parseRule);
  const blocks = rules.flatMap((rule) => ('block' in rule ? [rule.block] : []));
  const hosts = new Set(rules.flatMap((rule) => ('host' in rule ? [rule.host] : [])));

  return (hostname, address) => {
    if (hosts.has(normalHost(hostname))) return { allowed: true };
    if (!ipaddr.isValid(address)) return { allowed: false, range: 'notAnAddress' };
    const written = ipaddr.parse(address);
    const embedded = ipaddr.process(address);
    if (blocks.some((block) => isWithin(written, block) || isWithin(embedded, block)))
      return { allowed: true };
    const range = specialRangeOf(written);
    return range === undefined ? { allowed: true } : { allowed: false, range };
  };
}
