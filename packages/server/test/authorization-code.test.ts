import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { hashOpaqueToken } from '../src/token/opaque-token.ts';
import {
  type AuthorizationServer,
  obtainCode,
  redeemCode,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import { TOKEN_DATABASES } from './databases.ts';
import { causeOf, eventOf } from './event-of.ts';
import { type Answer, claimsOf, post } from './token-client.ts';

for (const database of TOKEN_DATABASES) {
  describe(`codes and refresh tokens on ${database.name}`, { skip: database.skip }, () => {
    let server: AuthorizationServer;
    let close: () => Promise<void>;
    let client: TestClient;
    let browser: TestBrowser;

    const refresh = (
      refresh_token: unknown,
      form: Record<string, string> = {},
      options: object = client.tls,
    ) =>
      post(
        `${server.issuer}/oauth2/token`,
        {
          grant_type: 'refresh_token',
          refresh_token: String(refresh_token),
          client_id: client.client_id,
          ...form,
        },
        options,
      );
    const introspect = async (token: unknown) =>
      (
        await post(
          `${server.issuer}/oauth2/introspect`,
          { token: String(token), client_id: client.client_id },
          client.tls,
        )
      ).json();
    const tokens = async () => {
      const answer = await redeemCode(server, client, await obtainCode(server, browser, client));
      assert.equal(answer.status, 200, answer.text);
      return answer.json();
    };
    const refusal = async (answer: Answer) => [
      answer.status,
      answer.json().error,
      await causeOf(server.running, answer),
    ];

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      server = await startAuthorizationServer(opened.deployment);
      client = await server.register();
      browser = await server.browser();
      await server.consent(browser, client, SCOPES);
    });
    after(async () => {
      await server?.close();
      await close?.();
    });

    test('a code gives an access token, an ID token and a refresh token, bound to the certificate', async () => {
      const { code, verifier } = await obtainCode(server, browser, client, { nonce: 'n-1' });
      const answer = await redeemCode(server, client, { code, verifier });
      assert.equal(answer.headers['cache-control'], 'no-store');
      const { access_token, id_token, refresh_token, token_type, expires_in, scope } = answer.json();
      assert.equal(token_type, 'Bearer');
      assert.equal(expires_in, 3600);
      assert.equal(scope, SCOPES.join(' '));
      assert.match(String(refresh_token), /^[A-Za-z0-9_-]{43}$/);
      const access = claimsOf(access_token);
      assert.equal(access.sub, browser.user.sub);
      assert.deepEqual(access.cnf, { 'x5t#S256': client.identity.thumbprint });
      const identity = claimsOf(id_token);
      assert.equal(identity.iss, server.issuer);
      assert.equal(identity.aud, client.client_id);
      assert.equal(identity.sub, browser.user.sub);
      assert.equal(identity.nonce, 'n-1');
      assert.equal(identity.sid, undefined, 'the client is told of no logout');
      assert.equal(identity.grant_id, undefined);
      assert.equal(identity.auth_time, browser.session.auth_time);
      assert.deepEqual(identity.amr, ['pwd']);
      assert.equal(identity.email, undefined, 'claims of scopes are UserInfo’s to tell');
    });

    test('of 50 parallel uses of one code one succeeds, and what it issued is revoked', async () => {
      const once = await obtainCode(server, browser, client);
      const answers = await Promise.all(Array.from({ length: 50 }, () => redeemCode(server, client, once)));
      const [winner, ...others] = answers.filter(({ status }) => status === 200);
      assert.ok(winner);
      assert.equal(others.length, 0);
      for (const answer of answers.filter((each) => each !== winner)) {
        assert.deepEqual([answer.status, answer.json().error], [400, 'invalid_grant']);
      }
      const { access_token, refresh_token } = winner.json();
      assert.deepEqual(await introspect(access_token), { active: false });
      assert.deepEqual(await refusal(await refresh(refresh_token)), [400, 'invalid_grant', 'grant_revoked']);
    });

    test('a code used twice revokes what its first use issued', async () => {
      const once = await obtainCode(server, browser, client);
      const { access_token, refresh_token } = (await redeemCode(server, client, once)).json();
      assert.equal((await introspect(access_token)).active, true);
      assert.deepEqual(await refusal(await redeemCode(server, client, once)), [
        400,
        'invalid_grant',
        'code_reused',
      ]);
      assert.deepEqual(await introspect(access_token), { active: false });
      assert.deepEqual(await introspect(refresh_token), { active: false });
      assert.deepEqual(await refusal(await refresh(refresh_token)), [400, 'invalid_grant', 'grant_revoked']);
    });

    test('a code presented with a wrong verifier ends with its grant, and the event of the refusal tells of both', async () => {
      const once = await obtainCode(server, browser, client);
      const wrong = await redeemCode(server, client, { ...once, verifier: 'v'.repeat(43) });
      const { because, object, client_id } = await eventOf(server.running, wrong);
      assert.deepEqual([wrong.status, because, client_id], [400, 'pkce_verifier_differs', client.client_id]);
      const code = await server.opened.storage.authorizationCodes.find(hashOpaqueToken(once.code));
      assert.ok(code?.used_at);
      assert.deepEqual(object, { kind: 'grant', id: code.grant_id });
      assert.ok((await server.opened.storage.grants.find(code.grant_id))?.revoked_at);
      assert.deepEqual(await refusal(await redeemCode(server, client, once)), [
        400,
        'invalid_grant',
        'code_reused',
      ]);
    });

    test('of 50 parallel uses of one refresh token all succeed, and the family lives', async () => {
      const { refresh_token } = await tokens();
      const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(refresh_token)));
      for (const answer of answers) {
        assert.deepEqual([answer.status, answer.json().refresh_token], [200, refresh_token]);
      }
      assert.equal((await introspect(answers[0]?.json().access_token)).active, true);
    });

    test('a refresh token of a client that proves itself is kept, and revoked with its family', async () => {
      const first = await tokens();
      const second = (await refresh(first.refresh_token)).json();
      assert.equal(second.refresh_token, first.refresh_token);
      assert.notEqual(second.access_token, first.access_token);
      const { storage } = server.opened;
      await storage.commit([storage.grants.steps.revokeAll({ sub: browser.user.sub }, Date.now())]);
      assert.deepEqual(await refusal(await refresh(first.refresh_token)), [
        400,
        'invalid_grant',
        'grant_revoked',
      ]);
      for (const token of [first.access_token, second.access_token, first.refresh_token]) {
        assert.deepEqual(await introspect(token), { active: false });
      }
    });
  });
}
