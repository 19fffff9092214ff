import { randomUUID, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { connect } from 'node:tls';
import { acceptedToken, createTokenVerifier, nodeMiddleware } from '@countersign/resource-server';
import { listening } from './listening.ts';
import type { ResourceServerIdentity } from './place.ts';

/** RFC 9325 §4.2, for RSA: what FAPI 1.0 Advanced §8.5 allows. */
const CIPHERS = 'ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384';
const INTERACTION = 'x-fapi-interaction-id';

/** The certificate a server shows, PEM: the deployment under test is trusted as it stands. */
async function shownCertificate(origin: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect({
    host: hostname,
    port: Number(port || 443),
    servername: hostname,
    rejectUnauthorized: false,
  });
  try {
    await once(socket, 'secureConnect');
    return new X509Certificate(socket.getPeerCertificate().raw).toString();
  } finally {
    socket.destroy();
  }
}

/**
 * Serves an API at an address as the FAPI plans want one: it asks the server about every token, so that one whose code was replayed is
 * refused at once, and sends `x-fapi-interaction-id` back (FAPI 1.0 Baseline §6.2.1-11).
 */
export async function startResourceServer(
  issuer: string,
  origin: string,
  identity: ResourceServerIdentity,
): Promise<AsyncDisposable> {
  const { client_id, cert, key } = identity;
  const verifier = createTokenVerifier({
    issuer,
    audience: issuer,
    trustedCertificates: [await shownCertificate(issuer)],
    requireBinding: true,
    dpop: { baseUrls: origin },
    introspection: { clientId: client_id, certificate: cert, key, tokens: 'all', cacheSeconds: 0 },
  });
  const protect = nodeMiddleware(verifier);
  const server = createServer(
    { cert, key, requestCert: true, rejectUnauthorized: false, ciphers: CIPHERS, minVersion: 'TLSv1.2' },
    (request, response) => {
      const interaction = request.headers[INTERACTION];
      response.setHeader(INTERACTION, typeof interaction === 'string' ? interaction : randomUUID());
      protect(request, response, () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ accounts: [], sub: acceptedToken(request).claims.sub ?? null }));
      });
    },
  );
  return listening(server, origin);
}
