import type { KeyRing } from '../token/key-ring.ts';
import type { Endpoint } from './endpoint.ts';

/** The JWK Set that tokens of this server verify with (RFC 7517 §5). */
export function jwksEndpoint(issuer: string, keyRing: KeyRing): Endpoint {
  return {
    metadata: { jwks_uri: `${issuer}/oauth2/jwks` },
    register(app) {
      app.get('/oauth2/jwks', async (_request, reply) => {
        const keys = await keyRing.keys();
        return reply
          .header('cache-control', 'public, max-age=300')
          .type('application/jwk-set+json')
          .send(JSON.stringify({ keys: keys.map((key) => key.publicJwk) }));
      });
    },
  };
}
