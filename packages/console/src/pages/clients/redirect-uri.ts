const SCRIPTING = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:']);

/** What an answer adds to the query (RFC 6749 §4.1.2, RFC 9207 §2, JARM §2.3). */
const OF_AN_ANSWER = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'];

/**
 * Why the server would refuse a callback URL, told while it is typed; undefined when it would not.
 * @param accepted those of the client that an operator accepted though they are plain http
 */
export function callbackProblem(uri: string, accepted: readonly string[]): string | undefined {
  if (!/^[\x21-\x7E]+$/.test(uri)) return 'A URL has no spaces and no characters outside ASCII.';
  if (!URL.canParse(uri)) return 'Write a whole URL, such as https://app.example.com/callback.';
  const url = new URL(uri);
  if (uri.includes('#')) return 'A callback URL has no fragment (#).';
  const twice = OF_AN_ANSWER.find((parameter) => url.searchParams.has(parameter));
  if (twice !== undefined) return `Leave ${twice} out of the query: the answer puts its own there.`;
  if (uri.includes('*')) return 'Wildcards are not allowed: callback URLs are compared exactly.';
  if (uri.includes('\\')) return 'A backslash has no place in a URL.';
  if (url.username || url.password) return 'Leave the user name and password out.';
  if (SCRIPTING.has(url.protocol)) return `The scheme ${url.protocol} is not allowed.`;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !loopback && !accepted.includes(uri))
    return 'Plain http is for this machine alone; use https.';
  if (!/^https?:$/.test(url.protocol) && !url.protocol.includes('.')) {
    return 'A private scheme is a reversed domain name, such as com.example.app:/callback.';
  }
  return undefined;
}
