import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { z } from 'zod';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { freePort } from './free-port.ts';
import { clientAssertion, createClientKey } from './request-object.ts';
import { type Answer, call, post } from './token-client.ts';

const Explained = z.looseObject({
  event_id: z.string(),
  because: z.string(),
  what: z.string(),
  remedy: z.string(),
  evidence: z.looseObject({ came_to_port: z.int().optional(), asked_at: z.string().optional() }),
});

/** With `[transport.mtls]` the main port asks for no certificate: who comes there without one came to the wrong port. */
describe('a certificate is needed, and the request came to the port that asks for none', () => {
  let home: TestHome;
  let server: RunningCountersign;
  let admin: AdminApi;
  let identity: Identity;
  let mtls: string;
  let port: number;

  before(async () => {
    port = await freePort();
    mtls = `https://localhost:${port}`;
    home = await createTestHome({
      'transport.mtls': { enable: true, port },
      registration: { mode: 'open', client_certificate: 'required' },
    });
    server = await home.start();
    admin = adminApiOf(home.issuer);
    identity = await createIdentity('CN=two ports');
    await writeFile(join(home.home, 'client.pem'), identity.pem);
    for (const [client_id, metadata] of Object.entries({
      self: { certificates: [identity.pem] },
      authority: { tls_client_auth_san_dns: 'client.example' },
      secret: { token_endpoint_auth_method: 'client_secret_post' },
    })) {
      await admin.register({
        client_id,
        client_name: client_id,
        grant_types: ['client_credentials', 'password'],
        scope: 'openid',
        ...metadata,
      });
    }
  });
  after(async () => {
    await server?.stop();
    await home?.remove();
  });

  const explained = async (answer: Answer) => {
    const id = String(answer.headers['countersign-event-id']);
    const text = (await home.command('explain', id)).stdout;
    return { ...Explained.parse(await home.json('explain', id)), text };
  };
  const assertWrongPort = async (answer: Answer, because: string) => {
    const shown = await explained(answer);
    assert.equal(shown.because, because);
    assert.match(shown.what, new RegExp(`wrong port.* port ${home.port} asks for none`));
    assert.match(shown.remedy, new RegExp(`port ${port}, ${mtls}:.*mtls_endpoint_aliases`));
    assert.doesNotMatch(shown.remedy, /clientAuth/);
    assert.ok(shown.text.includes(shown.remedy), shown.text);
    assert.equal(shown.evidence.came_to_port, home.port);
    assert.equal(shown.evidence.asked_at, mtls);
    const { remedy } = await admin.json('GET', `/events/${shown.event_id}`);
    assert.equal(remedy, shown.remedy);
  };

  for (const client_id of ['self', 'authority']) {
    for (const endpoint of ['token', 'introspect', 'revoke', 'par']) {
      test(`${client_id} at ${endpoint}: explain names the port`, async () => {
        const form = { client_id, grant_type: 'client_credentials', token: 'x' };
        const answer = await post(`${home.issuer}/oauth2/${endpoint}`, form, { certificate: identity });
        assert.equal(answer.status, 401);
        assert.doesNotMatch(answer.text, /port/, 'the caller learns nothing');
        await assertWrongPort(answer, 'certificate_absent');
      });
    }
  }

  test('a token that is bound to the certificate, at UserInfo on the main port', async () => {
    const form = { client_id: 'self', grant_type: 'password', username: 'admin', password: 'admin' };
    const issued = await post(`${mtls}/oauth2/token`, form, { certificate: identity });
    assert.equal(issued.status, 200, issued.text);
    const headers = { authorization: `Bearer ${issued.json().access_token}` };
    const there = await call(`${mtls}/oauth2/userinfo`, { headers, certificate: identity });
    assert.equal(there.status, 200, there.text);
    const here = await call(`${home.issuer}/oauth2/userinfo`, { headers, certificate: identity });
    assert.equal(here.status, 401);
    await assertWrongPort(here, 'token_binding_differs');
  });

  test('a client that registers itself, where a certificate is required', async () => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'itself', grant_types: ['client_credentials'] }),
      certificate: identity,
    };
    const there = await call(`${mtls}/oauth2/register`, options);
    assert.equal(there.status, 201, there.text);
    const here = await call(`${home.issuer}/oauth2/register`, options);
    assert.equal(here.status, 403);
    await assertWrongPort(here, 'certificate_absent');
  });

  test('a client whose profile binds its tokens to the certificate', async () => {
    const key = createClientKey('PS256');
    const { client_id } = await admin.register({
      client_name: 'profiled',
      profile: 'fapi1-advanced',
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['client_credentials'],
      jwks: key.jwks,
    });
    const ask = async (base: string) => {
      const proof = await clientAssertion(key, client_id, home.issuer, {});
      const form = { grant_type: 'client_credentials', client_id, ...proof };
      return post(`${base}/oauth2/token`, form, { certificate: identity });
    };
    const there = await ask(mtls);
    assert.equal(there.status, 200, there.text);
    await assertWrongPort(await ask(home.issuer), 'profile_rule_broken');
  });

  test('on the port that asks, and for what lacks no certificate, the cause is another', async () => {
    const form = { client_id: 'self', grant_type: 'client_credentials' };
    const without = await explained(await post(`${mtls}/oauth2/token`, form));
    assert.equal(without.because, 'certificate_absent');
    assert.match(without.remedy, /--cert/);
    assert.equal(without.evidence.asked_at, undefined);
    const stranger = await createIdentity('CN=stranger');
    const other = await explained(await post(`${mtls}/oauth2/token`, form, { certificate: stranger }));
    assert.equal(other.because, 'certificate_not_registered');
    const secret = await explained(
      await post(`${home.issuer}/oauth2/token`, { ...form, client_id: 'secret', client_secret: 'x' }),
    );
    assert.equal(secret.because, 'client_secret_wrong');
    assert.equal(secret.evidence.asked_at, undefined);
  });

  test('explain --cert says at which port it is asked for', async () => {
    const { code, stdout } = await home.command(
      ...['explain', '--cert', join(home.home, 'client.pem'), '--client', 'self'],
    );
    assert.equal(code, 0, stdout);
    assert.match(stdout, new RegExp(`ok +the handshake asks for it[\\s\\S]*asked_at +${mtls}`));
    assert.match(stdout, new RegExp(`not_asked_at +${home.issuer}, .*wrong port`));
  });
});

