import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { after, before, describe } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
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
import { causeOf } from './event-of.ts';
import { type Answer, type Call, post } from './token-client.ts';

const TIMES = 50;

/** Over PostgreSQL two servers answer, as behind a load balancer. */
for (const database of TOKEN_DATABASES) {
  describe(`refresh tokens on ${database.name}`, { skip: database.skip }, () => {
    const nodes: AuthorizationServer[] = [];
    let server: AuthorizationServer;
    let browser: TestBrowser;
    let close: () => Promise<void>;

    const tokensOf = async (client: TestClient, options: Call) => {
      await server.consent(browser, client, SCOPES);
      const answer = await redeemCode(server, client, await obtainCode(server, browser, client), options);
      assert.equal(answer.status, 200, answer.text);
      return answer.json();
    };
    const refresh = (client: TestClient, refresh_token: unknown, options: Call, node = 0): Promise<Answer> =>
      post(
        `${(nodes[node % nodes.length] ?? server).issuer}/oauth2/token`,
        { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id: client.client_id },
        options,
      );
    const refreshed = async (client: TestClient, refresh_token: unknown, options: Call, node?: number) => {
      const answer = await refresh(client, refresh_token, options, node);
      assert.equal(answer.status, 200, answer.text);
      return answer.json().refresh_token;
    };
    const atOnce = (client: TestClient, refresh_token: unknown, options: Call) =>
      Promise.all(
        Array.from({ length: TIMES }, (_, index) => refresh(client, refresh_token, options, index)),
      );
    const assertAllAre = (answers: readonly Answer[], refresh_token: unknown) => {
      for (const answer of answers) {
        assert.equal(answer.status, 200, answer.text);
        assert.equal(answer.json().refresh_token, refresh_token);
      }
    };
    /** An application that proves nothing: neither secret nor certificate nor key. */
    const unbound = (metadata: Record<string, unknown> = {}) =>
      server.register({
        token_endpoint_auth_method: 'none',
        redirect_uris: ['com.example.app:/cb'],
        ...metadata,
      });

    before(async () => {
      const opened = await database.open();
      close = opened.close;
      const encryption = { key: randomBytes(32).toString('hex') };
      for (let node = 0; node < (database.name === 'sqlite' ? 1 : 2); node++) {
        nodes.push(await startAuthorizationServer({ ...opened.deployment, encryption }));
      }
      const [first] = nodes;
      assert.ok(first);
      server = first;
      browser = await server.browser();
    });
    after(async () => {
      for (const node of nodes) await node.close();
      await close?.();
    });

    test('bound to its client: 50 of 50 refreshes at once succeed, and it is kept', async () => {
      const client = await server.register();
      const { refresh_token } = await tokensOf(client, client.tls);
      assertAllAre(await atOnce(client, refresh_token, client.tls), refresh_token);
      const app = await unbound();
      const { refresh_token: certified } = await tokensOf(app, app.tls);
      assertAllAre(await atOnce(app, certified, app.tls), certified);
      const refused = await refresh(app, certified, {});
      assert.equal(await causeOf(server.running, refused), 'token_binding_differs');
    });

    test('unbound, within the window: 50 equal answers, and the family lives', async () => {
      const app = await unbound();
      const { refresh_token: first } = await tokensOf(app, {});
      const answers = await atOnce(app, first, {});
      const second = answers[0]?.json().refresh_token;
      assert.notEqual(second, first);
      assertAllAre(answers, second);
      const third = await refreshed(app, second, {}, 1);
      assert.notEqual(third, second);
      await server.running.line(/"type":"token.refresh_repeated"/);
      await refreshed(app, third, {});
      const late = await refresh(app, first, {});
      assert.equal(await causeOf(server.running, late), 'refresh_token_reused');
    });

    test('unbound, after the window: a use revokes this family and no other', async () => {
      const [app, other] = [await unbound({ refresh_token_reuse_window: 1 }), await unbound()];
      const { refresh_token: first } = await tokensOf(app, {});
      const { refresh_token: ofOther } = await tokensOf(other, {});
      const second = await refreshed(app, first, {});
      const nextOfOther = await refreshed(other, ofOther, {}, 1);
      await delay(1_100);
      const late = await refresh(app, first, {});
      assert.equal(await causeOf(server.running, late), 'refresh_token_reused');
      const ended = await refresh(app, second, {});
      assert.equal(await causeOf(server.running, ended), 'grant_revoked');
      assert.equal(await refreshed(other, ofOther, {}), nextOfOther);
      await refreshed(other, nextOfOther, {});
    });

    test('unbound, a thief’s copy used within the window is found when they part', async () => {
      const app = await unbound({ refresh_token_reuse_window: 1 });
      const { refresh_token: stolen } = await tokensOf(app, {});
      const held = await refreshed(app, stolen, {});
      assert.equal(await refreshed(app, stolen, {}, 1), held, 'one successor, whoever asks');
      await refreshed(app, held, {});
      await delay(1_100);
      const thief = await refresh(app, held, {});
      assert.equal(await causeOf(server.running, thief), 'refresh_token_reused');
    });

    test('is not shown to the database: hashes alone are stored', async () => {
      const app = await unbound();
      const { refresh_token } = await tokensOf(app, {});
      const next = String(await refreshed(app, refresh_token, {}));
      const { refreshTokens } = server.opened.storage;
      assert.equal(await refreshTokens.find(next), undefined);
    });
  });
}

test('with refresh_token_rotation = "always" a bound token is replaced too, and its answer may be lost', async (t) => {
  const server = await startAuthorizationServer({ oauth: { refresh_token_rotation: 'always' } });
  t.after(() => server.close());
  const [client, browser] = [await server.register(), await server.browser()];
  await server.consent(browser, client, SCOPES);
  const tokens = await redeemCode(server, client, await obtainCode(server, browser, client));
  const refresh = async (refresh_token: unknown) => {
    const form = { grant_type: 'refresh_token', refresh_token: String(refresh_token) };
    const url = `${server.issuer}/oauth2/token`;
    const answer = await post(url, { ...form, client_id: client.client_id }, client.tls);
    assert.equal(answer.status, 200, answer.text);
    return answer.json().refresh_token;
  };
  const { refresh_token: first } = tokens.json();
  const second = await refresh(first);
  assert.notEqual(second, first);
  assert.equal(await refresh(first), second);
});
