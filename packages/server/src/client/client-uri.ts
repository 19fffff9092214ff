import { createAddressPolicy } from '../outbound/address-policy.ts';
import type { ClientMetadata } from './client-metadata.ts';

/** Which schemes a URI may have. */
const SCHEMES = {
  /** A browser goes there with an answer (RFC 6749 §3.1.2, RFC 8252 §7). */
  redirect: '`https`; `http` on loopback; a reverse domain name',
  /** As `redirect`, to another machine and readable on the way: what the operator accepts. */
  'plain http': '`http` to a host that is not loopback',
  /** This server calls it, or a third party sends people there to begin a sign-in. */
  https: '`https`',
  /** This server calls it, and a developer's machine may be the one. */
  'https or loopback': '`https`; `http` on loopback',
  /** A browser compares it with the origin of a page. */
  origin: '`https`; `http` on loopback; no path',
  /** People follow it. */
  web: '`https`, `http`',
  /** A name that is compared. */
  any: 'any; a name that is no URI',
} as const;

/** What a client that registers itself may name, beyond what everybody may. */
const FOR_STRANGERS = {
  /** One of `[registration] redirect_uri_patterns`, where there are any. */
  patterns: '`redirect_uri_patterns`',
  /** The origin of one of them. */
  'origins of patterns': 'the origin of one of `redirect_uri_patterns`',
  /** Browsers fetch it without being asked, so that it leads into nobody's own network. */
  'https on a public host': '`https`, and no loopback or private address',
  /** The address is judged at each call, by `[outbound]`. */
  'judged when called': 'its address is judged at each call ([outbound](deployment-toml.md#outbound))',
  /** Nobody goes there unless they follow it. */
  'as everybody': 'as for everybody',
  /** The field is the operator's. */
  never: 'never: the field is the operator’s',
} as const;

/** What an answer adds to the query of a redirect URI (RFC 6749 §4.1.2, RFC 9207 §2, JARM §2.3): each stands there once. */
const OF_AN_ANSWER = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'] as const;

export type UriRule = {
  readonly schemes: keyof typeof SCHEMES;
  readonly fragment: boolean;
  /** The parameters its query must not have, because they are added to it. */
  readonly added?: readonly string[];
  readonly forStrangers: keyof typeof FOR_STRANGERS;
};

/** Every URI that a client can name, and what it may be. */
export const URI_RULES = {
  redirect_uris: { schemes: 'redirect', fragment: false, added: OF_AN_ANSWER, forStrangers: 'patterns' },
  post_logout_redirect_uris: {
    schemes: 'redirect',
    fragment: false,
    added: ['state'],
    forStrangers: 'patterns',
  },
  plain_http_redirect_uris: {
    schemes: 'plain http',
    fragment: false,
    added: OF_AN_ANSWER,
    forStrangers: 'never',
  },
  allowed_cors_origins: { schemes: 'origin', fragment: false, forStrangers: 'origins of patterns' },
  request_uris: { schemes: 'https', fragment: true, forStrangers: 'judged when called' },
  jwks_uri: { schemes: 'https', fragment: false, forStrangers: 'judged when called' },
  sector_identifier_uri: { schemes: 'https', fragment: false, forStrangers: 'judged when called' },
  backchannel_logout_uri: {
    schemes: 'https or loopback',
    fragment: false,
    forStrangers: 'judged when called',
  },
  backchannel_client_notification_endpoint: {
    schemes: 'https',
    fragment: false,
    forStrangers: 'judged when called',
  },
  logo_uri: { schemes: 'web', fragment: true, forStrangers: 'https on a public host' },
  initiate_login_uri: { schemes: 'https', fragment: false, forStrangers: 'as everybody' },
  client_uri: { schemes: 'web', fragment: true, forStrangers: 'as everybody' },
  policy_uri: { schemes: 'web', fragment: true, forStrangers: 'as everybody' },
  tos_uri: { schemes: 'web', fragment: true, forStrangers: 'as everybody' },
  allowed_resources: { schemes: 'any', fragment: false, forStrangers: 'never' },
} as const satisfies Partial<Readonly<Record<keyof ClientMetadata, UriRule>>>;

