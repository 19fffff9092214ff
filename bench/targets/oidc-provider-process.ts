import { generateKeyPairSync, type X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { type Configuration, Provider } from 'oidc-provider';
import { AUTHORITY_CERTIFICATE, SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';
import { MemoryAdapter } from './memory-adapter.ts';
import { clientsIn, ecJwk } from './oidc-provider-clients.ts';

const [folder = '', port = ''] = process.argv.slice(2);
const read = (name: string) => readFileSync(join(folder, name));
const issuer = `https://localhost:${port}`;
const ACCOUNT = 'bench-person';
const INTERACTION = '/interaction/';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

// The certificate is read once a connection, as a server that cares for speed would have it.
const presented = new WeakMap<TLSSocket, X509Certificate>();

function certificateOn(socket: TLSSocket): X509Certificate | undefined {
  const known = presented.get(socket);
  if (known) return known;
  const certificate = socket.getPeerX509Certificate();
  if (certificate) presented.set(socket, certificate);
  return certificate;
}

/** As Node.js writes a subject: a line an attribute, in the order of the certificate; RFC 4514 has the reverse. */
const subjectOf = (certificate: X509Certificate): string =>
  certificate.subject.split('\n').toReversed().join(',');

const configuration: Configuration = {
  adapter: MemoryAdapter,
  clients: clientsIn(folder),
  clientAuthMethods: [
    'self_signed_tls_client_auth',
    'tls_client_auth',
    'private_key_jwt',
    'client_secret_basic',
  ],
  jwks: {
    keys: [{ ...ecJwk(privateKey.export({ format: 'jwk' })), alg: 'ES256', use: 'sig', kid: 'bench' }],
  },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  interactions: { url: (_context, { uid }) => `${INTERACTION}${uid}` },
  // Without the page on which a person consents to it anew each time.
  issueRefreshToken: (_context, client) => client.grantTypeAllowed('refresh_token'),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: ({ socket }) => (socket instanceof TLSSocket ? certificateOn(socket) : undefined),
      certificateAuthorized: ({ socket }) => socket instanceof TLSSocket && socket.authorized,
      certificateSubjectMatches: ({ socket }, property, expected) => {
        const certificate = socket instanceof TLSSocket ? certificateOn(socket) : undefined;
        return (
          property === 'tls_client_auth_subject_dn' &&
          certificate !== undefined &&
          subjectOf(certificate) === expected
        );
      },
    },
    resourceIndicators: {
      enabled: true,
      // A person's token without a resource is the opaque one that UserInfo takes.
      defaultResource: ({ oidc }) => (oidc.params?.grant_type === 'client_credentials' ? issuer : []),
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: '',
        audience: issuer,
        accessTokenTTL: 3600,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
};

const provider = new Provider(issuer, configuration);
const answer = provider.callback();

/** Signs the one person in and consents for it, without a page. */
async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: String(params.client_id) });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(issuer, 'openid offline_access');
  const result = { login: { accountId: ACCOUNT }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result);
}

createServer(
  {
    key: read(SERVER_KEY),
    cert: read(SERVER_CERTIFICATE),
    ca: read(AUTHORITY_CERTIFICATE),
    requestCert: true,
    rejectUnauthorized: false,
  },
  (request, response) => {
    if (!request.url?.startsWith(INTERACTION)) {
      answer(request, response);
      return;
    }
    interact(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  },
).listen(Number(port), '127.0.0.1');

process.once('SIGINT', () => process.exit());
