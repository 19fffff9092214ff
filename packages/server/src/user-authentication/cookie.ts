import type { FastifyReply } from 'fastify';

/**
 * A cookie that only this host sets and reads, over TLS alone (RFC 6265bis §4.1.3.2, the prefix `__Host-`), out of
 * scripts' reach unless they are to read it. It ends with the browser, unless it is given an age: what it names has its own lifetime in storage.
 */
export type HostCookie = {
  /** The value of the cookie in a Cookie header; undefined when absent. */
  read(header: string | undefined): string | undefined;
  /** The value that a reply gives the browser; undefined when it gives none. */
  givenBy(reply: FastifyReply): string | undefined;
  set(reply: FastifyReply, value: string): void;
  clear(reply: FastifyReply): void;
};

/** A cookie as {@link HostCookie}, of which a browser may hold several beside one another, told apart by a tag. */
export type HostCookies = {
  /** The tags and values in a Cookie header, as browsers send them: the oldest first (RFC 6265 §5.4). */
  read(header: string | undefined): readonly { readonly tag: string; readonly value: string }[];
  set(reply: FastifyReply, tag: string, value: string): void;
  clear(reply: FastifyReply, tag: string): void;
};

type Kept = {
  readonly maxAgeS?: number;
  /** Scripts of this host read it too, where it is no secret and they are told by it. */
  readonly readBy?: 'scripts';
};

const fullName = (name: string) => `__Host-${name}`;

function pairsOf(header: string | undefined): readonly (readonly [name: string, value: string])[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const] : [];
  });
}

const setLine = (reply: FastifyReply, name: string, value: string, { maxAgeS, readBy }: Kept): void => {
  const age = maxAgeS === undefined ? '' : `; Max-Age=${maxAgeS}`;
  const reach = readBy === 'scripts' ? '' : '; HttpOnly';
  reply.header('set-cookie', `${name}=${value}; Path=/; Secure${reach}; SameSite=Lax${age}`);
};

/**
 * @param name what follows the prefix `__Host-`
 * @param kept how long the browser keeps it, in seconds
 */
export function hostCookie(name: string, kept: Kept = {}): HostCookie {
  const full = fullName(name);
  const valueIn = (header: string | undefined): string | undefined =>
    pairsOf(header).find(([of]) => of === full)?.[1];
  return {
    read: valueIn,
    givenBy: (reply) => {
      const lines = [reply.getHeader('set-cookie') ?? []].flat().map(String);
      return valueIn(lines.map((line) => line.split(';', 1)[0]).join(';'));
    },
    set: (reply, value) => setLine(reply, full, value, kept),
    clear: (reply) => setLine(reply, full, '', { maxAgeS: 0 }),
  };
}

/**
 * @param name what follows the prefix `__Host-`, and stands before the tag
 * @param kept how long the browser keeps each, in seconds
 */
export function hostCookies(name: string, kept: Kept): HostCookies {
  const prefix = `${fullName(name)}-`;
  return {
    read: (header) =>
      pairsOf(header)
        .filter(([of]) => of.startsWith(prefix))
        .map(([of, value]) => ({ tag: of.slice(prefix.length), value })),
    set: (reply, tag, value) => setLine(reply, `${prefix}${tag}`, value, kept),
    clear: (reply, tag) => setLine(reply, `${prefix}${tag}`, '', { maxAgeS: 0 }),
  };
}
