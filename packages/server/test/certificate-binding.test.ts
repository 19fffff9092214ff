import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { z } from 'zod';
import { adminApiOf } from './admin-api.ts';
import {
  type AuthorizationServer,
  obtainCode,
  redeemCode,
  SCOPES,
  startAuthorizationServer,
  type TestClient,
} from './authorization-server.ts';
import { createDpopKey } from './dpop-client.ts';
import { causeOf } from './event-of.ts';
import { type Answer, type Call, call, claimsOf, post } from './token-client.ts';

const Registration = z.object({
  client_id: z.string(),
  client_secret: z.string(),
  registration_client_uri: z.string(),
  registration_access_token: z.string(),
  tls_client_certificate_bound_access_tokens: z.boolean(),
});

describe('tls_client_certificate_bound_access_tokens', () => {
  let server: AuthorizationServer;

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const machine = { grant_types: ['client_credentials'], redirect_uris: [] };
  /** A client that authenticates by its certificate. */
  const withCertificate = async (metadata: Readonly<Record<string, unknown>> = {}): Promise<TestClient> => ({
    ...(await server.register({ ...machine, ...metadata })),
    client_secret: undefined,
  });
  /** A client that could do without its certificate. */
  const withSecret = (bound?: boolean) =>
    server.register({
      ...machine,
      token_endpoint_auth_method: 'client_secret_post',
      ...(bound !== undefined && { tls_client_certificate_bound_access_tokens: bound }),
    });
  const form = ({ client_id, client_secret }: TestClient): Record<string, string> => ({
    grant_type: 'client_credentials',
    client_id,
    ...(client_secret !== undefined && { client_secret }),
  });
  const token = (client: TestClient, options: Call = {}) => post(at('token'), form(client), options);
  const cnfOf = (answer: Answer) => {
    assert.equal(answer.status, 200, answer.text);
    return claimsOf(answer.json().access_token).cnf;
  };
  const assertRefused = async (answer: Answer) => {
    assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_request'], answer.text);
    assert.equal(await causeOf(server.running, answer), 'certificate_to_bind_absent');
  };

  before(async () => {
    server = await startAuthorizationServer({ registration: { mode: 'open' } });
  });
  after(() => server?.close());

  test('not said: bound to the certificate that comes, to none where none comes', async () => {
    const client = await withSecret();
    assert.equal(cnfOf(await token(client)), undefined);
    assert.deepEqual(cnfOf(await token(client, client.tls)), { 'x5t#S256': client.identity.thumbprint });
  });

  test('not said: bound to the DPoP key alone where one is proved', async () => {
    const key = await createDpopKey();
    for (const client of [await withCertificate(), await withSecret()]) {
      const answer = await key.post(at('token'), form(client), client.tls);
      assert.deepEqual(cnfOf(answer), { jkt: key.jkt });
    }
  });

  test('asked for: bound, to the DPoP key as well, and refused without a certificate', async () => {
    const client = await withSecret(true);
    const bound = { 'x5t#S256': client.identity.thumbprint };
    assert.deepEqual(cnfOf(await token(client, client.tls)), bound);
    await assertRefused(await token(client));
    const key = await createDpopKey();
    const both = await key.post(at('token'), form(client), client.tls);
    assert.deepEqual(cnfOf(both), { ...bound, jkt: key.jkt });
    await assertRefused(await key.post(at('token'), form(client)));
  });

  test('asked for: at every grant, refreshing too', async () => {
    const browser = await server.browser();
    const client = await server.register({
      token_endpoint_auth_method: 'client_secret_post',
      tls_client_certificate_bound_access_tokens: true,
      grant_types: ['authorization_code', 'refresh_token', 'password'],
    });
    await server.consent(browser, client, SCOPES);
    const { client_id, client_secret = '' } = client;
    const send = (fields: Record<string, string>, options: Call = {}) =>
      post(at('token'), { client_id, client_secret, ...fields }, options);
    const code = await obtainCode(server, browser, client);
    const redeem = (options: Call = {}) =>
      send(
        {
          grant_type: 'authorization_code',
          code: code.code,
          code_verifier: code.verifier,
          redirect_uri: client.redirect_uri,
        },
        options,
      );
    await assertRefused(await redeem());
    const tokens = await redeem(client.tls);
    assert.deepEqual(cnfOf(tokens), { 'x5t#S256': client.identity.thumbprint });
    const refreshing = { grant_type: 'refresh_token', refresh_token: String(tokens.json().refresh_token) };
    await assertRefused(await send(refreshing));
    assert.equal((await send(refreshing, client.tls)).status, 200);
    const person = { grant_type: 'password', username: browser.user.username, password: 'x' };
    await assertRefused(await send(person));
  });

  test('off: bound to no certificate', async () => {
    const client = await withCertificate({ tls_client_certificate_bound_access_tokens: false });
    assert.equal(cnfOf(await token(client, client.tls)), undefined);
  });

  test('a public client that asked for it needs its certificate', async () => {
    const browser = await server.browser();
    const client = await server.register({
      token_endpoint_auth_method: 'none',
      tls_client_certificate_bound_access_tokens: true,
    });
    await server.consent(browser, client, SCOPES);
    const code = await obtainCode(server, browser, client);
    await assertRefused(await redeemCode(server, client, code, {}));
    assert.equal((await redeemCode(server, client, code)).status, 200);
  });

  describe('a client that registers itself', () => {
    const metadata = {
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
    };
    const send = async (method: string, url: string, body: object, bearer?: string) => {
      const answer = await call(url, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(body),
      });
      assert.ok(answer.status < 300, answer.text);
      return answer.json();
    };
    const register = async (more: object = {}) =>
      Registration.parse(await send('POST', at('register'), { ...metadata, ...more }));
    const stored = async ({ client_id }: z.infer<typeof Registration>) =>
      (await server.opened.storage.clients.find(client_id))?.metadata
        .tls_client_certificate_bound_access_tokens;

    test('is told true only where it asked', async () => {
      const said = async (more: object) => {
        const registered = await register(more);
        return [registered.tls_client_certificate_bound_access_tokens, await stored(registered)];
      };
      assert.deepEqual(await said({}), [false, undefined]);
      assert.deepEqual(await said({ tls_client_certificate_bound_access_tokens: false }), [false, false]);
      assert.deepEqual(await said({ tls_client_certificate_bound_access_tokens: true }), [true, true]);
    });

    test('changes nothing by sending back what it was answered', async () => {
      const update = (of: z.infer<typeof Registration>, bound: boolean | undefined) =>
        send(
          'PUT',
          of.registration_client_uri,
          { ...metadata, client_id: of.client_id, tls_client_certificate_bound_access_tokens: bound },
          of.registration_access_token,
        );
      const registered = await register();
      assert.equal((await update(registered, false)).tls_client_certificate_bound_access_tokens, false);
      assert.equal(await stored(registered), undefined);
      assert.equal((await update(registered, true)).tls_client_certificate_bound_access_tokens, true);
      await update(registered, false);
      assert.equal(await stored(registered), false, 'what it asked for before it takes back');
      await update(registered, undefined);
      assert.equal(await stored(registered), undefined);
    });
  });

  test('the admin API and the command line show which of the three it is', async () => {
    const api = adminApiOf(server.issuer);
    const { client_id } = await withCertificate();
    const shown = async (changes: object) => {
      const { tls_client_certificate_bound_access_tokens: bound, certificate_binding } = await api.json(
        'PATCH',
        `/clients/${client_id}`,
        changes,
      );
      const printed = await server.command('client', 'show', client_id);
      return [bound, certificate_binding, /^tokens bound +(.*)$/m.exec(printed.stdout)?.[1]];
    };
    assert.deepEqual(await shown({}), [
      false,
      'when_presented',
      'to the certificate it presents, or to its DPoP key',
    ]);
    assert.deepEqual(await shown({ tls_client_certificate_bound_access_tokens: true }), [
      true,
      'required',
      'to its certificate; refused without one',
    ]);
    assert.deepEqual(await shown({ tls_client_certificate_bound_access_tokens: false }), [
      false,
      'off',
      'to no certificate',
    ]);
    assert.deepEqual((await shown({ tls_client_certificate_bound_access_tokens: null })).slice(0, 2), [
      false,
      'when_presented',
    ]);
  });
});
