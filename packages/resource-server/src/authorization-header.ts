import { TokenRefused } from './token-refused.ts';

/** The schemes under which access tokens come (RFC 6750 §2.1, RFC 9449 §7.1). */
export type Scheme = 'Bearer' | 'DPoP';

/** The token of a request, and how it was presented. */
export type PresentedToken = { readonly scheme: Scheme; readonly token: string };

/** The scheme a request used, as far as it used one of these; for the challenge that answers it. */
export const schemeOf = (lines: readonly string[]): Scheme =>
  /^dpop(?: |$)/i.test(lines[0] ?? '') ? 'DPoP' : 'Bearer';

function hasTokenInQuery(url: string): boolean {
  const query = url.indexOf('?');
  if (query < 0) return false;
  const parameters = url.slice(query + 1);
  // The name has no other spelling than with percent signs.
  return /access_token|%/.test(parameters) && new URLSearchParams(parameters).has('access_token');
}

/**
 * Reads the token of an Authorization header (RFC 6750 §2.1, RFC 9449 §7.1).
 * @param lines every Authorization header of the request
 * @param url the request's target; a token in its query is refused (RFC 9700 §4.3.2)
 * @throws TokenRefused
 */
export function presentedToken(
  lines: readonly string[],
  url: string | undefined,
  maxTokenLength: number,
): PresentedToken {
  if (url !== undefined && hasTokenInQuery(url)) {
    throw new TokenRefused('invalid_request', 'Send the access token in a header.', 'token_in_query', {
      expected: 'the Authorization header',
      presented: 'access_token in the query',
    });
  }
  if (lines.length > 1) {
    throw new TokenRefused('invalid_request', 'Send one Authorization header.', 'authorization_repeated', {
      expected: 1,
      presented: lines.length,
    });
  }
  const [line] = lines;
  const named = /^[^ ]*/.exec(line ?? '')?.[0] ?? '';
  if (line === undefined || !['bearer', 'dpop'].includes(named.toLowerCase())) {
    throw new TokenRefused(undefined, 'An access token is needed.', 'token_absent', {
      expected: 'Authorization: Bearer or DPoP',
      presented: line === undefined ? 'no Authorization header' : `the scheme ${named.slice(0, 40)}`,
    });
  }
  if (line.length > maxTokenLength + 'Bearer '.length) {
    throw new TokenRefused('invalid_request', 'The access token is too long.', 'token_too_long', {
      expected: `at most ${maxTokenLength} characters`,
      presented: line.length,
    });
  }
  const [, token] = /^[^ ]+ +([A-Za-z0-9._~+/-]+=*) *$/.exec(line) ?? [];
  if (token === undefined) {
    throw new TokenRefused(
      'invalid_request',
      'The Authorization header is malformed.',
      'authorization_malformed',
      { expected: 'a scheme and a b64token (RFC 6750 §2.1)', presented: 'other characters' },
    );
  }
  return { scheme: schemeOf(lines), token };
}
