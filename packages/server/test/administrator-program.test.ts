import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { certificateToPem } from '@countersign/x509';
import { type IssuedCertificate, issueCertificate } from '@countersign/x509/issuance';
import { type AdminApi, adminApiOf, callAdminApi } from './admin-api.ts';
import {
  type AuthorizationServer,
  obtainCode,
  redeemCode,
  startAuthorizationServer,
  type TestClient,
} from './authorization-server.ts';
import { createIdentity } from './client-identity.ts';
import { causeOf, eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';
const OPERATOR = { name: 'root', through: 'command-line' } as const;
const SCOPE = 'read admin:read admin:clients';

const authority = (name: string): Promise<IssuedCertificate> =>
  issueCertificate({ subject: `CN=${name}`, keyType: 'EC-P256', days: 30, usage: 'ca', now: Date.now() });

describe('a program as administrator', () => {
  let server: AuthorizationServer;
  let admin: AdminApi;
  const tokenOf = (client: TestClient, scope: string | undefined, options: Call = client.tls) =>
    post(
      `${server.issuer}/oauth2/token`,
      {
        grant_type: 'client_credentials',
        client_id: client.client_id,
        ...(scope !== undefined && { scope }),
      },
      options,
    );
  const called = (token: unknown, path: string, options: Call = {}) =>
    callAdminApi(server.issuer, path, {
      ...options,
      headers: { authorization: `Bearer ${token}`, ...options.headers },
    });
  const program = (metadata: Readonly<Record<string, unknown>> = {}) =>
    server.register({ grant_types: ['client_credentials'], scope: SCOPE, ...metadata });
  const grantedToken = async (client: TestClient, scope = SCOPE) => {
    const answer = await tokenOf(client, scope);
    assert.equal(answer.status, 200, answer.text);
    return answer.json().access_token;
  };
  const as = (username: string, method: string, path: string, body?: unknown) =>
    callAdminApi(server.issuer, path, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${PASSWORD}`).toString('base64')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const refusal = async (answer: Answer) => [
    answer.status,
    answer.json().error,
    await causeOf(server.running, answer),
  ];

  before(async () => {
    server = await startAuthorizationServer({
      registration: { mode: 'open', scopes: ['read', 'admin:read', 'admin:clients'] },
    });
    admin = adminApiOf(server.issuer);
    for (const [username, roles] of [
      ['manager', ['client_manager']],
      ['second-owner', ['owner']],
    ]) {
      await admin.json('POST', '/users', { username, password: PASSWORD, roles });
    }
  });
  after(() => server?.close());

  test('does with a bound token what its scopes say, and is the actor of the event', async () => {
    const client = await program();
    const token = await grantedToken(client);
    assert.deepEqual(claimsOf(token).cnf, { 'x5t#S256': client.identity.thumbprint });
    const me = await called(token, '/me', client.tls);
    assert.deepEqual(
      [me.json().username, me.json().kind, me.json().roles, me.json().scopes],
      [client.client_id, 'client', [], ['admin:read', 'admin:clients']],
    );
    const made = await called(token, '/clients', {
      ...client.tls,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': '0123456789abcdef' },
      body: JSON.stringify({ client_name: 'made by a program', grant_types: ['client_credentials'] }),
    });
    assert.equal(made.status, 201, made.text);
    const { items } = await server.opened.storage.events.list({ actor: client.client_id }, { limit: 5 });
    assert.deepEqual(
      items.map(({ type, actor }) => [type, actor?.name, actor?.client_id, actor?.through]),
      [['client.created', client.client_id, client.client_id, 'admin-api']],
    );
    const beyond = await called(token, '/users', {
      ...client.tls,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'x', password: PASSWORD }),
    });
    assert.deepEqual(await refusal(beyond), [403, 'insufficient_scope', 'role_insufficient']);
    assert.equal((await eventOf(server.running, beyond)).client_id, client.client_id);
    assert.equal(claimsOf((await tokenOf(client, undefined)).json().access_token).scope, 'read');
  });

  test('is none with a token that is not bound to its certificate, nor without the certificate', async () => {
    const bound = await program();
    const token = await grantedToken(bound);
    const bare = await called(token, '/me');
    assert.deepEqual(await refusal(bare), [401, 'invalid_token', 'token_binding_differs']);
    const other = await called(token, '/me', { certificate: await createIdentity('CN=other') });
    assert.deepEqual(await refusal(other), [401, 'invalid_token', 'token_binding_differs']);

    const declined = await program({ tls_client_certificate_bound_access_tokens: false });
    const asked = await tokenOf(declined, SCOPE);
    assert.deepEqual(await refusal(asked), [400, 'invalid_scope', 'administrator_token_unbound']);
    assert.equal((await eventOf(server.running, asked)).client_id, declined.client_id);
    const plain = (await tokenOf(declined, 'read')).json().access_token;
    const unbound = await called(plain, '/me', declined.tls);
    assert.deepEqual(await refusal(unbound), [401, 'invalid_token', 'administrator_token_unbound']);
    assert.equal((await eventOf(server.running, unbound)).client_id, declined.client_id);

    const bySecret = await program({ token_endpoint_auth_method: 'client_secret_post' });
    const secret = { client_secret: String(bySecret.client_secret) };
    const form = { grant_type: 'client_credentials', client_id: bySecret.client_id, scope: SCOPE, ...secret };
    const without = await post(`${server.issuer}/oauth2/token`, form);
    assert.deepEqual(await refusal(without), [400, 'invalid_scope', 'administrator_token_unbound']);
    const identity = await createIdentity('CN=beside a secret');
    const beside = await post(`${server.issuer}/oauth2/token`, form, { certificate: identity });
    const boundToIt = beside.json().access_token;
    assert.equal((await called(boundToIt, '/me', { certificate: identity })).status, 200);
  });

  test('reaches as far as tls_client_auth and opaque tokens go', async () => {
    const ca = await authority('Programs');
    const identity = await createIdentity('CN=deploy,O=Example', { issuer: ca });
    const client = await program({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=deploy,O=Example',
      trust_anchors: [certificateToPem(ca.certificate)],
      access_token_type: 'reference',
    });
    const options = { certificate: identity };
    const { access_token } = (await tokenOf(client, SCOPE, options)).json();
    assert.equal((await called(access_token, '/me', options)).status, 200);
    assert.equal((await called(access_token, '/me')).status, 401);
  });

  test('is an administrator no longer once the scope is taken away, it is disabled, or its tokens end', async () => {
    const endings: readonly (readonly [
      string,
      Parameters<typeof server.opened.clients.change>[1],
      string,
      string,
    ])[] = [
      ['scope', { metadata: { scope: 'read' } }, 'administrator_unknown', 'scope_not_registered'],
      ['disabled', { enabled: false }, 'client_disabled', 'client_disabled'],
      ['tokens', { endTokens: true }, 'token_ended', ''],
    ];
    for (const [name, delta, cause, afterwards] of endings) {
      const client = await program({ client_name: name });
      const token = await grantedToken(client);
      assert.equal((await called(token, '/me', client.tls)).status, 200);
      // By another process than the server, as on another node.
      await server.opened.clients.change(client.client_id, delta, OPERATOR);
      await eventually(
        async () => (await called(token, '/me', client.tls)).status,
        (status) => status === 401,
      );
      const refused = await called(token, '/me', client.tls);
      assert.deepEqual(await refusal(refused), [401, 'invalid_token', cause], name);
      assert.equal((await eventOf(server.running, refused)).client_id, client.client_id);
      const again = await tokenOf(client, SCOPE);
      if (afterwards === '') assert.equal(again.status, 200);
      else assert.equal(await causeOf(server.running, again), afterwards);
    }
    const narrowed = await program();
    const token = await grantedToken(narrowed);
    await admin.update(narrowed.client_id, { scope: 'admin:read' });
    assert.deepEqual((await called(token, '/me', narrowed.tls)).json().scopes, ['admin:read']);
  });

  test('comes to its scopes by an owner alone, who alone changes it from then on', async () => {
    const client_name = 'wanted';
    const powerful = await program();
    const second = await createIdentity('CN=second');
    await server.opened.clients.change(powerful.client_id, { addCertificates: [second.pem] }, OPERATOR);
    const plain = await program({ scope: 'read' });
    const token = await grantedToken(powerful);
    const byProgram = async (method: string, path: string, body?: unknown) =>
      called(token, path, {
        ...powerful.tls,
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      });
    const byManager = (method: string, path: string, body?: unknown) => as('manager', method, path, body);
    const { pem } = await createIdentity('CN=the manager’s own');
    const own = `/clients/${powerful.client_id}`;
    for (const ask of [byManager, byProgram]) {
      const asked: readonly (readonly [string, string, unknown?])[] = [
        ['POST', '/clients', { client_name, scope: 'admin:read' }],
        ['POST', '/clients', { client_name, scope: 'read admin:of-a-later-version' }],
        ['PATCH', `/clients/${plain.client_id}`, { scope: 'read admin:clients' }],
        ['PATCH', own, { client_name }],
        ['PATCH', own, { token_endpoint_auth_method: 'client_secret_basic' }],
        ['PATCH', own, { scope: 'read', jwks_uri: 'https://evil.example/jwks' }],
        ['POST', `${own}/certificates`, { certificate: pem }],
        ['DELETE', `${own}/certificates/${second.thumbprint}`],
        ['POST', `${own}/secret`],
        ['DELETE', own],
      ];
      for (const [method, path, body] of asked) {
        const answer = await ask(method, path, body);
        const said = `${method} ${path} ${JSON.stringify(body)}`;
        assert.deepEqual(await refusal(answer), [403, 'insufficient_scope', 'role_insufficient'], said);
      }
      const bulk = await ask('POST', '/bulk/clients', {
        operations: [
          { operation: 'register', client: { client_name, scope: 'admin:read' } },
          { operation: 'change', client_id: plain.client_id, changes: { scope: 'admin:read' } },
          { operation: 'remove', client_id: powerful.client_id },
        ],
      });
      const { results } = bulk.json();
      assert.ok(Array.isArray(results));
      assert.deepEqual(
        results.map(({ status }: { status: number }) => status),
        [403, 403, 403],
      );
    }
    const granted = await as('second-owner', 'PATCH', `/clients/${plain.client_id}`, {
      scope: 'read admin:read',
    });
    assert.equal(granted.status, 200, granted.text);
    assert.equal((await called(await grantedToken(plain, 'admin:read'), '/me', plain.tls)).status, 200);
  });

  test('is nobody whom a client manager could vouch for', async () => {
    const vouch = (content: string, role?: string) =>
      as('manager', 'POST', '/truststore/certificates', { content, ...(role && { role }) });
    const pemOf = async (name: string) => certificateToPem((await authority(name)).certificate);
    const earlier = await vouch(await pemOf('Before'), 'handshake');
    assert.equal(earlier.status, 201, earlier.text);
    const client = await program({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=known by the store',
    });
    for (const role of [undefined, 'authority']) {
      const refused = await vouch(await pemOf(`Manager ${role}`), role);
      assert.deepEqual(await refusal(refused), [403, 'insufficient_scope', 'administration_of_trust']);
    }
    const stores = await admin.json('GET', '/truststore');
    const alias = /"alias":"([^"]+)"/.exec(JSON.stringify(stores))?.[1] ?? '';
    const role = `/truststore/certificates/${encodeURIComponent(alias)}/role`;
    assert.equal((await as('manager', 'PUT', role, { role: 'authority' })).status, 403);
    assert.equal((await as('manager', 'DELETE', role)).status, 403);
    assert.equal((await vouch(await pemOf('Another'), 'handshake')).status, 201);
    await admin.update(client.client_id, { scope: 'read' });
    assert.equal((await vouch(await pemOf('Later'))).status, 201);
  });

  test('is none by registering itself, nor by changing what it registered', async () => {
    const identity = await createIdentity('CN=registers itself');
    const send = (method: string, url: string, body: unknown, authorization?: string) =>
      call(url, {
        method,
        certificate: identity,
        headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
        body: JSON.stringify(body),
      });
    const asked = {
      client_name: 'registers itself',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
      certificates: [identity.pem],
    };
    const register = `${server.issuer}/oauth2/register`;
    const wanted = await send('POST', register, { ...asked, scope: 'read admin:read' });
    assert.deepEqual([wanted.status, wanted.json().error], [400, 'invalid_client_metadata'], wanted.text);
    const modest = await send('POST', register, { ...asked, scope: 'read' });
    assert.equal(modest.status, 201, modest.text);
    const { client_id, registration_client_uri, registration_access_token, ...rest } = modest.json();
    assert.equal(rest.scope, 'read');
    await admin.update(String(client_id), { scope: 'read admin:read' });
    const change = (scope: string) =>
      send(
        'PUT',
        String(registration_client_uri),
        { ...asked, client_id, scope },
        `Bearer ${registration_access_token}`,
      );
    const kept = await change('read admin:read');
    assert.deepEqual([kept.status, kept.json().error], [400, 'invalid_client_metadata'], kept.text);
    const changed = await change('read');
    assert.equal(changed.status, 200, changed.text);
    assert.equal((await admin.json('GET', `/clients/${client_id}`)).scope, 'read');
  });

  test('gives a person no more than the roles of the person', async () => {
    const client = await program({
      grant_types: ['client_credentials', 'authorization_code'],
      scope: 'openid admin:read admin:clients',
    });
    const tokenFor = async (roles: readonly 'auditor'[]) => {
      const browser = await server.browser({ roles });
      await server.consent(browser, client, ['openid', 'admin:read', 'admin:clients']);
      const { code, verifier } = await obtainCode(server, browser, client, {
        scope: 'openid admin:read admin:clients',
      });
      const { access_token } = (await redeemCode(server, client, { code, verifier })).json();
      return access_token;
    };
    const auditor = await tokenFor(['auditor']);
    assert.equal(claimsOf(auditor).scope, 'openid admin:read');
    const me = (await called(auditor, '/me', client.tls)).json();
    assert.deepEqual([me.kind, me.scopes], ['person', ['admin:read']]);
    const nobody = await called(await tokenFor([]), '/me', client.tls);
    assert.deepEqual(await refusal(nobody), [401, 'invalid_token', 'administrator_unknown']);
  });
});
