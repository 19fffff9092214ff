import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { addressesInHosts, searchRulesIn, wholeNames } from './hosts-file.ts';

/**
 * All addresses of a host name.
 * @param signal ends the questions under way at once
 * @throws an error with the `code` of the name server's answer, such as `ENOTFOUND` or `ETIMEOUT`
 */
export type ResolveName = (hostname: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

export type NameResolverOptions = {
  /** Name servers by IP address, with a port when it is not 53; those of the operating system when absent. */
  readonly nameServers?: readonly string[] | undefined;
  /** Asked before the name servers. Default: that of the operating system. */
  readonly hostsFile?: string;
  /** Whose `search` and `ndots` count. Default `/etc/resolv.conf`. */
  readonly resolverFile?: string;
};

/** Milliseconds a name server has for its first answer; the second try gets twice as long. */
const TIMEOUT_MS = 1000;
const TRIES = 2;
/** Once one family of addresses is known, how much longer the other is waited for (RFC 8305 §3), milliseconds. */
const OTHER_FAMILY_MS = 250;

const HOSTS_FILE =
  process.platform === 'win32'
    ? `${process.env.SystemRoot ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
    : '/etc/hosts';

/** RFC 6761 §6.3: never asked of a name server. */
const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA');

/** The addresses of one whole name, IPv4 first, or why there are none. */
async function ask(resolver: Resolver, name: string): Promise<readonly LookupAddress[]> {
  const found: LookupAddress[] = [];
  const add = (addresses: readonly string[], family: number) => {
    for (const address of addresses) found.push({ address, family });
  };
  const families = [
    resolver.resolve4(name).then((addresses) => add(addresses, 4)),
    resolver.resolve6(name).then((addresses) => add(addresses, 6)),
  ];
  const both = Promise.allSettled(families);
  const one = Promise.any(families).then(
    () => delay(OTHER_FAMILY_MS, undefined, { ref: false }),
    () => both,
  );
  await Promise.race([both, one]);
  if (found.length > 0) return found.toSorted((a, b) => a.family - b.family);
  const failures = (await both).flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  throw failures.find((error) => !isNotFound(error)) ?? failures[0];
}

/**
 * Makes a resolver that asks name servers itself, each question with a time limit of its own and ended with the
 * request that needs it. The operating system's `getaddrinfo` would hold one of a few threads for as long as a name
 * server is silent, and everybody else's look-ups with it. The hosts file, `localhost`, search domains and `ndots`
 * count as they do there; other sources of names (mDNS, LDAP) do not.
 */
export function createNameResolver(options: NameResolverOptions = {}): ResolveName {
  const { nameServers = [], hostsFile = HOSTS_FILE, resolverFile = '/etc/resolv.conf' } = options;

  return async (hostname, signal) => {
    const name = hostname.replace(/\.$/, '');
    const written = addressesInHosts(await textOf(hostsFile), name);
    if (written.length > 0) return written.map((address) => ({ address, family: isIP(address) }));
    if (/^(?:.*\.)?localhost$/i.test(name)) return LOOPBACK;
    const names = wholeNames(hostname, searchRulesIn(await textOf(resolverFile)));
    signal.throwIfAborted();
    // One for each name: to cancel its questions is to cancel this name's alone, and changed servers count at once.
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
    if (nameServers.length > 0) resolver.setServers(nameServers);
    const cancel = () => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      let failure: unknown;
      for (const each of names) {
        try {
          return await ask(resolver, each);
        } catch (error) {
          signal.throwIfAborted();
          failure = error;
          // A name server that is silent for one name is not asked for the next.
          if (!isNotFound(error)) break;
        }
      }
      throw failure;
    } finally {
      signal.removeEventListener('abort', cancel);
      resolver.cancel();
    }
  };
}
