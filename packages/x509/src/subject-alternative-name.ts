import ipaddr from 'ipaddr.js';

/** One label of a host name: letters, digits and inner hyphens, 63 at most (RFC 1034 §3.5, RFC 1123 §2.1). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

const LABEL_WITH_UNDERSCORES = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * Why a dNSName is not in the preferred name syntax that RFC 5280 §4.2.1.6 asks for; undefined when it is.
 * One `*` may stand as the whole leftmost label with a name after it.
 * @param underscores whether they pass as letters: no harm in comparisons, though not in the syntax
 */
export function dnsNameProblem(name: string, underscores = false): string | undefined {
  if (name.length > 253) return `${name.length} characters`;
  const labels = name.split('.');
  const named = labels[0] === '*' ? labels.slice(1) : labels;
  if (named.length === 0) return 'a wildcard alone';
  const syntax = underscores ? LABEL_WITH_UNDERSCORES : LABEL;
  const odd = named.find((label) => !syntax.test(label));
  if (odd !== undefined) return odd === '' ? 'an empty label' : `the label ${JSON.stringify(odd)}`;
  return ipaddr.IPv4.isValid(name) ? 'an IP address' : undefined;
}

/**
 * The parts of a mailbox, `local@domain`; undefined for anything else. Quoted local parts are not read: no
 * constraint or registration could name one safely.
 */
export function mailboxParts(email: string): { local: string; domain: string } | undefined {
  const [local, domain, ...more] = email.split('@');
  if (!local || !domain || more.length > 0 || /["\s]/.test(local)) return undefined;
  return dnsNameProblem(domain) === undefined && !domain.startsWith('*') ? { local, domain } : undefined;
}

/** Scheme, then the host of an authority, after user information and before a port (RFC 3986 §3.2). */
const AUTHORITY = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^/?#:@[\]]*)(?::\d*)?(?:[/?#]|$)/i;

/** The host of a URI's authority, as written; undefined when it has no authority. */
export const uriHost = (uri: string): string | undefined => AUTHORITY.exec(uri)?.[1] || undefined;

/**
 * The canonical text of an address: dotted decimal with four parts, or RFC 5952. Undefined for anything else,
 * short and octal IPv4 forms and zones included.
 */
export function canonicalAddress(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toString();
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  return ipaddr.IPv6.parse(text).toRFC5952String();
}
