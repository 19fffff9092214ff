import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { privateKeyEntry, readKeyStore } from '@countersign/x509/key-store';
import {
  createTestHome,
  type RunningCountersign,
  type TestHome,
} from '../../server/test/countersign-process.ts';
import { type SelfSigned, selfSigned } from '../../server/test/https-on-loopback.ts';
import { call, post } from '../../server/test/token-client.ts';
import { acceptedToken, createTokenVerifier, nodeMiddleware, TokenRefused } from '../src/index.ts';

type PemPair = { readonly cert: string; readonly key: string };

describe('a resource server beside Countersign', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: ReturnType<typeof createServer>;
  let origin: string;
  let identity: SelfSigned;
  const causes: string[] = [];

  const issue = async (name: string, ...more: readonly string[]): Promise<PemPair> => {
    const out = join(home.home, name);
    await home.json('certificate', 'issue', '--subject', `CN=${name}`, '--out', out, ...more);
    const [cert, key] = await Promise.all([readFile(`${out}.pem`, 'utf8'), readFile(`${out}.key`, 'utf8')]);
    return { cert, key };
  };
  const tokenFor = async (client_id: string, certificate: PemPair): Promise<string> => {
    const form = { grant_type: 'client_credentials', client_id };
    const answer = await post(`${home.issuer}/oauth2/token`, form, { certificate });
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json().access_token);
  };

  before(async () => {
    home = await createTestHome();
    server = await home.start();
    const own = await issue('api', '--client-name', 'api');
    const store = await readKeyStore(await readFile(join(home.security, 'wso2carbon.jks')), 'wso2carbon');
    const { chain } = privateKeyEntry(store, 'wso2carbon');
    const verifier = createTokenVerifier({
      issuer: home.issuer,
      audience: home.issuer,
      trustedCertificates: chain.map(certificateToPem),
      requireBinding: true,
      introspection: {
        clientId: 'api',
        certificate: own.cert,
        key: own.key,
        tokens: 'all',
        cacheSeconds: 0,
      },
    });
    const protect = nodeMiddleware(verifier, {
      onRefused: (refusal) =>
        causes.push(refusal instanceof TokenRefused ? refusal.because : refusal.message),
    });
    identity = await selfSigned('api');
    api = createServer(
      { cert: identity.pem, key: identity.key, requestCert: true, rejectUnauthorized: false },
      (request, response) =>
        protect(request, response, () => response.end(JSON.stringify(acceptedToken(request).claims))),
    );
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
    const address = api.address();
    assert.ok(address !== null && typeof address === 'object');
    origin = `https://127.0.0.1:${address.port}`;
  });
  after(async () => {
    api?.close();
    api?.closeAllConnections();
    await server?.stop();
    await home?.remove();
  });

  test('accepts its tokens with their certificate, and no longer once they are revoked', async () => {
    const certificate = await issue('client', '--client-name', 'client');
    const stranger = await issue('stranger');
    const token = await tokenFor('client', certificate);
    const headers = { authorization: `Bearer ${token}` };
    const accepted = await call(origin, { headers, certificate });
    assert.equal(accepted.status, 200, accepted.text + causes);
    assert.equal(accepted.json().client_id, 'client');
    assert.equal((await call(origin, { headers, certificate: stranger })).status, 401);
    assert.equal((await call(origin, { headers })).status, 401);
    const revoked = await post(
      `${home.issuer}/oauth2/revoke`,
      { token, client_id: 'client' },
      { certificate },
    );
    assert.equal(revoked.status, 200, revoked.text);
    assert.equal((await call(origin, { headers, certificate })).status, 401);
    assert.deepEqual(causes.splice(0), ['certificate_differs', 'certificate_absent', 'token_inactive']);
  });

  test('accepts its opaque tokens too, bound in the same way', async () => {
    const certificate = await issue('opaque-client', '--client-name', 'opaque-client');
    const stranger = await issue('opaque-stranger');
    await home.json('client', 'update', 'opaque-client', '--access-token-type', 'reference');
    const token = await tokenFor('opaque-client', certificate);
    assert.ok(!token.includes('.'));
    const headers = { authorization: `Bearer ${token}` };
    assert.equal((await call(origin, { headers, certificate })).json().client_id, 'opaque-client');
    assert.equal((await call(origin, { headers, certificate: stranger })).status, 401);
    assert.deepEqual(causes.splice(0), ['certificate_differs']);
  });
});
