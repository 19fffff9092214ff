import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { VERSION } from '../src/server/version.ts';
import { type AdminApi, adminApiOf } from './admin-api.ts';
import { createIdentity, type Identity } from './client-identity.ts';
import { createTestHome, type RunningCountersign, type TestHome } from './countersign-process.ts';
import { DATABASES } from './databases.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type ScrapedMetrics, scrapeMetrics } from './scraped-metrics.ts';
import { call, post } from './token-client.ts';

const POOL = 8;
const PASSWORD = 'the password of alice';
/** More than are there, and far less than a flood would make if anything of it became a label. */
const MOST_SERIES = 1_500;
const FLOOD = 60;

/** What a node is made of here; every one of them tells the same numbers of the same traffic. */
const NODES = DATABASES.flatMap((database) => [
  { database, workers: 0 },
  { database, workers: 2 },
]);

for (const { database, workers } of NODES) {
  const named = `${database.name}, ${workers === 0 ? 'one process' : `${workers} workers`}`;
  describe(`metrics of known traffic on ${named}`, { skip: database.skip, timeout: 300_000 }, () => {
    let home: TestHome;
    let server: RunningCountersign;
    let admin: AdminApi;
    let port: number;
    let closeDatabase = async () => {};
    let identity: Identity;
    let bound: string;

    before(async () => {
      const opened = await database.open();
      closeDatabase = opened.close;
      port = await freePort();
      const { 'database.identity_db': identity_db, ...deployment } = opened.deployment;
      home = await createTestHome({
        ...deployment,
        ...(identity_db && { 'database.identity_db': { ...identity_db, pool_size: POOL } }),
        metrics: { enable: true, port },
        console: { enable: true },
      });
      server = await home.start(undefined, undefined, ...(workers === 0 ? [] : ['--workers', `${workers}`]));
      admin = adminApiOf(home.issuer);
      identity = await createIdentity('CN=measured');
      const { client_id } = await admin.register({
        client_name: 'measured',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        certificates: [identity.pem],
        grant_types: ['client_credentials'],
      });
      bound = client_id;
    });
    after(async () => {
      await server?.stop();
      await home?.remove();
      await closeDatabase();
    });

    const token = (form: Readonly<Record<string, string>>, agent?: Agent) =>
      post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials', ...form }, agent && { agent });
    const presenting = (options: { readonly maxVersion?: 'TLSv1.2' } = {}) =>
      new Agent({
        cert: identity.cert,
        key: identity.key,
        keepAlive: false,
        maxCachedSessions: 0,
        ...options,
      });
    const scrape = () => scrapeMetrics(port);
    /** By how much a number rises while this is done; what the answer waits for nobody is waited for here. */
    const rise = async (
      name: string,
      labels: Readonly<Record<string, string>>,
      by: number,
      work: () => Promise<unknown>,
    ): Promise<ScrapedMetrics> => {
      const number = async () => (await scrape()).value(name, labels) ?? 0;
      const before = await number();
      await work();
      await eventually(number, (now) => now - before >= by);
      const now = await scrape();
      assert.equal((now.value(name, labels) ?? 0) - before, by);
      return now;
    };

    test('tokens are counted by grant type and method, and their requests timed as the endpoint’s', async () => {
      const before = await scrape();
      const now = await rise(
        'countersign_tokens_issued_total',
        { grant_type: 'client_credentials', token_endpoint_auth_method: 'self_signed_tls_client_auth' },
        5,
        async () => {
          for (let turn = 0; turn < 5; turn++) {
            assert.equal((await token({ client_id: bound }, presenting())).status, 200);
          }
        },
      );
      const timed = (scraped: ScrapedMetrics, suffix: string, more = {}) =>
        scraped.value(`countersign_http_request_duration_seconds_${suffix}`, {
          endpoint: 'token',
          outcome: 'success',
          ...more,
        }) ?? 0;
      assert.equal(timed(now, 'count') - timed(before, 'count'), 5);
      assert.equal(timed(now, 'bucket', { le: '10' }) - timed(before, 'bucket', { le: '10' }), 5);
      const seconds = timed(now, 'sum') - timed(before, 'sum');
      assert.ok(seconds > 0.0005 && seconds < 10, `${seconds} s`);
    });

    test('every endpoint there is has a name of its own', async () => {
      const paths = [
        ...['authorize', 'introspect', 'userinfo', 'jwks', 'device', 'sign-in', 'ciba', 'register'].map(
          (name) => `/oauth2/${name}`,
        ),
        ...['/oauth2/pages/style.css', '/oidc/logout', '/account', '/console/', '/carbon', '/health/live'],
        ...['/.well-known/openid-configuration', '/api/admin/v1/me', '/oauth2/par', '/oauth2/consent'],
      ];
      const counted = async () => {
        const scraped = await scrape();
        const count = (endpoint?: string) =>
          scraped.value('countersign_http_request_duration_seconds_count', endpoint ? { endpoint } : {}) ?? 0;
        return { all: count(), other: count('other') };
      };
      const before = await counted();
      for (const path of paths) await call(`${home.issuer}${path}`, { method: 'GET' });
      await eventually(counted, ({ all }) => all - before.all >= paths.length);
      assert.equal((await counted()).other, before.other);
    });

    test('refusals are counted by cause, and timed as refused', async () => {
      const before = await scrape();
      assert.equal(before.value('countersign_refusals_total', { because: 'code_reused' }), 0);
      const now = await rise('countersign_refusals_total', { because: 'client_unknown' }, 3, async () => {
        for (let turn = 0; turn < 3; turn++) {
          assert.equal((await token({ client_id: 'nobody', client_secret: 'x' })).status, 401);
        }
      });
      const refused = (scraped: ScrapedMetrics) =>
        scraped.value('countersign_http_request_duration_seconds_count', {
          endpoint: 'token',
          outcome: 'refused',
        }) ?? 0;
      assert.equal(refused(now) - refused(before), 3);
    });

    test('handshakes are counted by outcome and version', async () => {
      const of = (outcome: string, version: string) => ({ outcome, version });
      const get = (agent: Agent) => call(`${home.issuer}/health/live`, { agent });
      await rise('countersign_handshakes_total', of('success', 'TLSv1.3'), 2, async () => {
        await get(presenting());
        await get(presenting());
      });
      await rise('countersign_handshakes_total', of('success', 'TLSv1.2'), 1, () =>
        get(presenting({ maxVersion: 'TLSv1.2' })),
      );
      const failed = await rise('countersign_handshakes_total', of('failure', 'unknown'), 1, async () => {
        const socket = connect(home.port, '127.0.0.1');
        socket.on('error', () => {});
        socket.resume().end('this is not TLS at all\r\n\r\n');
        await once(socket, 'close');
      });
      assert.ok((failed.value('countersign_refusals_total', { because: 'handshake_failed' }) ?? 0) >= 1);
    });

    test('fetches are counted by purpose and outcome', async () => {
      const { client_id } = await admin.register({
        client_name: 'by jwks_uri',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        jwks_uri: 'https://127.0.0.1:1/jwks.json',
        grant_types: ['client_credentials'],
      });
      const refused = { purpose: 'keys', outcome: 'address-not-allowed' };
      assert.equal((await scrape()).value('countersign_outbound_requests_total', refused), 0);
      const now = await rise('countersign_outbound_requests_total', refused, 1, () =>
        token({ client_id }, presenting()),
      );
      assert.equal(now.value('countersign_outbound_request_duration_seconds_count', { purpose: 'keys' }), 1);
      assert.equal(now.value('countersign_cache_lookups_total', { cache: 'jwk_sets', result: 'miss' }), 1);
      assert.equal(now.value('countersign_cache_entries', { cache: 'jwk_sets' }), 1);
    });

    test('lookups in caches are counted as hits and misses', async () => {
      const before = await scrape();
      const lookups = (scraped: ScrapedMetrics, result: string) =>
        scraped.value('countersign_cache_lookups_total', { cache: 'clients', result }) ?? 0;
      const agent = new Agent({ cert: identity.cert, key: identity.key, keepAlive: true, maxSockets: 1 });
      for (let turn = 0; turn < 6; turn++) await token({ client_id: bound }, agent);
      agent.destroy();
      const now = await eventually(
        scrape,
        (scraped) => lookups(scraped, 'hit') - lookups(before, 'hit') >= 5,
      );
      assert.ok(lookups(now, 'miss') - lookups(before, 'miss') <= 1);
      assert.ok((now.value('countersign_cache_entries', { cache: 'clients' }) ?? 0) >= 1);
    });

    test('the wait for argon2 is measured', async () => {
      await admin.json('POST', '/users', { username: 'alice', password: PASSWORD });
      const client = await admin.register({
        client_name: 'passwords',
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['password'],
      });
      const before = await scrape();
      const now = await rise('countersign_tokens_issued_total', { grant_type: 'password' }, 4, () =>
        Promise.all(
          Array.from({ length: 4 }, async () => {
            const { client_id, client_secret } = client;
            const form = { grant_type: 'password', username: 'alice', password: PASSWORD };
            const answer = await token({ client_id, client_secret, ...form });
            assert.equal(answer.status, 200, answer.text);
          }),
        ),
      );
      const checks = (scraped: ScrapedMetrics) =>
        scraped.value('countersign_password_hash_wait_seconds_count') ?? 0;
      assert.equal(checks(now) - checks(before), 4);
    });

    test('what is once a node is told once, whatever it consists of', async () => {
      const now = await scrape();
      const build = { version: VERSION, node_version: process.versions.node };
      assert.equal(now.value('countersign_build_info', build), 1);
      assert.equal(now.value('countersign_database_reached'), 1);
      assert.equal(now.value('countersign_audit_writable'), 1);
      const queue = now.value('countersign_event_queue_length');
      assert.ok(queue !== undefined && queue >= 0 && queue < 1_000, `${queue}`);
    });

    test('connections to PostgreSQL are told, and none with SQLite', async () => {
      const now = await scrape();
      const names = ['connections', 'requests_waiting', 'connections_max'].map(
        (name) => `countersign_database_${name}`,
      );
      if (database.name === 'sqlite') {
        for (const name of names) assert.equal(now.value(name), undefined, name);
        return;
      }
      const [max, waiting] = [
        now.value('countersign_database_connections_max'),
        now.value('countersign_database_requests_waiting'),
      ];
      assert.equal(max, POOL);
      assert.equal(waiting, 0);
      const states = ['in_use', 'idle'].map((state) =>
        now.value('countersign_database_connections', { state }),
      );
      const sum = states.reduce<number>((total, count) => total + (count ?? Number.NaN), 0);
      assert.ok(sum >= 1 && sum <= POOL, states.join());
    });

    test('no name of the Node.js process says total of what is no counter', async () => {
      const { text } = await scrape();
      assert.deepEqual(text.match(/^# TYPE \S+_total (?!counter$).*$/gm), null);
      assert.match(text, /^# TYPE nodejs_active_handles gauge$/m);
    });

    test('strange methods, paths, parameters and headers make no series', async () => {
      const strange = () => randomBytes(6).toString('hex');
      const flood = async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 4 });
        const ask = (path: string, method = 'GET') => call(`${home.issuer}${path}`, { method, agent });
        await Promise.all(
          Array.from({ length: FLOOD }, async (_, turn) => {
            await ask(`/${strange()}/${strange()}`);
            await ask(`/oauth2/token/${strange()}?${strange()}=${strange()}`, 'DELETE');
            await ask(`/api/admin/v1/clients/${strange()}`);
            await ask('/oauth2/token', ['PROPFIND', 'MKCOL', 'PATCH', 'QUERY'][turn % 4]);
            await token({ client_id: strange(), grant_type: strange() }, agent);
            await token({ client_id: bound, grant_type: strange() }, presenting());
            await call(`${home.issuer}/oauth2/jwks`, {
              agent,
              headers: { [`x-${strange()}`]: strange(), 'x-ssl-client-cert': strange() },
            });
          }),
        );
        agent.destroy();
        return (await scrape()).series;
      };
      const first = await flood();
      // A limit that is met for the first time is a series or two; the words of strangers would be hundreds.
      const more = (await flood()) - first;
      assert.ok(more < FLOOD / 6, `${more} more series`);
      assert.ok(first < MOST_SERIES, `${first} series`);
      const other = (await scrape()).value('countersign_http_request_duration_seconds_count', {
        endpoint: 'other',
        outcome: 'refused',
      });
      assert.ok((other ?? 0) >= FLOOD, `${other} of none`);
    });
  });
}
