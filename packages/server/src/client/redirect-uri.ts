/** A loopback redirect URI by its IP literal: scheme and host, port, and the rest (RFC 8252 §7.3). */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::(\d{1,5}))?((?:[/?].*)?)$/;

const SCRIPTING = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:']);

/** Whether only an application on the person's own device can receive what goes to `uri` (RFC 8252 §7.1, §7.3). */
export function isNativeRedirectUri(uri: string): boolean {
  return LOOPBACK.test(uri) || !/^https?:/i.test(uri);
}

/**
 * Why `uri` cannot be registered as a redirect URI (RFC 6749 §3.1.2, RFC 8252, RFC 9700 §4.1.3).
 * @returns the reason, fit to follow the URI in a sentence; undefined when it can
 */
export function redirectUriProblem(uri: string): string | undefined {
  // URL would drop line breaks and encode the rest; what is compared and sent is the text as it stands.
  if (!/^[\x21-\x7E]+$/.test(uri)) return 'has characters that a URI cannot have';
  if (!URL.canParse(uri)) return 'is not an absolute URI';
  const url = new URL(uri);
  if (uri.includes('#')) return 'has a fragment (RFC 6749 §3.1.2)';
  if (uri.includes('*')) return 'has a wildcard; redirect URIs are compared exactly';
  const [path = ''] = uri.split('?');
  if (/\/(\.|%2e){1,2}(?=\/|$)/i.test(path)) return 'has a dot segment, which browsers resolve';
  if (uri.includes('\\')) return 'has a backslash, which browsers read as a slash';
  if (url.username || url.password) return 'carries user information';
  if (SCRIPTING.has(url.protocol)) return `uses the scheme ${url.protocol}`;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !isLoopback) return 'is plain http to a host that is not loopback';
  if (url.protocol !== 'http:' && url.protocol !== 'https:' && !url.protocol.includes('.')) {
    return 'uses a private scheme without a reverse domain name (RFC 8252 §7.1)';
  }
  return undefined;
}

/**
 * Whether `presented` is the registered redirect URI: character by character (RFC 9700 §4.1.3), save that a native
 * application may listen on any port of a loopback address (RFC 8252 §7.3).
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
