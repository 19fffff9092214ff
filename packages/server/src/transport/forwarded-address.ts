import { normalAddress, type TrustedAddresses } from './trusted-addresses.ts';

/** The header the proxy appends its client's address to. Only this one is read; the other comes from anyone. */
export type ForwardedAddressHeader = 'x-forwarded-for' | 'forwarded';

/** Most hops followed from the right. */
const MAXIMUM_HOPS = 20;

/**
 * The client's address among those the proxies in between have appended: read from the right, the first
 * that is no trusted proxy. What stands left of it is the client's own claim and is not read. An entry that
 * is no address (`unknown`, `_hidden`, garbage) ends the search at the hop before it.
 * @param lines the header's values in the order received
 * @returns `undefined` when not even the last entry is an address
 */
export function forwardedAddress(
  header: ForwardedAddressHeader,
  lines: readonly string[],
  trusted: TrustedAddresses,
): string | undefined {
  const hops = header === 'forwarded' ? forwardedFor(lines.join(',')) : lines.join(',').split(',');
  let nearest: string | undefined;
  for (const hop of hops.slice(-MAXIMUM_HOPS).reverse()) {
    const address = hopAddress(hop.trim());
    if (address === undefined) return nearest;
    nearest = address;
    if (!trusted.includes(address)) return address;
  }
  return nearest;
}

/** An address with or without a port; IPv6 with a port stands in brackets (RFC 7239 §6). */
function hopAddress(hop: string): string | undefined {
  const [, bracketed, dotted] = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/.exec(hop) ?? [];
  return normalAddress(bracketed ?? dotted ?? hop);
}

const FORWARDED_PAIR =
  /[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^",; \t]*))[ \t]*(;|,|$)/y;

/** The `for` of every element (RFC 7239 §4), empty where there is none; nothing if the syntax is broken. */
function forwardedFor(text: string): string[] {
  const hops: string[] = [];
  let hop = '';
  for (let at = 0; at < text.length; ) {
    FORWARDED_PAIR.lastIndex = at;
    const match = FORWARDED_PAIR.exec(text);
    if (match === null) return [];
    const [whole, key = '', quoted, plain = '', end] = match;
    if (key.toLowerCase() === 'for') hop = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    at += whole.length;
    if (end === ';') continue;
    hops.push(hop);
    hop = '';
  }
  return hops;
}
