import type { ClientMetadata } from './client-metadata.ts';

/**
 * The origin of a web address, written as browsers send it in `Origin` (RFC 6454 §6.2); undefined for what has none,
 * such as a private scheme, and for what is no address.
 */
export function webOrigin(uri: string): string | undefined {
  const url = URL.parse(uri);
  return url !== null && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

/**
 * The origins whose scripts may speak for a client: those of the redirect URIs of a public one, which runs there, and
 * `allowed_cors_origins`.
 */
export function originsOf(
  metadata: Pick<ClientMetadata, 'token_endpoint_auth_method' | 'redirect_uris' | 'allowed_cors_origins'>,
): ReadonlySet<string> {
  const { token_endpoint_auth_method: method, redirect_uris, allowed_cors_origins } = metadata;
  const uris = method === 'none' ? [...allowed_cors_origins, ...redirect_uris] : allowed_cors_origins;
  return new Set(uris.map(webOrigin).filter((origin) => origin !== undefined));
}
