import { isIP } from 'node:net';

/** What a resolver configuration says of names that are not whole (resolv.conf(5)). */
export type SearchRules = {
  /** Domains that are put behind a name, in this order. */
  readonly search: readonly string[];
  /** A name with at least so many dots is asked for as it is first. */
  readonly ndots: number;
};

/** The C library reads no more. */
const MOST_SEARCH_DOMAINS = 6;
const MOST_NDOTS = 15;

const fieldsOf = (text: string): readonly (readonly string[])[] =>
  text.split('\n').map((line) => (line.split(/[#;]/, 1)[0] ?? '').trim().split(/\s+/));

/** The addresses that a hosts file (hosts(5)) gives a name, in its order; names compare without regard to case. */
export function addressesInHosts(text: string, hostname: string): readonly string[] {
  const wanted = hostname.toLowerCase();
  return fieldsOf(text).flatMap(([address = '', ...names]) =>
    isIP(address) !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [address] : [],
  );
}

/** Reads `search`, `domain` and `options ndots:n`; of several lines the last counts. */
export function searchRulesIn(text: string): SearchRules {
  let search: readonly string[] = [];
  let ndots = 1;
  for (const [keyword, ...values] of fieldsOf(text)) {
    if (keyword === 'search') search = values;
    if (keyword === 'domain') search = values.slice(0, 1);
    if (keyword !== 'options') continue;
    const stated = values.map((value) => /^ndots:(\d{1,3})$/.exec(value)?.[1]).find(Boolean);
    if (stated !== undefined) ndots = Math.min(Number(stated), MOST_NDOTS);
  }
  return {
    search: search
      .map((domain) => domain.replace(/\.$/, ''))
      .filter(Boolean)
      .slice(0, MOST_SEARCH_DOMAINS),
    ndots,
  };
}

/** The whole names that a name may stand for, in the order they are asked for; one that ends with a dot is whole. */
export function wholeNames(hostname: string, { search, ndots }: SearchRules): readonly string[] {
  if (hostname.endsWith('.')) return [hostname.slice(0, -1)];
  const searched = search.map((domain) => `${hostname}.${domain}`);
  const dots = hostname.split('.').length - 1;
  return dots >= ndots ? [hostname, ...searched] : [...searched, hostname];
}
