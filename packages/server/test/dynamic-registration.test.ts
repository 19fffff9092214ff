import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { SignJWT } from 'jose';
import * as openid from 'openid-client';
import { adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { ONE_DATABASE } from './databases.ts';
import { causeOf, eventOf } from './event-of.ts';
import { mutualTlsFetch } from './mutual-tls-fetch.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const AUTHORITY = 'https://directory.example';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const statement = (
  claims: Readonly<Record<string, unknown>>,
  { key = privateKey, alg = 'ES256' }: { key?: KeyObject; alg?: string } = {},
) =>
  new SignJWT({ iss: AUTHORITY, ...claims })
    .setProtectedHeader({ alg, kid: 'directory-1' })
    .setIssuedAt()
    .sign(key);

const fetchAs =
  (identity: Identity): openid.CustomFetch =>
  (url, { method, headers, body }) =>
    mutualTlsFetch(identity)(url, { method, headers, ...(body != null && { body: String(body) }) });

/** Adds text to the end of a home's deployment.toml. */
const withText = (home: TestHome, text: string) => home.editDeployment((before) => `${before}\n${text}\n`);

for (const database of ONE_DATABASE) {
  describe(`dynamic registration on ${database.name}`, { skip: database.skip }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let close = async () => {};
    let ca: Identity;
    let partner: Identity;
    let other: Identity;

    const tls = () => ({ certificate: partner });
    const newToken = async (clients = 1) => {
      const { initial_access_token } = await adminApiOf(home.issuer).json('POST', '/registration-tokens', {
        label: 'partner',
        clients,
        lifetime: 600,
      });
      return String(initial_access_token);
    };
    const send = (
      url: string,
      method: string,
      token: string | undefined,
      body?: unknown,
      options: Call = tls(),
    ) =>
      call(url, {
        ...options,
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    const register = async (metadata: unknown, token?: string, path = '/oauth2/register') =>
      send(`${home.issuer}${path}`, 'POST', token ?? (await newToken()), metadata);
    const refused = async (answer: Answer) => [
      answer.status,
      answer.json().error,
      await causeOf(server, answer),
    ];
    const service = {
      client_name: 'Service',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=partner,O=Partner',
    };

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      ca = await createIdentity('CN=Partner CA', { usage: 'ca' });
      const issuer = { certificate: ca.certificate, privateKey: ca.privateKey };
      partner = await createIdentity('CN=partner,O=Partner', { issuer });
      other = await createIdentity('CN=other');
      home = await createTestHome(opened.deployment);
      await writeFile(join(home.security, 'partners.pem'), ca.pem);
      await writeFile(
        join(home.security, 'directory.json'),
        JSON.stringify({
          keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'directory-1', alg: 'ES256' }],
        }),
      );
      await withText(
        home,
        `
[[trust_group]]
name = "partners"
file_name = "partners.pem"
type = "PEM"

[registration]
client_certificate = "trusted"
trust_groups = ["partners"]
redirect_uri_patterns = ["https://*.partner.example/callback"]
scopes = ["openid", "accounts"]
max_requests_per_address = 200
registration_access_token_rotation = "always"

[[registration.software_statement_authority]]
issuer = "${AUTHORITY}"
jwks = "directory.json"
`,
      );
      server = await home.start();
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await close();
    });

    test('openid-client registers over mutual TLS, and the client authenticates by its certificate', async () => {
      const configuration = await openid.dynamicClientRegistration(
        new URL(home.issuer),
        { ...service, software_id: 'accounts-app', unknown_metadata: { ignored: true } },
        openid.TlsClientAuth(),
        { initialAccessToken: await newToken(), [openid.customFetch]: fetchAs(partner) },
      );
      const { client_id } = configuration.clientMetadata();
      configuration[openid.customFetch] = fetchAs(partner);
      const tokens = await openid.clientCredentialsGrant(configuration);
      assert.deepEqual(claimsOf(tokens.access_token).cnf, { 'x5t#S256': partner.thumbprint });
      const shown = await adminApiOf(home.issuer).json('GET', `/clients/${client_id}`);
      assert.equal(shown.trust_group, 'partners');
      assert.equal(shown.software_id, 'accounts-app');
      assert.equal('unknown_metadata' in shown, false);
    });

    test('every mutual-TLS metadata field registers and comes back', async () => {
      const subjects = {
        tls_client_auth_subject_dn: 'CN=a,O=Partner',
        tls_client_auth_san_dns: 'a.partner.example',
        tls_client_auth_san_uri: 'urn:partner:a',
        tls_client_auth_san_ip: '192.0.2.7',
        tls_client_auth_san_email: 'a@partner.example',
      };
      for (const [field, value] of Object.entries(subjects)) {
        const answer = await register({ grant_types: ['client_credentials'], [field]: value });
        assert.equal(answer.status, 201, answer.text);
        const { token_endpoint_auth_method, client_secret, client_name, client_id, ...rest } = answer.json();
        assert.equal(rest[field], value);
        assert.equal(token_endpoint_auth_method, 'tls_client_auth');
        assert.equal(client_secret, undefined);
        assert.equal(client_name, client_id);
      }
      const selfSigned = await register({
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        certificates: [other.pem],
        tls_client_certificate_bound_access_tokens: false,
      });
      assert.equal(selfSigned.status, 201, selfSigned.text);
      assert.equal(selfSigned.json().tls_client_certificate_bound_access_tokens, false);
      const form = { grant_type: 'client_credentials', client_id: String(selfSigned.json().client_id) };
      const tokens = await post(`${home.issuer}/oauth2/token`, form, { certificate: other });
      assert.equal(claimsOf(tokens.json().access_token).cnf, undefined);
    });

    test('what RFC 7591 leaves out means client_secret_basic and the code flow', async () => {
      const answer = await register({ redirect_uris: ['https://app.partner.example/callback'] });
      assert.equal(answer.status, 201, answer.text);
      const { token_endpoint_auth_method, grant_types, response_types, scope, ...rest } = answer.json();
      assert.deepEqual(
        { token_endpoint_auth_method, grant_types, response_types, scope },
        {
          token_endpoint_auth_method: 'client_secret_basic',
          grant_types: ['authorization_code'],
          response_types: ['code'],
          scope: 'openid',
        },
      );
      assert.equal(typeof rest.client_secret, 'string');
      assert.equal(rest.client_secret_expires_at, 0);
      assert.equal(rest.id_token_signed_response_alg, 'RS256');
      assert.equal(answer.headers['cache-control'], 'no-store');
    });

    test('the path of WSO2 answers with its members', async () => {
      const path = '/api/identity/oauth2/dcr/v1.1/register';
      const answer = await register(
        { client_name: 'App', redirect_uris: ['https://app.partner.example/callback'] },
        undefined,
        path,
      );
      assert.equal(answer.status, 201, answer.text);
      const { client_id, client_secret, redirect_uris, client_name, ...rest } = answer.json();
      assert.equal(typeof client_secret, 'string');
      assert.deepEqual(redirect_uris, ['https://app.partner.example/callback']);
      assert.equal(client_name, 'App');
      assert.equal(rest.registration_client_uri, `${home.issuer}${path}/${client_id}`);
    });

    test('a client reads, changes and removes itself with a token that is new each time', async () => {
      const registered = (await register({ ...service, contacts: ['a@partner.example'] })).json();
      const uri = String(registered.registration_client_uri);
      const first = String(registered.registration_access_token);
      const read = await send(uri, 'GET', first);
      assert.equal(read.status, 200, read.text);
      const second = String(read.json().registration_access_token);
      assert.notEqual(second, first);
      const again = await send(uri, 'GET', first);
      assert.equal(again.json().registration_access_token, second, 'the answer may have been lost');

      const change = {
        ...service,
        client_id: registered.client_id,
        client_name: 'Renamed',
        scope: 'accounts',
      };
      const wrong = await send(uri, 'PUT', second, { ...change, client_id: 'other' });
      assert.deepEqual(await refused(wrong), [400, 'invalid_request', 'client_ids_differ']);
      const more = await send(uri, 'PUT', second, { ...change, scope: 'payments' });
      assert.deepEqual(await refused(more), [400, 'invalid_client_metadata', 'registration_policy_exceeded']);
      const updated = await send(uri, 'PUT', second, change);
      assert.equal(updated.status, 200, updated.text);
      assert.equal(updated.json().client_name, 'Renamed');
      assert.equal(updated.json().scope, 'accounts');
      assert.deepEqual(updated.json().contacts, [], 'what is left out is gone');
      const third = String(updated.json().registration_access_token);
      assert.notEqual(third, second);
      const resent = await send(uri, 'PUT', second, change);
      assert.deepEqual([resent.status, resent.json().registration_access_token], [200, third]);
      const listed = await adminApiOf(home.issuer).json(
        'GET',
        `/events?client_id=${registered.client_id}&type=client.registration_repeated`,
      );
      assert.equal(Array.isArray(listed.items) && listed.items.length, 2, JSON.stringify(listed));
      const fourth = String((await send(uri, 'GET', third)).json().registration_access_token);
      assert.deepEqual(await refused(await send(uri, 'GET', first)), [
        401,
        'invalid_token',
        'registration_access_token_wrong',
      ]);

      const secretly = await send(uri, 'PUT', fourth, { ...change, client_secret: 'chosen' });
      assert.deepEqual(await refused(secretly), [400, 'invalid_client_metadata', 'client_secret_wrong']);
      const removed = await send(uri, 'DELETE', third);
      assert.equal(removed.status, 204, 'the answer with the fourth may have been lost');
      for (const past of [third, fourth]) assert.equal((await send(uri, 'GET', past)).status, 401);
      const form = { grant_type: 'client_credentials', client_id: String(registered.client_id) };
      assert.equal((await post(`${home.issuer}/oauth2/token`, form, tls())).status, 401);
    });

    test('a client that comes to need a secret gets one, and keeps what the operator gave it', async () => {
      const registered = (await register(service)).json();
      const client_id = String(registered.client_id);
      await adminApiOf(home.issuer).update(client_id, { allowed_resources: ['https://api.example'] });
      const update = () =>
        send(
          String(registered.registration_client_uri),
          'PUT',
          String(registered.registration_access_token),
          {
            client_id,
            grant_types: ['client_credentials'],
            token_endpoint_auth_method: 'client_secret_post',
            allowed_resources: ['https://everything.example'],
          },
        );
      const updated = await update();
      assert.equal(updated.status, 200, updated.text);
      assert.deepEqual(updated.json().allowed_resources, ['https://api.example']);
      const { client_secret } = updated.json();
      const form = { grant_type: 'client_credentials', client_id, client_secret: String(client_secret) };
      const tokens = await post(`${home.issuer}/oauth2/token`, form);
      assert.equal(tokens.status, 200, tokens.text);
      for (let again = 0; again < 2; again++) {
        assert.deepEqual((await update()).json(), updated.json(), 'the answer may have been lost');
      }
    });

    test('a client has no secret for methods that use none, and one that changes to them loses it', async () => {
      const registered = (await register(service)).json();
      assert.equal(registered.client_secret, undefined);
      assert.equal(registered.client_secret_expires_at, undefined);
      const client_id = String(registered.client_id);
      let token = String(registered.registration_access_token);
      const put = async (metadata: Readonly<Record<string, unknown>>) => {
        const answer = await send(String(registered.registration_client_uri), 'PUT', token, {
          client_id,
          grant_types: ['client_credentials'],
          ...metadata,
        });
        assert.equal(answer.status, 200, answer.text);
        token = String(answer.json().registration_access_token);
        return answer.json();
      };
      const held = async () =>
        (await adminApiOf(home.issuer).json('GET', `/clients/${client_id}`)).has_client_secret;
      const ask = (client_secret: unknown) =>
        post(`${home.issuer}/oauth2/token`, {
          grant_type: 'client_credentials',
          client_id,
          client_secret: String(client_secret),
        });
      assert.equal(await held(), false);
      const posting = { token_endpoint_auth_method: 'client_secret_post' };
      const first = await put(posting);
      assert.equal((await ask(first.client_secret)).status, 200);
      assert.equal((await put(service)).client_secret, undefined);
      assert.equal(await held(), false);
      assert.equal((await ask(first.client_secret)).status, 401);
      const second = await put(posting);
      assert.notEqual(second.client_secret, first.client_secret);
      assert.equal((await ask(first.client_secret)).status, 401);
      assert.equal((await ask(second.client_secret)).status, 200);
    });

    test('a software statement of a known authority counts more than the client’s own words', async () => {
      const software_statement = await statement({
        client_name: 'Accounts, says the directory',
        redirect_uris: ['https://statement.partner.example/callback'],
        org_id: 'ignored',
      });
      const answer = await register({
        client_name: 'Payments, says the client',
        redirect_uris: ['https://client.partner.example/callback'],
        software_statement,
      });
      assert.equal(answer.status, 201, answer.text);
      const registered = answer.json();
      assert.equal(registered.client_name, 'Accounts, says the directory');
      assert.deepEqual(registered.redirect_uris, ['https://statement.partner.example/callback']);
      assert.equal(registered.software_statement, software_statement);

      const updated = await send(
        String(registered.registration_client_uri),
        'PUT',
        String(registered.registration_access_token),
        { client_id: registered.client_id, client_name: 'Payments again', redirect_uris: [] },
      );
      assert.equal(updated.status, 200, updated.text);
      assert.equal(updated.json().client_name, 'Accounts, says the directory');
    });

    test('each wrong software statement is refused with its own error', async () => {
      const redirect_uris = ['https://app.partner.example/callback'];
      const yesterday = Math.floor(Date.now() / 1000) - 86_400;
      const cases = [
        [
          await statement({}, { key: stranger.privateKey }),
          'invalid_software_statement',
          'software_statement_invalid',
        ],
        [await statement({ exp: yesterday }), 'invalid_software_statement', 'software_statement_expired'],
        [
          await statement({ nbf: yesterday + 172_800 }),
          'invalid_software_statement',
          'software_statement_invalid',
        ],
        [
          await statement({ iss: 'https://other.example' }),
          'unapproved_software_statement',
          'software_statement_authority_unknown',
        ],
        [await statement({ scope: 'payments' }), 'invalid_client_metadata', 'registration_policy_exceeded'],
        [
          await statement({ redirect_uris: ['https://evil.example/callback'] }),
          'invalid_redirect_uri',
          'registration_policy_exceeded',
        ],
        [
          `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: AUTHORITY })).toString('base64url')}.`,
          'invalid_software_statement',
          'software_statement_invalid',
        ],
        ['not a jwt', 'invalid_software_statement', 'software_statement_invalid'],
        [7, 'invalid_software_statement', 'software_statement_invalid'],
      ] as const;
      const token = await newToken();
      for (const [software_statement, error, because] of cases) {
        const answer = await register({ redirect_uris, software_statement }, token);
        assert.deepEqual(await refused(answer), [400, error, because]);
      }
      const spent = await register({ redirect_uris, software_statement: await statement({}) }, token);
      assert.equal(spent.status, 201, 'a refusal costs no registration');
    });

    test('what goes beyond the policy is refused by the field it is in', async () => {
      const cases = [
        [
          { ...service, grant_types: ['password'] },
          'invalid_client_metadata',
          'registration_policy_exceeded',
        ],
        [{ ...service, scope: 'admin:read' }, 'invalid_client_metadata', 'registration_policy_exceeded'],
        [{ ...service, trust_group: 'others' }, 'invalid_client_metadata', 'registration_policy_exceeded'],
        [
          { redirect_uris: ['https://a.b.partner.example/other'] },
          'invalid_redirect_uri',
          'registration_policy_exceeded',
        ],
        [
          { redirect_uris: ['http://app.partner.example/callback'] },
          'invalid_redirect_uri',
          'client_metadata_invalid',
        ],
        [{}, 'invalid_redirect_uri', 'client_metadata_invalid'],
        [{ ...service, tls_client_auth_san_dns: 'a' }, 'invalid_client_metadata', 'client_metadata_invalid'],
        [{ ...service, client_name: 7 }, 'invalid_client_metadata', 'client_metadata_invalid'],
        ['[]', 'invalid_client_metadata', 'malformed_request'],
        ['{', 'invalid_client_metadata', 'malformed_request'],
      ] as const;
      const token = await newToken();
      for (const [metadata, error, because] of cases) {
        assert.deepEqual(await refused(await register(metadata, token)), [400, error, because]);
      }
    });

    test('a registration needs an initial access token in force', async () => {
      const without = await send(`${home.issuer}/oauth2/register`, 'POST', undefined, service);
      assert.deepEqual(await refused(without), [401, 'invalid_token', 'token_absent']);
      const unknown = await register(service, 'x'.repeat(43));
      assert.deepEqual(await refused(unknown), [401, 'invalid_token', 'initial_access_token_unknown']);
      const token = await newToken();
      assert.equal((await register(service, token)).status, 201);
      assert.deepEqual(await refused(await register(service, token)), [
        401,
        'invalid_token',
        'initial_access_token_spent',
      ]);
    });

    test('a token for one client registers one, however many try at once', async () => {
      for (const allowed of [1, 3]) {
        const token = await newToken(allowed);
        const answers = await Promise.all(Array.from({ length: 12 }, () => register(service, token)));
        assert.equal(answers.filter(({ status }) => status === 201).length, allowed);
        assert.equal(answers.filter(({ status }) => status === 401).length, 12 - allowed);
      }
    });

    test('of many updates at once with one registration access token all succeed, with one successor', async () => {
      const registered = (await register(service)).json();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          send(
            String(registered.registration_client_uri),
            'PUT',
            String(registered.registration_access_token),
            { ...service, client_id: registered.client_id, client_name: `Name ${index}` },
          ),
        ),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(8).fill(200),
      );
      assert.equal(new Set(answers.map((answer) => answer.json().registration_access_token)).size, 1);
    });

    test('a certificate is needed that chains to a trust group', async () => {
      const token = await newToken();
      const url = `${home.issuer}/oauth2/register`;
      const none = await send(url, 'POST', token, service, {});
      assert.deepEqual(await refused(none), [403, 'access_denied', 'certificate_absent']);
      const foreign = await send(url, 'POST', token, service, { certificate: other });
      assert.deepEqual(await refused(foreign), [403, 'access_denied', 'certificate_not_trusted']);
      const registered = (await send(url, 'POST', token, service)).json();
      const managed = await send(
        String(registered.registration_client_uri),
        'GET',
        String(registered.registration_access_token),
        undefined,
        {},
      );
      assert.deepEqual(await refused(managed), [403, 'access_denied', 'certificate_absent']);
    });

    test('a token of a group puts what it registers into it, and is worth nothing once the group is gone', async () => {
      const api = adminApiOf(home.issuer);
      const { group_id } = await api.json('POST', '/groups', { name: 'partners' });
      const unknown = await api.request('POST', '/registration-tokens', { label: 'x', group: 'nobody' });
      assert.equal(unknown.status, 400);
      assert.equal(unknown.json().field, 'group');
      const made = await api.json('POST', '/registration-tokens', {
        label: 'of partners',
        clients: 3,
        group: 'Partners',
      });
      assert.deepEqual([made.group, made.group_id], ['partners', group_id]);
      const answer = await register(service, String(made.initial_access_token));
      assert.equal(answer.status, 201);
      const { groups } = await api.json('GET', `/clients/${answer.json().client_id}/memberships`);
      assert.match(JSON.stringify(groups), /"partners"/);
      await server.line(
        new RegExp(`"type":"group.member_added".*of partners.*"client_id":"${answer.json().client_id}"`),
      );
      const listed = await home.command('registration-token', 'list');
      assert.match(listed.stdout, /1 of 3 clients .*of partners {2}into partners/);
      assert.equal((await api.request('DELETE', `/groups/${group_id}`)).status, 204);
      assert.deepEqual(await refused(await register(service, String(made.initial_access_token))), [
        401,
        'invalid_token',
        'initial_access_token_group_gone',
      ]);
      assert.equal((await api.request('DELETE', `/registration-tokens/${made.token_id}`)).status, 204);
    });

    test('a registration is an event that names the token and the authority', async () => {
      const answer = await register({
        ...service,
        software_statement: await statement({}),
      });
      const line = await server.line(
        new RegExp(`"type":"client.registered".*"client_id":"${answer.json().client_id}"`),
      );
      const { actor, detail } = JSON.parse(line);
      assert.equal(detail.software_statement_authority, AUTHORITY);
      assert.match(actor.name, /^initial access token [0-9a-f-]{36} \(partner\)$/);
    });

    test('the command line makes, lists and removes initial access tokens', async () => {
      const made = await home.json('registration-token', 'add', '--label', 'by hand', '--clients', '2');
      assert.ok(
        typeof made === 'object' && made !== null && 'initial_access_token' in made && 'token_id' in made,
      );
      const { initial_access_token, token_id } = made;
      assert.equal((await register(service, String(initial_access_token))).status, 201);
      const listed = await home.command('registration-token', 'list');
      assert.match(listed.stdout, new RegExp(`${token_id}  1 of 2 clients .*by hand`));
      assert.equal((await home.command('registration-token', 'remove', String(token_id))).code, 0);
      assert.equal((await register(service, String(initial_access_token))).status, 401);
      assert.equal((await home.command('registration-token', 'remove', String(token_id))).code, 1);
    });

    test('registrations from one address are limited', async () => {
      await home.editDeployment((text) =>
        text.replace('max_requests_per_address = 200', 'max_requests_per_address = 1'),
      );
      await server.line(/"type":"configuration\.reloaded"|deployment.*(applied|reload)/i);
      const answer = await register(service, 'x'.repeat(43));
      assert.deepEqual(await refused(answer), [429, 'temporarily_unavailable', 'registration_limited']);
      assert.equal((await eventOf(server, answer)).type, 'registration.refused');
    });
  });
}

test('a closed deployment registers nobody and advertises no endpoint; an open one asks for no token', async (t) => {
  const closed = await createTestHome({ registration: { mode: 'closed' } });
  t.after(() => closed.remove());
  const body = JSON.stringify({ grant_types: ['client_credentials'] });
  const request = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const running = await closed.start();
  t.after(() => running.stop());
  const refusal = await call(`${closed.issuer}/oauth2/register`, request);
  assert.deepEqual([refusal.status, refusal.json().error], [403, 'access_denied']);
  const metadata = await call(`${closed.issuer}/.well-known/openid-configuration`);
  assert.equal('registration_endpoint' in metadata.json(), false);
  await running.stop();

  await closed.editDeployment((text) => text.replace('mode = "closed"', 'mode = "open"'));
  const opened = await closed.start();
  t.after(() => opened.stop());
  const accepted = await call(`${closed.issuer}/oauth2/register`, request);
  assert.equal(accepted.status, 201, accepted.text);
  const wrongType = await call(`${closed.issuer}/oauth2/register`, {
    ...request,
    headers: { 'content-type': 'text/plain' },
  });
  assert.deepEqual([wrongType.status, wrongType.json().error], [400, 'invalid_client_metadata']);
});
