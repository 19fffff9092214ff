import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AuthorizationServer,
  authorizationUrl,
  obtainCode,
  redeemCode,
  redirected,
  SCOPES,
  startAuthorizationServer,
  type TestBrowser,
  type TestClient,
} from './authorization-server.ts';
import type { TestHome } from './countersign-process.ts';
import { createDpopKey } from './dpop-client.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { startDurablePostgres, whyNoPostgres } from './postgres.ts';
import { type ClientKey, clientAssertion, createClientKey } from './request-object.ts';
import { type Answer, call, claimsOf, post } from './token-client.ts';

/** What an answer may take: the deadline of five seconds, on a machine that has other things to do, and no second one. */
const WITHIN_MS = 9_000;
/** Within what everything is again as it was, once the database is. */
const BACK_MS = 5_000;
/** Seconds without the database, as this deployment has them. */
const BOUND = 30;

type Probe = { readonly status: number; readonly says: unknown };

describe('while the database is away', { skip: whyNoPostgres(), timeout: 240_000 }, () => {
  let postgres: Awaited<ReturnType<typeof startDurablePostgres>>;
  let server: AuthorizationServer;
  let home: TestHome;
  let health: number;
  let browser: TestBrowser;
  let client: TestClient;
  let withSecret: TestClient;
  let asserting: TestClient;
  let key: ClientKey;

  const at = (path: string) => `${server.issuer}/oauth2/${path}`;
  const probe = async (path: string): Promise<Probe> => {
    const answer = await call(`http://127.0.0.1:${health}/health/${path}`);
    return { status: answer.status, says: answer.json().status };
  };
  const basic = (client_id: string, secret = '') => ({
    authorization: `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`,
  });
  const own = { grant_type: 'client_credentials' };
  const byCertificate = () => post(at('token'), { ...own, client_id: client.client_id }, client.tls);
  const bySecret = (secret = withSecret.client_secret) =>
    post(at('token'), own, { headers: basic(withSecret.client_id, secret) });

  /** Asks for what goes on, again and again until it is stopped. @returns how often, and every answer that was not 200 */
  const goingOn = () => {
    const failed: string[] = [];
    let rounds = 0;
    let over = false;
    const asked = (async () => {
      while (!over) {
        const began = performance.now();
        const answers = await Promise.all([
          byCertificate(),
          bySecret(),
          call(at('jwks')),
          call(`${server.issuer}/.well-known/openid-configuration`),
        ]);
        for (const { status, text } of answers) {
          if (status !== 200) failed.push(`${Math.round(performance.now() - began)} ms: ${status} ${text}`);
        }
        rounds++;
        await pause(20);
      }
    })();
    return async () => {
      over = true;
      await asked;
      return { failed, rounds };
    };
  };

  /** What has to know or to write: each is 503 within its deadline, and says when to come again. */
  const assertTemporarilyUnavailable = async (code: { code: string; verifier: string }, tokens: Answer) => {
    const { access_token, refresh_token } = tokens.json();
    const bearer = { authorization: `Bearer ${access_token}` };
    const { client_id } = client;
    const dpop = await createDpopKey();
    const administrator = { headers: basic('admin', 'admin') };
    const assertion = await clientAssertion(key, asserting.client_id, server.issuer);
    const refresh = { grant_type: 'refresh_token', refresh_token: String(refresh_token), client_id };
    const asked: Readonly<Record<string, () => Promise<Answer>>> = {
      'a code': () => redeemCode(server, client, code),
      'a refresh token': () => post(at('token'), refresh, client.tls),
      'an assertion': () => post(at('token'), { ...own, client_id: asserting.client_id, ...assertion }),
      'a DPoP proof': async () =>
        post(
          at('token'),
          { ...own, client_id },
          { ...client.tls, headers: { dpop: await dpop.proof({ url: at('token') }) } },
        ),
      'a client nobody remembers': () => post(at('token'), own, { headers: basic('nobody', 'x') }),
      introspection: () => post(at('introspect'), { token: String(access_token), client_id }, client.tls),
      revocation: () => post(at('revoke'), { token: String(refresh_token), client_id }, client.tls),
      'a pushed request': () =>
        post(
          at('par'),
          Object.fromEntries(new URL(authorizationUrl('https://x', client)).searchParams),
          client.tls,
        ),
      UserInfo: () => call(at('userinfo'), { ...client.tls, headers: bearer }),
      'the admin API': () => call(`${server.issuer}/api/admin/v1/clients`, administrator),
      'the account page': () => call(`${server.issuer}/account`, { headers: { cookie: browser.cookie() } }),
      'an application nobody remembers': () =>
        call(authorizationUrl(server.issuer, { ...client, client_id: 'nobody' })),
    };
    const answers = await Promise.all(
      Object.entries(asked).map(async ([what, ask]) => {
        const began = performance.now();
        const answer = await ask();
        return { what, answer, took: performance.now() - began };
      }),
    );
    for (const { what, answer, took } of answers) {
      assert.equal(answer.status, 503, `${what}: ${answer.status} ${answer.text}`);
      assert.match(String(answer.headers['retry-after']), /^\d+$/, what);
      assert.ok(took < WITHIN_MS, `${what} took ${took} ms`);
      if (/page|application/.test(what)) assert.match(answer.text, /<h1>/, what);
      else assert.equal(answer.json().error, 'temporarily_unavailable', what);
    }
    const sentBack = await browser.get(authorizationUrl(server.issuer, client));
    assert.equal(redirected(sentBack).parameters.error, 'temporarily_unavailable');
  };

  /** Everything is as before within {@link BACK_MS} of now, without help. */
  const assertBack = async (code: { code: string; verifier: string }) => {
    const began = performance.now();
    await eventually(
      () => probe('ready'),
      ({ says }) => says === 'ready',
      BACK_MS,
    );
    await eventually(
      () => probe('ready?writes'),
      ({ status }) => status === 200,
      BACK_MS,
    );
    await eventually(
      () => redeemCode(server, client, code),
      ({ status }) => status === 200,
      BACK_MS,
    );
    const took = performance.now() - began;
    assert.ok(took < BACK_MS, `back after ${took} ms`);
    assert.equal((await redeemCode(server, client, code)).status, 400, 'a code was good twice');
  };

  /** More tokens than are told of each second while all is well. */
  const issueMany = async (): Promise<readonly unknown[]> => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => [byCertificate(), bySecret()]).flat());
    return answers.map(({ json }) => claimsOf(json().access_token).jti);
  };

  /** Each of these tokens has its event. */
  const assertToldOf = async (tokens: readonly unknown[]) => {
    const { events } = server.opened.storage;
    const known = async () => {
      const found = new Set<unknown>();
      let after: string | undefined;
      do {
        const page = await events.list(
          { type: 'token.issued' },
          { limit: 500, ...(after !== undefined && { after }) },
        );
        for (const { detail } of page.items) found.add(detail?.jti);
        after = page.next;
      } while (after !== undefined);
      return tokens.filter((jti) => !found.has(jti)).length;
    };
    assert.equal(await eventually(known, (missing) => missing === 0, BACK_MS), 0);
  };

  before(async () => {
    postgres = await startDurablePostgres();
    health = await freePort();
    key = createClientKey();
    server = await startAuthorizationServer(
      {
        'database.identity_db': { type: 'postgres', url: postgres.url, unreachable_bound: BOUND },
        health: { port: health },
      },
      async (made) => {
        home = made;
      },
    );
    const grant_types = ['authorization_code', 'refresh_token', 'client_credentials'];
    client = await server.register({ grant_types, scope: SCOPES.join(' ') });
    withSecret = await server.register({
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    });
    asserting = await server.register({
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: key.jwks,
    });
    browser = await server.browser();
    await server.consent(browser, client, SCOPES);
  });
  after(async () => {
    await postgres?.resume().catch(() => {});
    await server?.close();
    await postgres?.stop();
  });

  for (const [how, away, back] of [
    ['stopped at once', () => postgres.stopAtOnce(), () => postgres.start()],
    ['as a machine that hangs', () => postgres.suspend(), () => postgres.resume()],
  ] as const) {
    test(`what is remembered goes on, all else is 503, and comes back: ${how}`, async () => {
      const tokens = await redeemCode(server, client, await obtainCode(server, browser, client));
      assert.equal(tokens.status, 200, tokens.text);
      const code = await obtainCode(server, browser, client);
      for (const answer of [await byCertificate(), await bySecret()]) assert.equal(answer.status, 200);

      const stopAsking = goingOn();
      await away();
      const [degraded, writes] = await Promise.all([
        eventually(
          () => probe('ready'),
          ({ says }) => says !== 'ready',
          3_000,
        ),
        eventually(
          () => probe('ready?writes'),
          ({ status }) => status === 503,
          4_000,
        ),
      ]);
      assert.deepEqual(degraded, { status: 200, says: 'degraded' });
      assert.deepEqual(writes, { status: 503, says: 'unavailable' });
      assert.deepEqual(await probe('live'), { status: 200, says: 'live' });
      assert.equal((await bySecret('a guess')).status, 401);
      const issued = await issueMany();
      await assertTemporarilyUnavailable(code, tokens);
      await back();
      await assertBack(code);
      const { failed, rounds } = await stopAsking();
      assert.deepEqual(failed, []);
      assert.ok(rounds > 10, `${rounds} rounds`);
      await assertToldOf(issued);
    });
  }

  test('beyond the bound nothing is known any more, and a start waits', async () => {
    await home.editDeployment((text) =>
      text.replace(`unreachable_bound = ${BOUND}`, 'unreachable_bound = 1'),
    );
    await server.killAndRestart();
    for (const answer of [await byCertificate(), await bySecret()]) assert.equal(answer.status, 200);
    await postgres.stopAtOnce();
    await eventually(
      () => probe('ready'),
      ({ status }) => status === 503,
      6_000,
    );
    for (const answer of [await byCertificate(), await bySecret(), await call(at('jwks'))]) {
      assert.equal(answer.status, 503, answer.text);
    }

    const restarted = server.killAndRestart();
    await eventually(
      () => probe('live').catch(() => undefined),
      (answer) => answer?.status === 200,
      30_000,
    );
    assert.deepEqual(await probe('ready'), { status: 503, says: 'starting' });
    assert.equal((await call(`${server.issuer}/health/live`)).status, 200);
    const early = await byCertificate();
    assert.deepEqual([early.status, early.headers['retry-after']], [503, '5']);
    assert.equal(early.json().error, 'temporarily_unavailable');
    await postgres.start();
    await eventually(
      () => probe('ready'),
      ({ status }) => status === 200,
      15_000,
    );
    await restarted;
    await server.running.line(/the database is not there yet and is waited for/);
    assert.equal((await byCertificate()).status, 200);
  });

  test('what waiting does not mend ends a start at once', async () => {
    const { port, pathname } = new URL(postgres.url);
    for (const [url, why] of [
      [`postgres://countersign:wrong@127.0.0.1:${port}${pathname}`, /password authentication failed/],
      [`postgres://countersign:countersign@127.0.0.1:${port}/other`, /database "other" does not exist/],
    ] as const) {
      await home.editDeployment((text) => text.replace(/^url = .*$/m, `url = "${url}"`));
      const { code, stderr } = await home.command('serve');
      assert.equal(code, 1);
      assert.match(stderr, why);
    }
  });
});
