import type { HttpsCall } from './https-call.ts';
import { isObject } from './json-object.ts';
import { type Renewed, renewed } from './renewed.ts';
import { AuthorizationServerUnavailable } from './token-refused.ts';

/** What of the authorization server's metadata is used here (RFC 8414 §2, RFC 8705 §5). */
export type ServerMetadata = {
  readonly jwks_uri: string | undefined;
  readonly introspection_endpoint: string | undefined;
  /** Where introspection is asked with a client certificate. */
  readonly mtls_introspection_endpoint: string | undefined;
};

const HOUR = 3_600_000;

/** RFC 8414 §3.1 first, then OpenID Connect Discovery §4, which older servers know alone. */
function documentUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
}

const httpsUrl = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.parse(value)?.protocol === 'https:' ? value : undefined;

async function load(issuer: string, call: HttpsCall): Promise<ServerMetadata> {
  const urls = documentUrls(issuer);
  for (const url of urls) {
    const { status, json } = await call(url, 'metadata');
    if (status !== 200 || !isObject(json)) continue;
    // Another issuer's document could name another's keys (RFC 8414 §3.3).
    if (json.issuer !== issuer) {
      throw new AuthorizationServerUnavailable(
        `${url} is of another issuer: expected ${JSON.stringify(issuer)}, presented ${JSON.stringify(json.issuer)}`,
      );
    }
    const aliases = isObject(json.mtls_endpoint_aliases) ? json.mtls_endpoint_aliases : {};
    const introspection_endpoint = httpsUrl(json.introspection_endpoint);
    return {
      jwks_uri: httpsUrl(json.jwks_uri),
      introspection_endpoint,
      mtls_introspection_endpoint: httpsUrl(aliases.introspection_endpoint) ?? introspection_endpoint,
    };
  }
  throw new AuthorizationServerUnavailable(`no metadata document at ${urls.join(' or ')}`);
}

/** The metadata of an issuer, read when first needed and once an hour after that. */
export const serverMetadata = (
  issuer: string,
  call: HttpsCall,
  clock: () => number,
): Renewed<ServerMetadata> =>
  renewed(() => load(issuer, call), { maxAge: HOUR, staleFor: 24 * HOUR, pauseAfterFailure: 1_000 }, clock);
