const SCRIPTING = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:']);

/** What an answer adds to the query (RFC 6749 §4.1.2, RFC 9207 §2, JARM §2.3). */
const OF_AN_ANSWER = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response'];

/** Why a callback URL is refused; named by the message that says it. */
export type CallbackProblem =
  | {
      readonly because:
        | 'clientform.urlascii'
        | 'clientform.urlwhole'
        | 'clientform.urlfragment'
        | 'clientform.urlwildcard'
        | 'clientform.urlbackslash'
        | 'clientform.urlperson'
        | 'clientform.urlplain'
        | 'clientform.urlprivate';
    }
  | { readonly because: 'clientform.urlanswer'; readonly parameter: string }
  | { readonly because: 'clientform.urlscheme'; readonly scheme: string };

/**
 * Why the server would refuse a callback URL, told while it is typed; undefined when it would not.
 * @param accepted those of the client that an operator accepted though they are plain http
 */
export function callbackProblem(uri: string, accepted: readonly string[]): CallbackProblem | undefined {
  if (!/^[\x21-\x7E]+$/.test(uri)) return { because: 'clientform.urlascii' };
  if (!URL.canParse(uri)) return { because: 'clientform.urlwhole' };
  const url = new URL(uri);
  if (uri.includes('#')) return { because: 'clientform.urlfragment' };
  const twice = OF_AN_ANSWER.find((parameter) => url.searchParams.has(parameter));
  if (twice !== undefined) return { because: 'clientform.urlanswer', parameter: twice };
  if (uri.includes('*')) return { because: 'clientform.urlwildcard' };
  if (uri.includes('\\')) return { because: 'clientform.urlbackslash' };
  if (url.username || url.password) return { because: 'clientform.urlperson' };
  if (SCRIPTING.has(url.protocol)) return { because: 'clientform.urlscheme', scheme: url.protocol };
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !loopback && !accepted.includes(uri))
    return { because: 'clientform.urlplain' };
  if (!/^https?:$/.test(url.protocol) && !url.protocol.includes('.'))
    return { because: 'clientform.urlprivate' };
  return undefined;
}
