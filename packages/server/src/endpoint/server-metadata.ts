import type { OfferedClaims } from '../claim/told-claims.ts';
import type { Endpoint } from './endpoint.ts';

/** Endpoints for browsers that people go to; a client sends its certificate to the others. */
const PAGES: readonly string[] = ['authorization_endpoint', 'end_session_endpoint'];

/**
 * Joins what the endpoints say of themselves into one document: lists are united, other values stand alone.
 * So the metadata tells of nothing that is not there.
 */
function merged(parts: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [name, value] of Object.entries(part)) {
      const earlier = document[name];
      document[name] =
        Array.isArray(earlier) && Array.isArray(value) ? [...new Set([...earlier, ...value])] : value;
    }
  }
  return document;
}

const NAMES = ['openid-configuration', 'oauth-authorization-server'];

/** Where the metadata documents are: RFC 8414 §3.1 puts the path of an issuer behind the name, OIDC Discovery §4 before it. */
export function metadataPaths(issuer: string): readonly string[] {
  const { pathname } = new URL(issuer);
  const underPath = pathname === '/' ? [] : NAMES.map((name) => `${name}${pathname}`);
  return [...NAMES, ...underPath].map((name) => `/.well-known/${name}`);
}

/** The document with further claims that are supported, made again only when these are others. */
function rememberedBody(document: Readonly<Record<string, unknown>>): (claims: readonly string[]) => string {
  let made: { readonly claims: readonly string[]; readonly body: string } | undefined;
  return (claims) => {
    if (made?.claims !== claims) {
      made = { claims, body: JSON.stringify(merged([document, { claims_supported: claims }])) };
    }
    return made.body;
  };
}

/**
 * The metadata documents of OAuth 2.0 (RFC 8414 §3) and OpenID Connect Discovery §4.
 * @param general what holds for the server as a whole, e.g. `tls_client_certificate_bound_access_tokens`
 * @param mtlsBase the base URI of the listener that asks for certificates, when it is another one (RFC 8705 §5)
 * @param offeredClaims the claims that operators define, beside those that endpoints tell of
 */
export function serverMetadataEndpoint(
  issuer: string,
  general: Readonly<Record<string, unknown>>,
  endpoints: readonly Endpoint[],
  mtlsBase: string | undefined,
  offeredClaims: OfferedClaims,
): Endpoint {
  const document = merged([{ issuer }, general, ...endpoints.map((endpoint) => endpoint.metadata)]);
  // The same as the endpoints where one listener has them all: there are clients that read no other place.
  document.mtls_endpoint_aliases = Object.fromEntries(
    Object.entries(document)
      .filter(([name]) => name.endsWith('_endpoint') && !PAGES.includes(name))
      .map(([name, uri]) => [name, String(uri).replace(issuer, mtlsBase ?? issuer)]),
  );
  const body = rememberedBody(document);
  return {
    metadata: {},
    register(app) {
      for (const path of metadataPaths(issuer)) {
        app.get(path, async (_request, reply) =>
          reply
            .header('cache-control', 'public, max-age=300')
            .type('application/json')
            .send(body(await offeredClaims())),
        );
      }
    },
  };
}
