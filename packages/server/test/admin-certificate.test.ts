import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type AdminApi, adminApiOf, callAdminApi } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { eventually } from './eventually.ts';
import { type Answer, claimsOf, post } from './token-client.ts';

const DAY_MS = 86_400_000;
const PASSWORD = 'correct horse battery staple';
const SECTION = 'admin_console.authenticator.mutual_ssl_authenticator';

let home: TestHome;
let server: RunningCountersign;
let api: AdminApi;
let owner: Identity;
let auditor: Identity;
let expired: Identity;
let unmapped: Identity;
let oauthClient: Identity;
let template: string;

before(async () => {
  home = await createTestHome();
  template = await home.editDeployment((text) => text);
  server = await home.start();
  api = adminApiOf(home.issuer);
  await api.json('POST', '/users', { username: 'auditor', password: PASSWORD, roles: ['auditor'] });
  owner = await createIdentity('CN=owner');
  auditor = await createIdentity('CN=auditor');
  expired = await createIdentity('CN=expired', { now: Date.now() - 60 * DAY_MS });
  unmapped = await createIdentity('CN=unmapped');
  oauthClient = await createIdentity('CN=oauth client');
});
after(async () => {
  await server?.stop();
  await home?.remove();
});

const ask = (
  identity: Identity,
  path = '/me',
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  callAdminApi(home.issuer, path, {
    method,
    headers,
    certificate: { cert: identity.cert, key: identity.key },
  });

const mapping = (identity: Identity, username: string) =>
  `[[${SECTION}.administrator]]\ncertificate_thumbprint = "${identity.thumbprint}"\nusername = "${username}"\n`;

/** Replaces the authenticator's part of `deployment.toml` and waits until it counts. */
async function configure(enable: boolean, ...mappings: readonly string[]): Promise<void> {
  const header = template.indexOf(`\n[${SECTION}]\n`);
  const section = template.slice(header).replace('enable = false', `enable = ${enable}`);
  const wanted = `${template.slice(0, header)}${section}\n${mappings.join('\n')}`;
  await home.editDeployment(() => wanted);
  const inForce = async (): Promise<boolean> => {
    const settings = JSON.stringify(await api.json('GET', '/settings'));
    const switched = new RegExp(`"key":"${SECTION}\\.enable"[^}]*"value":"${enable}"`).test(settings);
    return (
      switched &&
      mappings.every((mapped) => settings.includes(/thumbprint = "(\S+)"/.exec(mapped)?.[1] ?? '?'))
    );
  };
  await eventually(inForce, (done) => done);
}

const refusedBecause = async (answer: Answer): Promise<unknown> => {
  assert.equal(answer.status, 401);
  return (await api.json('GET', `/events/${answer.headers['countersign-event-id']}`)).because;
};

test('off, which it is by default, no certificate is anybody', async () => {
  assert.equal(await refusedBecause(await ask(owner)), 'token_absent');
  await configure(false, mapping(owner, 'admin'));
  assert.equal(await refusedBecause(await ask(owner)), 'token_absent');
});

test('on, a mapped certificate enters as its administrator, with the roles of that one alone', async () => {
  await configure(true, mapping(owner, 'admin'), mapping(auditor, 'auditor'), mapping(expired, 'admin'));
  const me = await ask(owner);
  assert.equal(me.status, 200);
  assert.equal(me.json().username, 'admin');
  assert.deepEqual((await ask(auditor)).json().scopes, ['admin:read']);
  assert.equal((await ask(auditor, '/signing-keys/rotate', 'POST')).status, 403);
  assert.equal((await ask(owner, '/signing-keys/rotate', 'POST')).status, 200);
});

test('a certificate that is not mapped, or has expired, does not enter', async () => {
  assert.equal(await refusedBecause(await ask(unmapped)), 'administrator_unknown');
  assert.equal(await refusedBecause(await ask(expired)), 'certificate_expired');
});

test('the page of another site gets nothing out of the certificate a browser sends along', async () => {
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    assert.equal((await ask(owner, '/signing-keys/rotate', 'POST', headers)).status, 401);
  }
});

test('a disabled administrator, or one without a role, does not enter', async () => {
  await api.updateUser('auditor', { enabled: false });
  assert.equal(await refusedBecause(await ask(auditor)), 'administrator_unknown');
  await api.updateUser('auditor', { enabled: true, roles: [] });
  assert.equal(await refusedBecause(await ask(auditor)), 'administrator_unknown');
  await api.updateUser('auditor', { roles: ['auditor'] });
  assert.equal((await ask(auditor)).status, 200);
});

test('the certificate of an OAuth client never enters, whoever maps it', async () => {
  await configure(true, mapping(owner, 'admin'), mapping(oauthClient, 'admin'));
  assert.equal((await ask(oauthClient)).status, 200, 'not yet the certificate of a client');
  const { client_id } = await api.register({
    client_name: 'client',
    certificates: [oauthClient.pem],
    grant_types: ['client_credentials'],
  });
  assert.equal(await refusedBecause(await ask(oauthClient)), 'administrator_unknown');

  // Nor does the token it gets: for itself it gets no scope of the admin API, and it is nobody with a role.
  await api.update(client_id, { scope: 'invoices' });
  const tokenFor = (scope: string) =>
    post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id, scope },
      { certificate: { cert: oauthClient.cert, key: oauthClient.key } },
    );
  assert.equal((await tokenFor('admin:read')).json().error, 'invalid_scope');
  const token = (await tokenFor('invoices')).json();
  assert.equal(claimsOf(token.access_token).client_id, client_id);
  const answer = await ask(oauthClient, '/me', 'GET', { authorization: `Bearer ${token.access_token}` });
  assert.equal(answer.status, 401);

  // With scopes of the admin API it administers by a token of its own; the certificate alone still does not.
  await api.update(client_id, { scope: 'invoices admin:read' });
  assert.equal(await refusedBecause(await ask(oauthClient)), 'administrator_unknown');

  await api.update(client_id, { enabled: false });
  assert.equal(
    await refusedBecause(await ask(oauthClient)),
    'administrator_unknown',
    'disabled, still a client',
  );
});
