import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import test, { after, before, describe } from 'node:test';
import { TLSSocket } from 'node:tls';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { Provider } from 'oidc-provider';
import { createIdentity, type Identity } from '../../server/test/client-identity.ts';
import { selfSigned } from '../../server/test/https-on-loopback.ts';
import { post } from '../../server/test/token-client.ts';
import { createTokenVerifier, TokenRefused } from '../src/index.ts';
import { type DpopKey, dpopKey } from './proof.ts';

const API = 'https://api.example';

/** A client of oidc-provider that has a certificate of its own (RFC 8705 §2.2). */
const registered = ({ pem }: Identity, client_id: string, jwk: JWK) => ({
  client_id,
  token_endpoint_auth_method: 'self_signed_tls_client_auth' as const,
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'orders.read',
  id_token_signed_response_alg: 'ES256' as const,
  jwks: {
    keys: [
      {
        ...jwk,
        kty: 'EC' as const,
        crv: String(jwk.crv),
        x: String(jwk.x),
        y: String(jwk.y),
        x5c: [new X509Certificate(pem).raw.toString('base64')],
      },
    ],
  },
});

describe('tokens of oidc-provider', () => {
  let server: Server;
  let issuer: string;
  let trusted: string;
  let client: Identity;
  let stranger: Identity;
  let key: DpopKey;

  before(async () => {
    const own = await selfSigned('issuer', ['localhost']);
    trusted = own.pem;
    [client, stranger, key] = await Promise.all([
      createIdentity('CN=client'),
      createIdentity('CN=stranger'),
      dpopKey(),
    ]);
    server = createServer({ cert: own.pem, key: own.key, requestCert: true, rejectUnauthorized: false });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    issuer = `https://localhost:${address.port}`;
    const signing = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
    const jwk = await exportJWK(new X509Certificate(client.pem).publicKey);
    const certificateOf = (socket: unknown) =>
      socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    const provider = new Provider(issuer, {
      jwks: {
        keys: [
          {
            ...signing,
            kty: 'EC',
            crv: 'P-256',
            x: String(signing.x),
            y: String(signing.y),
            d: String(signing.d),
            alg: 'ES256',
            use: 'sig',
            kid: 'one',
          },
        ],
      },
      clients: [
        { ...registered(client, 'bound', jwk), tls_client_certificate_bound_access_tokens: true },
        registered(client, 'proving', jwk),
      ],
      clientAuthMethods: ['self_signed_tls_client_auth'],
      scopes: ['orders.read'],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        introspection: { enabled: true },
        dPoP: { enabled: true },
        mTLS: {
          enabled: true,
          certificateBoundAccessTokens: true,
          selfSignedTlsClientAuth: true,
          getCertificate: ({ socket }) => certificateOf(socket),
        },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => API,
          getResourceServerInfo: () => ({
            scope: 'orders.read',
            audience: API,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
    });
    server.on('request', provider.callback());
  });
  after(() => {
    server?.close();
    server?.closeAllConnections();
  });

  const verifier = (dpop = false) =>
    createTokenVerifier({
      issuer,
      audience: API,
      trustedCertificates: [trusted],
      requireBinding: true,
      ...(dpop && { dpop: { baseUrls: API } }),
    });
  const tokenFor = async (client_id: string, headers: Record<string, string> = {}): Promise<string> => {
    const form = { grant_type: 'client_credentials', client_id, scope: 'orders.read' };
    const answer = await post(`${issuer}/token`, form, { certificate: client, headers });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json().access_token);
  };
  const causeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => 'accepted',
      (error: unknown) => (error instanceof TokenRefused ? error.because : error),
    );

  test('bound to a certificate are accepted with it alone', async () => {
    const authorization = `Bearer ${await tokenFor('bound')}`;
    const certificate = ({ pem }: Identity) => new X509Certificate(pem);
    const own = verifier();
    const accepted = await own.verify(
      { authorization, certificate: certificate(client) },
      { scope: 'orders.read' },
    );
    assert.deepEqual(
      [accepted.binding, accepted.claims.client_id, accepted.issuer],
      ['certificate', 'bound', issuer],
    );
    assert.equal(
      await causeOf(own.verify({ authorization, certificate: certificate(stranger) })),
      'certificate_differs',
    );
    assert.equal(await causeOf(own.verify({ authorization, certificate: undefined })), 'certificate_absent');
  });

  test('bound to a DPoP key are accepted with a proof of it', async () => {
    const proof = await key.proof({ method: 'POST', url: `${issuer}/token`, token: '' }, { ath: undefined });
    const token = await tokenFor('proving', { dpop: proof });
    const request = async (own: DpopKey) => ({
      authorization: `DPoP ${token}`,
      certificate: undefined,
      method: 'GET',
      url: '/orders',
      dpop: await own.proof({ url: `${API}/orders`, token }),
    });
    assert.equal((await verifier(true).verify(await request(key))).binding, 'dpop');
    assert.equal(await causeOf(verifier(true).verify(await request(await dpopKey()))), 'dpop_key_differs');
  });

  test('bound to nothing are refused where a binding is asked for', async () => {
    const authorization = `Bearer ${await tokenFor('proving')}`;
    assert.equal(
      await causeOf(verifier().verify({ authorization, certificate: undefined })),
      'binding_absent',
    );
  });
});
