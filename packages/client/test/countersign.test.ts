import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import {
  acceptedToken,
  createTokenVerifier,
  nodeMiddleware,
  TokenRefused,
} from '@countersign/resource-server';
import { createIdentity } from '../../server/test/client-identity.ts';
import {
  createTestHome,
  type RunningCountersign,
  type TestHome,
} from '../../server/test/countersign-process.ts';
import { eventually } from '../../server/test/eventually.ts';
import { freePort } from '../../server/test/free-port.ts';
import { selfSigned } from '../../server/test/https-on-loopback.ts';
import { claimsOf, post } from '../../server/test/token-client.ts';
import { type ClientEvent, type ClientOptions, createClient } from '../src/index.ts';

const RESOURCE = 'https://orders.example/api';

describe('a service beside Countersign, which takes certificates at a port of their own', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let api: ReturnType<typeof createServer>;
  let origin: string;
  let trusted: readonly string[];
  let mutualTls: string;
  const causes: string[] = [];

  const issue = async (name: string, ...more: readonly string[]) => {
    const out = join(home.home, name);
    await home.json('certificate', 'issue', '--subject', `CN=${name}`, '--out', out, ...more);
    return { certificateFile: `${out}.pem`, keyFile: `${out}.key` };
  };
  const service = (
    options: Pick<ClientOptions, 'clientId' | 'certificateFile' | 'keyFile'> & Partial<ClientOptions>,
  ) => createClient({ issuer: home.issuer, trustedCertificates: trusted, reloadSeconds: 1, ...options });

  before(async () => {
    const port = await freePort();
    // The port of the issuer asks for no certificate then.
    home = await createTestHome({
      'transport.mtls': { enable: true, port },
      resource: [{ identifier: RESOURCE, scopes: ['orders.read'] }],
    });
    mutualTls = `https://localhost:${port}`;
    server = await home.start();
    const identity = await selfSigned('api');
    trusted = [await readFile(join(home.security, 'server.pem'), 'utf8'), identity.pem];
    const ofTokens = { issuer: home.issuer, trustedCertificates: trusted, requireBinding: true };
    const own = await issue('api', '--client-name', 'api');
    const asking = createTokenVerifier({
      ...ofTokens,
      audience: home.issuer,
      introspection: {
        clientId: 'api',
        certificate: await readFile(own.certificateFile, 'utf8'),
        key: await readFile(own.keyFile, 'utf8'),
        tokens: 'all',
        cacheSeconds: 0,
      },
    });
    const offline = createTokenVerifier({ ...ofTokens, audience: RESOURCE });
    const onRefused = (refusal: Error) =>
      causes.push(refusal instanceof TokenRefused ? refusal.because : refusal.message);
    const [protect, protectResource] = [asking, offline].map((verifier) =>
      nodeMiddleware(verifier, { onRefused }),
    );
    api = createServer(
      { cert: identity.pem, key: identity.key, requestCert: true, rejectUnauthorized: false },
      (request, response) =>
        (request.url === '/resource' ? protectResource : protect)?.(request, response, () =>
          response.end(JSON.stringify(acceptedToken(request).claims)),
        ),
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

  test('calls an API by its self-signed certificate, also after its token was revoked', async () => {
    const files = await issue('orders', '--client-name', 'orders');
    await using client = await service({
      clientId: 'orders',
      ...files,
      authentication: { method: 'self_signed_tls_client_auth' },
    });
    const first = await client.fetch(`${origin}/orders`);
    const claims = JSON.parse(await first.text());
    assert.deepEqual([first.status, claims.client_id, claims.aud], [200, 'orders', home.issuer]);
    const { value, thumbprint, connection } = await client.token();
    assert.deepEqual(claims.cnf, { 'x5t#S256': thumbprint });
    const revoked = await post(
      `${mutualTls}/oauth2/revoke`,
      { token: value, client_id: 'orders' },
      { certificate: connection() },
    );
    assert.equal(revoked.status, 200, revoked.text);
    const second = await client.fetch(`${origin}/orders`, { method: 'POST', body: 'again' });
    assert.equal(second.status, 200, await second.text());
    assert.notEqual((await client.token()).value, value);
    assert.deepEqual(causes.splice(0), ['token_inactive']);
  });

  test('asks for a scope and a resource, and says so when it may not have them', async () => {
    const files = await issue('scoped', '--client-name', 'scoped');
    await home.json('client', 'update', 'scoped', '--scope', 'orders.read');
    await using client = await service({ clientId: 'scoped', ...files });
    const access = client.access({ scope: 'orders.read', resource: RESOURCE });
    const response = await access.fetch(`${origin}/resource`);
    const claims = JSON.parse(await response.text());
    assert.deepEqual([claims.aud, claims.scope], [RESOURCE, 'orders.read']);
    const [scope, resource] = [{ scope: 'orders.write' }, { resource: 'https://other.example' }];
    await assert.rejects(client.access(scope).token(), {
      because: 'request_refused',
      error: 'invalid_scope',
    });
    await assert.rejects(client.access(resource).token(), { error: 'invalid_target' });
    assert.deepEqual(
      client.state().tokens.map(({ problem }) => problem?.error),
      [undefined, 'invalid_scope', 'invalid_target'],
    );
  });

  test('authenticates by an authority, and goes over to its next certificate without a refusal', async () => {
    const now = Date.now();
    const authority = await createIdentity('CN=authority', { usage: 'ca', now: now - 60_000 });
    const issuer = { certificate: authority.certificate, privateKey: authority.privateKey };
    const files = {
      certificateFile: join(home.home, 'by-authority.pem'),
      keyFile: join(home.home, 'by-authority.key'),
    };
    const renew = async () => {
      const identity = await createIdentity('CN=by authority', { issuer });
      for (const [file, text] of [
        [files.keyFile, identity.key],
        [files.certificateFile, identity.cert],
      ] as const) {
        await writeFile(`${file}.new`, text);
        await rename(`${file}.new`, file);
      }
      return identity;
    };
    const first = await renew();
    const anchor = join(home.home, 'authority.pem');
    await writeFile(anchor, authority.pem);
    const named = ['--tls-client-auth-subject-dn', 'CN=by authority', '--trust-anchor', anchor];
    const added: { client_id?: unknown } = Object(
      await home.json(
        'client',
        'add',
        '--client-name',
        'by-authority',
        ...named,
        '--grant-types',
        'client_credentials',
      ),
    );
    const events: ClientEvent[] = [];
    await using client = await service({
      clientId: String(added.client_id),
      ...files,
      onEvent: (event) => events.push(event),
    });
    assert.equal((await client.token()).thumbprint, first.thumbprint);
    const second = await renew();
    const statuses = new Set<number>();
    await eventually(
      async () => {
        statuses.add((await client.fetch(`${origin}/orders`)).status);
        return (await client.token()).thumbprint;
      },
      (thumbprint) => thumbprint === second.thumbprint,
    );
    const response = await client.fetch(`${origin}/orders`);
    statuses.add(response.status);
    const { cnf } = JSON.parse(await response.text());
    assert.deepEqual(cnf, { 'x5t#S256': second.thumbprint });
    assert.deepEqual([...statuses], [200]);
    assert.deepEqual(causes.splice(0), []);
    assert.deepEqual(
      events.map(({ type }) => type),
      ['certificate_loaded', 'token_issued', 'certificate_loaded', 'token_issued'],
    );
  });

  for (const keyType of ['EC-P256', 'RSA-2048'] as const) {
    test(`authenticates by private_key_jwt with a key of ${keyType}, bound to its certificate`, async () => {
      const [transport, signing] = [
        await createIdentity('CN=tls'),
        await createIdentity('CN=sign', { keyType }),
      ];
      const file = (name: string) => join(home.home, `${keyType}-${name}`);
      await writeFile(file('tls.pem'), transport.cert);
      await writeFile(file('tls.key'), transport.key);
      await writeFile(file('sign.key'), signing.key);
      const jwk = createPublicKey(createPrivateKey(signing.key)).export({ format: 'jwk' });
      const metadata = {
        client_name: `jwt-${keyType}`,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...jwk, use: 'sig' }] },
        grant_types: ['client_credentials'],
        tls_client_certificate_bound_access_tokens: true,
      };
      await writeFile(file('client.json'), JSON.stringify(metadata));
      const added: { client_id?: unknown } = Object(
        await home.json('client', 'add', '--metadata', file('client.json')),
      );
      await using client = await service({
        clientId: String(added.client_id),
        certificateFile: file('tls.pem'),
        keyFile: file('tls.key'),
        authentication: { method: 'private_key_jwt', keyFile: file('sign.key') },
      });
      const { value, thumbprint } = await client.token();
      assert.equal(thumbprint, transport.thumbprint);
      assert.deepEqual(claimsOf(value).cnf, { 'x5t#S256': transport.thumbprint });
      assert.equal((await client.fetch(`${origin}/orders`)).status, 200);

      await copyFile(file('tls.key'), file('sign.key'));
      const other = client.access({ resource: home.issuer });
      await eventually(
        async () =>
          other.token().then(
            () => 'issued',
            (error: { error?: string }) => error.error,
          ),
        (outcome) => outcome === 'invalid_client',
      );
    });
  }

  test('tells the event of a refusal, by which the operator finds its cause', async () => {
    const files = await issue('stranger');
    await using client = await service({ clientId: 'orders', ...files });
    const refused = await client.token().then(
      () => undefined,
      (error: { readonly error?: string; readonly eventId?: string }) => error,
    );
    assert.equal(refused?.error, 'invalid_client');
    const explained = await home.json('explain', String(refused?.eventId));
    assert.match(JSON.stringify(explained), /certificate/);
  });
});
