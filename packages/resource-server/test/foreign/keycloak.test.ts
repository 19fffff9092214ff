import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import test, { after, before, describe } from 'node:test';
import { createIdentity, type Identity } from '../../../server/test/client-identity.ts';
import { selfSigned } from '../../../server/test/https-on-loopback.ts';
import { type Answer, call, post } from '../../../server/test/token-client.ts';
import {
  acceptedToken,
  createTokenVerifier,
  nodeMiddleware,
  TokenRefused,
  type TokenVerifierOptions,
} from '../../src/index.ts';
import { type DpopKey, dpopKey } from '../proof.ts';
import {
  type KeycloakClient,
  type RunningKeycloak,
  startKeycloak,
  whyNoKeycloak,
} from './keycloak-process.ts';

const API = 'https://api.example';
const SECRET = 'a-secret-of-thirty-two-octets-and-more';

/** A client that has tokens for itself, meant for the API. */
const client = (clientId: string, { attributes = {}, ...rest }: Record<string, unknown>): KeycloakClient => ({
  clientId,
  enabled: true,
  protocol: 'openid-connect',
  publicClient: false,
  serviceAccountsEnabled: true,
  standardFlowEnabled: false,
  attributes: { 'access.token.signed.response.alg': 'ES256', ...Object(attributes) },
  protocolMappers: [
    {
      name: 'audience',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-mapper',
      config: { 'included.custom.audience': API, 'access.token.claim': 'true' },
    },
  ],
  ...rest,
});

/** As RFC 9068 has the type of access tokens. */
const RFC_9068 = { 'access.token.header.type.rfc9068': 'true' };
const BY_CERTIFICATE = {
  'x509.subjectdn': 'CN=client',
  'x509.allow.regex.pattern.comparison': 'false',
  'tls.client.certificate.bound.access.tokens': 'true',
};

const CLIENTS: readonly KeycloakClient[] = [
  client('bound', {
    clientAuthenticatorType: 'client-x509',
    attributes: { ...BY_CERTIFICATE, ...RFC_9068 },
  }),
  client('as-it-comes', { clientAuthenticatorType: 'client-x509', attributes: BY_CERTIFICATE }),
  client('proving', {
    clientAuthenticatorType: 'client-secret',
    secret: SECRET,
    attributes: { 'dpop.bound.access.tokens': 'true', ...RFC_9068 },
  }),
  client('unbound', { clientAuthenticatorType: 'client-secret', secret: SECRET, attributes: RFC_9068 }),
];

describe('tokens of Keycloak', { skip: whyNoKeycloak() }, () => {
  let keycloak: RunningKeycloak;
  let own: Identity;
  let stranger: Identity;
  let key: DpopKey;
  const ends: (() => void)[] = [];
  let because: unknown;

  before(async () => {
    [own, stranger, key] = await Promise.all([
      createIdentity('CN=client'),
      createIdentity('CN=stranger'),
      dpopKey(),
    ]);
    keycloak = await startKeycloak(CLIENTS, own.pem);
  });
  after(async () => {
    for (const end of ends) end();
    await keycloak?.stop();
  });

  /** An API behind the middleware. @returns how to call it, and under which URL it is known */
  async function api(options: Partial<TokenVerifierOptions> = {}) {
    const tls = await selfSigned('api', ['localhost']);
    const server: Server = createServer({
      cert: tls.pem,
      key: tls.key,
      requestCert: true,
      rejectUnauthorized: false,
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const origin = `https://localhost:${address.port}`;
    const verifier = createTokenVerifier({
      issuer: keycloak.issuer,
      audience: API,
      trustedCertificates: [keycloak.certificate],
      requireBinding: true,
      dpop: { baseUrls: origin },
      ...options,
    });
    const protect = nodeMiddleware(verifier, {
      onRefused: (refusal) => {
        because = refusal instanceof TokenRefused ? refusal.because : refusal;
      },
    });
    server.on('request', (request, response) =>
      protect(request, response, () => {
        const { binding, claims } = acceptedToken(request);
        response.end(JSON.stringify({ binding, azp: claims.azp }));
      }),
    );
    ends.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return {
      url: `${origin}/orders`,
      ask: (headers: Record<string, string>, certificate?: Identity): Promise<Answer> =>
        call(`${origin}/orders`, { headers, ...(certificate && { certificate }) }),
    };
  }

  /** The token of a client, as the token endpoint gives it. */
  async function tokenOf(client_id: string, headers: Record<string, string> = {}): Promise<string> {
    const byCertificate = CLIENTS.some(
      (each) => each.clientId === client_id && each.clientAuthenticatorType === 'client-x509',
    );
    const form = {
      grant_type: 'client_credentials',
      client_id,
      ...(!byCertificate && { client_secret: SECRET }),
    };
    const answer = await post(keycloak.tokenEndpoint, form, {
      headers,
      ...(byCertificate && { certificate: own }),
    });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json().access_token);
  }

  const refused = (answer: Answer, cause: string) =>
    assert.deepEqual([answer.status, because], [401, cause], answer.text);

  test('bound to a certificate are accepted with it, and with no other and none refused', async () => {
    const { ask } = await api();
    const headers = { authorization: `Bearer ${await tokenOf('bound')}` };
    const answer = await ask(headers, own);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json(), { binding: 'certificate', azp: 'bound' });
    refused(await ask(headers, stranger), 'certificate_differs');
    refused(await ask(headers), 'certificate_absent');
  });

  test('bound to a DPoP key are accepted with a proof of it, once', async () => {
    const { ask, url } = await api();
    const { tokenEndpoint } = keycloak;
    const asking = await key.proof({ method: 'POST', url: tokenEndpoint, token: '' }, { ath: undefined });
    const token = await tokenOf('proving', { dpop: asking });
    const proof = await key.proof({ url, token });
    const headers = { authorization: `DPoP ${token}`, dpop: proof };
    const answer = await ask(headers);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.json().binding, 'dpop');
    refused(await ask(headers), 'dpop_proof_replayed');
    const other = await (await dpopKey()).proof({ url, token });
    refused(await ask({ ...headers, dpop: other }), 'dpop_key_differs');
    refused(await ask({ authorization: `Bearer ${token}` }), 'dpop_scheme_differs');
  });

  test('for another API, out of time, and bound to nothing are refused', async () => {
    const headers = { authorization: `Bearer ${await tokenOf('bound')}` };
    const elsewhere = await api({ audience: 'https://other.example' });
    refused(await elsewhere.ask(headers, own), 'audience_differs');
    const later = await api({ clock: () => Date.now() + 24 * 3_600_000 });
    refused(await later.ask(headers, own), 'token_expired');
    const { ask } = await api();
    refused(await ask({ authorization: `Bearer ${await tokenOf('unbound')}` }, own), 'binding_absent');
  });

  test('of the type JWT, as they come, are accepted where that is said', async () => {
    const headers = { authorization: `Bearer ${await tokenOf('as-it-comes')}` };
    const strict = await api();
    refused(await strict.ask(headers, own), 'token_type_differs');
    const told = await api({ requiredTokenType: 'JWT' });
    assert.equal((await told.ask(headers, own)).status, 200);
    refused(await told.ask(headers, stranger), 'certificate_differs');
  });
});
