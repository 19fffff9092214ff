import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { causeOf } from './event-of.ts';
import { call, post } from './token-client.ts';

const PASSWORD = 'correct horse battery staple';

describe('what ends with a client, or with a person', () => {
  let server: AuthorizationServer;
  let admin: AdminApi;
  let inspector: Awaited<ReturnType<AuthorizationServer['register']>>;

  before(async () => {
    server = await startAuthorizationServer();
    admin = adminApiOf(server.issuer);
    inspector = await server.register();
  });
  after(() => server?.close());

  const isActive = async (token: string) => {
    const answer = await post(
      `${server.issuer}/oauth2/introspect`,
      { token, client_id: inspector.client_id },
      inspector.tls,
    );
    assert.equal(answer.status, 200, answer.text);
    return answer.json().active;
  };
  const tokenOf = async (form: Readonly<Record<string, string>>, certificate?: Identity) => {
    const answer = await post(
      `${server.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', ...form },
      certificate ? { certificate } : {},
    );
    assert.equal(answer.status, 200, answer.text);
    return String(answer.json().access_token);
  };
  const withSecret = (more: object = {}) =>
    admin.register({
      client_name: 'with a secret',
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['client_credentials'],
      ...more,
    });

  for (const access_token_type of ['jwt', 'reference'] as const) {
    describe(`tokens of the form ${access_token_type}`, () => {
      test('end with the secret they were asked for with, unless they are to stay', async () => {
        const { client_id, client_secret } = await withSecret({ access_token_type });
        const first = await tokenOf({ client_id, client_secret });
        const kept = await admin.json('POST', `/clients/${client_id}/secret?end_tokens=false`);
        assert.equal(await isActive(first), true);
        const second = await tokenOf({ client_id, client_secret: String(kept.client_secret) });
        const renewed = await admin.json('POST', `/clients/${client_id}/secret`);
        // Within the same second.
        const third = await tokenOf({ client_id, client_secret: String(renewed.client_secret) });
        assert.deepEqual(await Promise.all([first, second, third].map(isActive)), [false, false, true]);
      });

      test('end when an administrator ends them, switches the client off, or removes it', async () => {
        const registration = { client_id: `again-${access_token_type}`, access_token_type };
        const { client_id, client_secret } = await withSecret(registration);
        const first = await tokenOf({ client_id, client_secret });
        await admin.json('DELETE', `/clients/${client_id}/tokens`);
        assert.equal(await isActive(first), false);
        const second = await tokenOf({ client_id, client_secret });
        assert.equal(await isActive(second), true);
        await admin.json('PATCH', `/clients/${client_id}`, { enabled: false });
        await admin.json('PATCH', `/clients/${client_id}`, { enabled: true });
        assert.equal(await isActive(second), false, 'switched on again it has none of them');
        const third = await tokenOf({ client_id, client_secret });
        await admin.json('DELETE', `/clients/${client_id}`);
        assert.equal(await isActive(third), false);
        await new Promise((done) => setTimeout(done, 1000));
        await withSecret(registration);
        assert.deepEqual(await Promise.all([first, second, third].map(isActive)), [false, false, false]);
      });

      test('end with the certificate they are bound to, and no others', async () => {
        const [leaked, other] = [await createIdentity('CN=leaked'), await createIdentity('CN=other')];
        const { client_id } = await admin.register({
          client_name: 'rolled over',
          grant_types: ['client_credentials'],
          certificates: [leaked.pem, other.pem],
          access_token_type,
        });
        const before = [await tokenOf({ client_id }, leaked), await tokenOf({ client_id }, other)];
        await admin.json('DELETE', `/clients/${client_id}/certificates/${leaked.thumbprint}`);
        assert.deepEqual(await Promise.all(before.map(isActive)), [false, true]);
        await admin.json('POST', `/clients/${client_id}/certificates`, { certificate: leaked.pem });
        const after = await tokenOf({ client_id }, leaked);
        assert.deepEqual(await Promise.all([...before, after].map(isActive)), [false, true, true]);
      });
    });
  }

  test('a token of a password is of a grant that is listed, and ends with it', async () => {
    await admin.json('POST', '/users', { username: 'owner-to-be', password: PASSWORD, roles: ['owner'] });
    const { client_id, client_secret } = await withSecret({
      grant_types: ['password'],
      scope: 'admin:users',
    });
    const token = await tokenOf({
      ...{ client_id, client_secret, grant_type: 'password', scope: 'admin:users' },
      ...{ username: 'owner-to-be', password: PASSWORD },
    });
    const asOwner = (username: string) =>
      call(`${server.issuer}/api/admin/v1/users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD, roles: ['owner'] }),
      });
    assert.equal(await isActive(token), true);
    const { items } = await admin.json('GET', '/grants?username=owner-to-be');
    assert.ok(Array.isArray(items));
    assert.deepEqual(
      items.map((grant: { client_id: string }) => grant.client_id),
      [client_id],
    );
    await admin.json('DELETE', `/grants/${items[0].grant_id}`);
    assert.equal(await isActive(token), false);
    const refused = await asOwner('made by a stolen token');
    assert.equal(refused.status, 401, refused.text);
    assert.equal(await causeOf(server.running, refused), 'grant_revoked');
  });
});
