/** Why nothing can be fetched from a JWKS URI; named by the message that says it. */
export type JwksUriProblem =
  | {
      readonly because:
        | 'clientform.jwksempty'
        | 'clientform.jwksnotwhole'
        | 'clientform.jwksfragment'
        | 'clientform.jwksperson';
    }
  | { readonly because: 'clientform.jwksplain'; readonly scheme: string };

/** What keeps the server from fetching a JWKS URI, told while it is typed; undefined where nothing does. */
export function jwksUriProblem(written: string): JwksUriProblem | undefined {
  const uri = written.trim();
  if (uri === '') return { because: 'clientform.jwksempty' };
  if (!/^[\x21-\x7E]+$/.test(uri) || !URL.canParse(uri)) return { because: 'clientform.jwksnotwhole' };
  const url = new URL(uri);
  if (url.protocol !== 'https:')
    return { because: 'clientform.jwksplain', scheme: url.protocol.slice(0, -1) };
  if (uri.includes('#')) return { because: 'clientform.jwksfragment' };
  if (url.username !== '' || url.password !== '') return { because: 'clientform.jwksperson' };
  return undefined;
}
