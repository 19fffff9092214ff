import { isPlainHost } from '../../client/client-uri.ts';

/** The scripts of pages: none is needed, each makes something easier. */
export type PageScript = 'passkey' | 'recovery-codes';

/** What a page may load and where its forms may lead, beside this origin. */
export type PagePolicy = {
  /** The URIs that forms lead to, redirects included: browsers judge the whole way by `form-action`. */
  readonly formTargets?: readonly (string | undefined)[];
  /** The image of a client, loaded from its own server. */
  readonly image?: string;
  /** The script that the page has, if any. */
  readonly script?: PageScript;
};

/**
 * The source expression for a URI (CSP Level 3 §2.3.1): its origin, or its scheme where it has none.
 * @returns undefined for what is no URI, or names a host that a policy cannot
 */
function sourceOf(uri: string | undefined): string | undefined {
  const url = uri === undefined ? null : URL.parse(uri);
  if (!url) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return url.protocol;
  // An IPv6 address cannot stand in a source expression.
  if (url.hostname.startsWith('[')) return url.protocol;
  // Another character could end the expression, the list or the directive.
  return isPlainHost(url.hostname) ? url.origin : undefined;
}

const together = (...sources: readonly (string | undefined)[]): string =>
  sources.filter((source) => source !== undefined).join(' ');

/** The Content-Security-Policy of one page: nothing is allowed that it does not need. */
export function contentSecurityPolicy({ formTargets = [], image, script }: PagePolicy): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src ${together("'self'", sourceOf(image))}`,
    `form-action ${together("'self'", ...formTargets.map(sourceOf))}`,
    ...(script ? ["script-src 'self'"] : []),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
