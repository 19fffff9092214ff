import type { FastifyReply } from 'fastify';

/**
 * A cookie that only this host sets and reads, over TLS alone (RFC 6265bis §4.1.3.2, the prefix `__Host-`), out of
 * scripts' reach. It ends with the browser, unless it is given an age: what it names has its own lifetime in storage.
 */
export type HostCookie = {
  /** The value of the cookie in a Cookie header; undefined when absent. */
  read(header: string | undefined): string | undefined;
  /** The value that a reply gives the browser; undefined when it gives none. */
  givenBy(reply: FastifyReply): string | undefined;
  set(reply: FastifyReply, value: string): void;
  clear(reply: FastifyReply): void;
};

/**
 * @param name what follows the prefix `__Host-`
 * @param maxAgeS how long the browser keeps it, in seconds
 */
export function hostCookie(name: string, { maxAgeS }: { readonly maxAgeS?: number } = {}): HostCookie {
  const full = `__Host-${name}`;
  const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';
  const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;

  /** The value in the first of some pairs of name and value that is of this cookie. */
  const valueIn = (pairs: readonly string[]): string | undefined => {
    for (const pair of pairs) {
      const at = pair.indexOf('=');
      if (at > 0 && pair.slice(0, at).trim() === full) return pair.slice(at + 1).trim();
    }
    return undefined;
  };

  return {
    read: (header) => valueIn((header ?? '').split(';')),
    givenBy: (reply) =>
      valueIn(
        [reply.getHeader('set-cookie') ?? []].flat().map((line) => String(line).split(';', 1)[0] ?? ''),
      ),
    set: (reply, value) => {
      reply.header('set-cookie', `${full}=${value}; ${attributes}${age}`);
    },
    clear: (reply) => {
      reply.header('set-cookie', `${full}=; ${attributes}; Max-Age=0`);
    },
  };
}
