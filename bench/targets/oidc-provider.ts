import { fileURLToPath } from 'node:url';
import { type Client, originOf, type Role, SCOPE } from './dialect.ts';
import { SECRET } from './oidc-provider-clients.ts';
import type { Target } from './target.ts';

const PROCESS = fileURLToPath(new URL('oidc-provider-process.ts', import.meta.url));

const byCertificate = (role: Role): Client => ({
  client_id: role,
  method: 'certificate',
  identity: role === 'mtls-ca' ? 'issued' : 'self-signed',
});

/** oidc-provider set up for the same work, in memory. */
export const oidcProvider: Target = {
  name: 'oidc-provider',
  warmUp: 'short',
  whyMissing: () => undefined,
  async prepare({ material: { folder }, port }) {
    const issuer = originOf(port);
    return {
      start: { kind: 'node', script: [PROCESS, folder, String(port)] },
      first: 'mtls',
      dialect: {
        answers: 'token',
        scope: SCOPE,
        paths: {
          token: '/token',
          par: '/request',
          authorize: '/auth',
          userinfo: '/me',
          introspection: '/token/introspection',
        },
        clients: {
          mtls: byCertificate('mtls'),
          'mtls-ca': byCertificate('mtls-ca'),
          app: byCertificate('app'),
          secret: { client_id: 'secret', method: 'client_secret_basic', client_secret: SECRET },
          private_key_jwt: { client_id: 'private_key_jwt', method: 'private_key_jwt', audience: issuer },
        },
        authorization: 'direct',
        tokenForPerson: { resource: issuer },
        // Whoever comes to its interaction is signed in at once.
        person: { username: 'bench', password: 'none' },
        cannot: {
          introspection: 'It does not introspect JWTs.',
          exchange: 'It has no token exchange of its own.',
        },
      },
    };
  },
};
