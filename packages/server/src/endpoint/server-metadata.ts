import type { Endpoint } from './endpoint.ts';

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

/**
 * The metadata documents of OAuth 2.0 (RFC 8414 §3) and OpenID Connect Discovery §4.
 * @param general what holds for the server as a whole, e.g. `token_endpoint_auth_methods_supported`
 * @param mtlsBase the base URI of the listener that asks for certificates, when it is another one (RFC 8705 §5)
 */
export function serverMetadataEndpoint(
  issuer: string,
  general: Readonly<Record<string, unknown>>,
  endpoints: readonly Endpoint[],
  mtlsBase: string | undefined,
): Endpoint {
  const document = merged([{ issuer }, general, ...endpoints.map((endpoint) => endpoint.metadata)]);
  if (mtlsBase !== undefined) {
    document.mtls_endpoint_aliases = Object.fromEntries(
      Object.entries(document)
        .filter(
          ([name]) =>
            name.endsWith('_endpoint') &&
            name !== 'authorization_endpoint' &&
            name !== 'end_session_endpoint',
        )
        .map(([name, uri]) => [name, String(uri).replace(issuer, mtlsBase)]),
    );
  }
  const body = JSON.stringify(document);
  return {
    metadata: {},
    register(app) {
      const names = ['openid-configuration', 'oauth-authorization-server'];
      const { pathname } = new URL(issuer);
      // RFC 8414 §3.1 puts the path of an issuer behind the name, OpenID Connect Discovery §4 before it.
      const underPath = pathname === '/' ? [] : names.map((name) => `${name}${pathname}`);
      for (const name of [...names, ...underPath]) {
        app.get(`/.well-known/${name}`, async (_request, reply) =>
          reply
            .header('cache-control', 'public, max-age=300')
            .header('access-control-allow-origin', '*')
            .type('application/json')
            .send(body),
        );
      }
    },
  };
}
