import { generateKeyPairSync, type JsonWebKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { type Configuration, type JWK, Provider } from 'oidc-provider';
import { CLIENT_CERTIFICATE, SERVER_CERTIFICATE, SERVER_KEY } from '../key-material.ts';

const [folder = '', port = ''] = process.argv.slice(2);
const read = (name: string) => readFileSync(join(folder, name));
const issuer = `https://localhost:${port}`;

function ecJwk(jwk: JsonWebKey): JWK & { kty: 'EC' } {
  const { crv, x, y, d } = jwk;
  if (crv === undefined || x === undefined || y === undefined) throw new Error('not an EC key');
  return { kty: 'EC', crv, x, y, ...(d !== undefined && { d }) };
}

const clientCertificate = new X509Certificate(read(CLIENT_CERTIFICATE));
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

const configuration: Configuration = {
  clients: [
    {
      client_id: 'bench',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      id_token_signed_response_alg: 'ES256',
      tls_client_certificate_bound_access_tokens: true,
      jwks: {
        keys: [
          {
            ...ecJwk(clientCertificate.publicKey.export({ format: 'jwk' })),
            use: 'sig',
            x5c: [clientCertificate.raw.toString('base64')],
          },
        ],
      },
    },
  ],
  clientAuthMethods: ['self_signed_tls_client_auth'],
  jwks: {
    keys: [{ ...ecJwk(privateKey.export({ format: 'jwk' })), alg: 'ES256', use: 'sig', kid: 'bench' }],
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      getCertificate: ({ socket }) => (socket instanceof TLSSocket ? certificateOn(socket) : undefined),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => issuer,
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
createServer(
  {
    key: read(SERVER_KEY),
    cert: read(SERVER_CERTIFICATE),
    requestCert: true,
    rejectUnauthorized: false,
  },
  provider.callback(),
).listen(Number(port), '127.0.0.1');

process.once('SIGINT', () => process.exit());