test('clientAuth none is about the one listener, where there is no second', async () => {
  const home = await createTestHome({ 'transport.https': { clientAuth: 'none' } });
  const server = await home.start();
  try {
    const identity = await createIdentity('CN=one port');
    const admin = adminApiOf(home.issuer);
    const { client_id } = await admin.register({ client_name: 'one', certificates: [identity.pem] });
    const answer = await post(
      `${home.issuer}/oauth2/token`,
      { grant_type: 'client_credentials', client_id },
      { certificate: identity },
    );
    const shown = Explained.parse(await home.json('explain', String(answer.headers['countersign-event-id'])));
    assert.match(shown.remedy, /clientAuth is "want" or "require"/);
    await writeFile(join(home.home, 'client.pem'), identity.pem);
    const offline = await home.command(
      ...['explain', '--cert', join(home.home, 'client.pem'), '--client', client_id],
    );
    assert.equal(offline.code, 1, offline.stdout);

    // A second listener asks whatever clientAuth says, and the certificate counts there.
    await home.editDeployment((text) => `${text}\n[transport.mtls]\nenable = true\n`);
    const second = await home.command(
      ...['explain', '--cert', join(home.home, 'client.pem'), '--client', client_id],
    );
    assert.equal(second.code, 0, second.stdout + second.stderr);
  } finally {
    await server.stop();
    await home.remove();
  }
});