export type UriField = keyof typeof URI_RULES;

const FIELDS = Object.keys(URI_RULES).filter((field): field is UriField => Object.hasOwn(URI_RULES, field));

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
const SCRIPTING = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:']);

/** What RFC 3986 §2 knows; the backslash, which it does not, is told of on its own. */
const CHARACTERS = /^[\x21\x23-\x3B\x3D\x3F-\x5D\x5F\x61-\x7A\x7E]+$/;
const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
/** Scheme, host and port of a web address, written as they are read. */
const WEB_ADDRESS = /^https?:\/\/(\[[0-9a-f:.]+\]|[^/?#:@[\]]+)(?::([1-9]\d{0,4}))?(?=[/?#]|$)/i;

/**
 * Whether a host, as the parser of URLs gives it, is a name of letters, digits, hyphens and underscores or an IPv4
 * address: what that parser lets through beside, such as `;` and `'`, means something elsewhere.
 */
export const isPlainHost = (hostname: string): boolean => HOST_NAME.test(hostname);

/** What every web address must obey, so that all programs read the same host out of it. */
function webAddressProblem(uri: string, url: URL): string | undefined {
  const [, host] = WEB_ADDRESS.exec(uri) ?? [];
  if (host === undefined) return 'does not name a host and perhaps a port behind ://';
  // Percent-encoded, numeric and shortened hosts are other texts for the same place.
  if (host.toLowerCase() !== url.hostname) return `names the host ${url.hostname} in other words`;
  if (!host.startsWith('[') && !isPlainHost(url.hostname)) return 'has a host that is no host name';
  return undefined;
}

function schemeProblem({ protocol, hostname }: URL, schemes: UriRule['schemes']): string | undefined {
  if (schemes === 'plain http') {
    return protocol === 'http:' && !LOOPBACK_HOSTS.includes(hostname)
      ? undefined
      : 'is not plain http to a host that is not loopback, and needs nobody’s acceptance';
  }
  if (protocol === 'https:') return undefined;
  if (schemes === 'https') return 'is no https URI';
  if (protocol === 'http:') {
    if (schemes === 'web' || LOOPBACK_HOSTS.includes(hostname)) return undefined;
    return 'is plain http to a host that is not loopback';
  }
  if (SCRIPTING.has(protocol)) return `uses the scheme ${protocol}`;
  if (schemes !== 'redirect') return 'is neither https nor http';
  return protocol.includes('.')
    ? undefined
    : 'uses a private scheme without a reverse domain name (RFC 8252 §7.1)';
}

/** What is compared with what comes, character by character. */
const COMPARED: readonly UriRule['schemes'][] = ['redirect', 'plain http', 'origin'];

/**
 * Why `uri` cannot be what a client names, whoever registers it.
 * @returns the reason, fit to follow the URI in a sentence; undefined when it can
 */
export function uriProblem(uri: string, { schemes, fragment, added = [] }: UriRule): string | undefined {
  // URL would drop line breaks and encode the rest; what is compared and sent is the text as it stands.
  if (!CHARACTERS.test(uri)) return 'has characters that a URI cannot have';
  const url = URL.parse(uri);
  if (url === null && schemes !== 'any') return 'is not an absolute URI';
  if (!fragment && uri.includes('#')) return 'has a fragment (RFC 6749 §3.1.2)';
  if (url === null || schemes === 'any') return undefined;
  const twice = added.find((parameter) => url.searchParams.has(parameter));
  if (twice !== undefined) return `has ${twice} in its query, where the answer puts its own`;
  if (COMPARED.includes(schemes) && uri.includes('*')) {
    return `has a wildcard; ${schemes === 'origin' ? 'origins' : 'redirect URIs'} are compared exactly`;
  }
  const [path = ''] = uri.split(/[?#]/);
  if (/\/(\.|%2e){1,2}(?=\/|$)/i.test(path)) return 'has a dot segment, which browsers resolve';
  if (uri.includes('\\')) return 'has a backslash, which browsers read as a slash';
  if (/%(?![0-9a-f]{2})|%[01][0-9a-f]|%7f/i.test(uri)) return 'encodes a control character, or nothing';
  if (url.username || url.password) return 'carries user information';
  const problem = schemeProblem(url, schemes);
  if (problem !== undefined) return problem;
  if (schemes === 'origin' && uri !== url.origin)
    return `is no origin, which browsers would send as ${url.origin}`;
  return /^https?:$/.test(url.protocol) ? webAddressProblem(uri, url) : undefined;
}

const isPublicAddress = createAddressPolicy([]);

/** Names that are looked up in the network of whoever asks (RFC 6761, RFC 6762, RFC 8375). */
const OWN_NETWORK = /(^|\.)(localhost|local|internal|home\.arpa)$/;

function isPublicHost({ hostname }: URL): boolean {
  if (OWN_NETWORK.test(hostname)) return false;
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const isName = isPlainHost(hostname) && !/^[\d.]+$/.test(hostname);
  return isName ? hostname.includes('.') : isPublicAddress(hostname, address).allowed;
}

/** Why a client that registers itself may not name `uri`, which everybody else may; patterns aside. */
function strangerProblem(uri: string, { forStrangers }: UriRule): string | undefined {
  if (forStrangers !== 'https on a public host') return undefined;
  const url = new URL(uri);
  return url.protocol === 'https:' && isPublicHost(url) ? undefined : 'is not https on a public host';
}

/** What of a URI the patterns of the operator are compared with. */
const PATTERNED: Readonly<Partial<Record<UriRule['forStrangers'], 'whole' | 'origin'>>> = {
  patterns: 'whole',
  'origins of patterns': 'origin',
};

/** A URI that a client named, and the field it named it in. */
export type NamedUri = { readonly field: UriField; readonly uri: string; readonly rule: UriRule };

/** The rule of a URI: one that the operator accepted is held to that of what can be accepted. */
const ruleFor = (field: UriField, uri: string, accepted: readonly string[]): UriRule =>
  URI_RULES[field].schemes === 'redirect' && accepted.includes(uri)
    ? { ...URI_RULES[field], schemes: 'plain http' }
    : URI_RULES[field];

/** Every URI in the metadata of a client. */
export function urisOf(metadata: ClientMetadata): readonly NamedUri[] {
  const accepted = metadata.plain_http_redirect_uris ?? [];
  return FIELDS.flatMap((field) =>
    [metadata[field] ?? []].flat().map((uri) => ({ field, uri, rule: ruleFor(field, uri, accepted) })),
  );
}

/**
 * The first URI that the metadata of a client that registers itself may not name, though an operator may.
 * @param isWithinPatterns whether a URI is one of those the operator lets browsers be sent to, or the origin of one
 */
export function uriOfStranger(
  metadata: ClientMetadata,
  isWithinPatterns: (uri: string, as: 'whole' | 'origin') => boolean,
): (NamedUri & { readonly because: 'patterns' | 'host' }) | undefined {
  for (const named of urisOf(metadata)) {
    const { rule, uri } = named;
    const as = PATTERNED[rule.forStrangers];
    if (as !== undefined && !isWithinPatterns(uri, as)) return { ...named, because: 'patterns' };
    if (strangerProblem(uri, rule) !== undefined) return { ...named, because: 'host' };
  }
  return undefined;
}

/** The rules in words, one row a field, as docs/dynamic-registration.md has them. */
export const uriRulesInWords = (): readonly string[] =>
  FIELDS.map((field) => {
    const { schemes, fragment, forStrangers }: UriRule = URI_RULES[field];
    return `| \`${field}\` | ${SCHEMES[schemes]} | ${fragment ? 'may' : 'no'} | ${FOR_STRANGERS[forStrangers]} |`;
  });
