import { URI_RULES, uriProblem } from './client-uri.ts';

/**
 * A loopback redirect URI: scheme and host, port, and the rest. RFC 8252 §7.3 has the IP literals, OIDC Registration §2
 * `localhost` too.
 */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost))(?::(\d{1,5}))?((?:[/?].*)?)$/;

/**
 * Whether a client with this redirect URI is a native application, without saying so (RFC 8252 §7.1, §7.3): `localhost` is
 * where web applications are developed.
 */
export function isNativeRedirectUri(uri: string): boolean {
  return !/^https?:/i.test(uri) || (LOOPBACK.test(uri) && !uri.startsWith('http://localhost'));
}

/**
 * Whether any program on the person's device could be the client: a public client proves nothing, and what goes to a
 * loopback address or a private scheme reaches whoever listens there (RFC 8252 §8.6).
 */
export function isUnassured(
  { token_endpoint_auth_method }: { readonly token_endpoint_auth_method: string },
  redirect_uri: string,
): boolean {
  return token_endpoint_auth_method === 'none' && !/^https:/i.test(redirect_uri);
}

/**
 * Why `uri` cannot be registered as a redirect URI (RFC 6749 §3.1.2, RFC 8252, RFC 9700 §4.1.3).
 * @returns the reason, fit to follow the URI in a sentence; undefined when it can
 */
export const redirectUriProblem = (uri: string): string | undefined =>
  uriProblem(uri, URI_RULES.redirect_uris);

/**
 * Whether `uri` could be a redirect URI but for being plain http to a host that is not loopback: an operator can accept it
 * for one client, as `plain_http_redirect_uris`.
 */
export const isPlainHttpRedirectUri = (uri: string): boolean =>
  uriProblem(uri, URI_RULES.plain_http_redirect_uris) === undefined;

/**
 * Whether `presented` is the registered redirect URI: character by character (RFC 9700 §4.1.3), save that a native
 * application may listen on any port of the loopback address it registered (RFC 8252 §7.3).
 */
export function isRegisteredRedirectUri(
  registered: readonly string[],
  presented: string,
  application_type: 'web' | 'native',
): boolean {
  if (registered.includes(presented)) return true;
  if (application_type !== 'native' || redirectUriProblem(presented) !== undefined) return false;
  const [, host, port, rest] = LOOPBACK.exec(presented) ?? [];
  if (host === undefined || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) return false;
  return registered.some((candidate) => {
    const known = LOOPBACK.exec(candidate);
    return known !== null && known[1] === host && known[3] === rest;
  });
}
