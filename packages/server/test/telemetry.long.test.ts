import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { type AdminApi, adminApiOf, type Registered } from './admin-api.ts';
import { createIdentity } from './client-identity.ts';
import {
  createUnstartedHome,
  type RunningCountersign,
  type TestDeployment,
  type TestHome,
} from './countersign-process.ts';
import { eventOf } from './event-of.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { type SelfSigned, selfSigned, serveHttps } from './https-on-loopback.ts';
import {
  buildCollector,
  type CollectedMetric,
  type CollectedSpan,
  type Collector,
  startCollector,
  whyNoCollector,
} from './otlp-collector/collector.ts';
import { startPostgres, type TestPostgres, whyNoPostgres } from './postgres.ts';
import { type Answer, call, post } from './token-client.ts';

const withoutGo = await whyNoCollector();

/** The proxy of these tests is whoever connects from here; anybody else connects from elsewhere. */
const PROXY = '127.0.0.1';
const STRANGER = '127.0.0.2';

const newTrace = () => {
  const trace_id = randomBytes(16).toString('hex');
  const span_id = randomBytes(8).toString('hex');
  return {
    trace_id,
    span_id,
    headers: { traceparent: `00-${trace_id}-${span_id}-01`, tracestate: 'proxy=1' },
  };
};
const serverSpan = (spans: readonly CollectedSpan[]): CollectedSpan => {
  const [found, ...others] = spans.filter(({ span_kind }) => span_kind === 'SPAN_KIND_SERVER');
  assert.ok(found);
  assert.deepEqual(others, []);
  return found;
};
const named = (spans: readonly CollectedSpan[], name: string): CollectedSpan =>
  spans.find((span) => span.name === name) ?? assert.fail(`no ${name} in ${JSON.stringify(spans)}`);

/** The sum of the points of a metric with these attributes. */
const sumOf = (metric: CollectedMetric | undefined, attributes: Readonly<Record<string, string>>): number =>
  (metric?.points ?? [])
    .filter((point) => Object.entries(attributes).every(([name, value]) => point.attributes[name] === value))
    .reduce((sum, { value = 0 }) => sum + value, 0);

/** Its buckets, the last one without a bound, have what it counted. */
function checkHistogram(metric: CollectedMetric | undefined): void {
  assert.equal(metric?.type, 'histogram');
  assert.ok(metric?.points.some(({ count = 0 }) => count > 0));
  for (const { count = 0, counts = [], bounds = [] } of metric?.points ?? []) {
    assert.equal(counts.length, bounds.length + 1);
    assert.equal(
      counts.reduce((sum, each) => sum + each, 0),
      count,
    );
  }
}

const secretClient = (admin: AdminApi) =>
  admin.register({ client_name: 'c', token_endpoint_auth_method: 'client_secret_post' });

const tokenAt = (
  { issuer }: TestHome,
  { client_id, client_secret }: Registered,
  { headers = {}, from = PROXY }: { headers?: Readonly<Record<string, string>>; from?: string } = {},
): Promise<Answer> =>
  post(
    `${issuer}/oauth2/token`,
    { grant_type: 'client_credentials', client_id, client_secret },
    { headers, from },
  );

describe('telemetry', { skip: withoutGo, timeout: 600_000 }, () => {
  let program: string;
  let remove: () => Promise<void>;
  before(async () => {
    ({ program, remove } = await buildCollector());
  });
  after(() => remove?.());

  describe('of two nodes on one PostgreSQL behind a trusted proxy', { skip: whyNoPostgres() }, () => {
    type Node = {
      readonly home: TestHome;
      readonly server: RunningCountersign;
      readonly metricsPort: number;
    };
    let collector: Collector;
    let postgres: TestPostgres;
    let publisherCertificate: SelfSigned;
    let nodes: readonly [Node, Node];
    let admin: AdminApi;
    let client: Registered;

    async function nodeWith(
      encryption: { readonly key: string },
      more: TestDeployment[string] = {},
    ): Promise<Node> {
      const metricsPort = await freePort();
      const home = await createUnstartedHome({
        'database.identity_db': { type: 'postgres', url: postgres.url },
        encryption,
        metrics: { enable: true, port: metricsPort },
        outbound: { allowed_addresses: ['127.0.0.1'], trusted_certificates_file: 'publisher.pem' },
        'transport.proxy': { trusted_addresses: [PROXY] },
        telemetry: {
          otlp_endpoint: collector.endpoint,
          otlp_headers: 'Api-Key=se%63ret',
          metrics_interval: 1,
          ...more,
        },
      });
      await writeFile(join(home.security, 'publisher.pem'), publisherCertificate.pem);
      return { home, metricsPort, server: await home.start() };
    }

    before(async () => {
      collector = await startCollector(program);
      postgres = await startPostgres();
      publisherCertificate = await selfSigned('publisher');
      const encryption = { key: randomBytes(32).toString('hex') };
      nodes = [await nodeWith(encryption), await nodeWith(encryption, { propagate_to: ['127.0.0.1'] })];
      admin = adminApiOf(nodes[0].home.issuer);
      client = await secretClient(admin);
    });
    after(async () => {
      for (const node of nodes ?? []) {
        await node.server.stop();
        await node.home.remove();
      }
      assert.deepEqual(collector?.lines('refused'), []);
      await collector?.stop();
      await postgres?.stop();
    });

    test("a token request through each goes on with the proxy's trace", async () => {
      const instances = new Set<unknown>();
      for (const { home } of nodes) {
        const sent = newTrace();
        const forwarded = { ...sent.headers, 'x-forwarded-for': '192.0.2.7' };
        const answer = await tokenAt(home, client, { headers: forwarded });
        assert.equal(answer.status, 200, answer.text);
        const spans = await collector.trace(sent.trace_id, 4);
        const request = serverSpan(spans);
        assert.equal(request.parent_span_id, sent.span_id);
        assert.equal(request.trace_state, 'proxy=1');
        assert.equal(request.name, 'POST /oauth2/token');
        assert.equal(request.scope, 'countersign');
        assert.equal(request.status, 'STATUS_CODE_UNSET');
        const { 'countersign.event_id': event_id, ...attributes } = request.attributes;
        assert.match(String(event_id), /^[0-9A-Z-]+$/);
        assert.deepEqual(attributes, {
          'url.scheme': 'https',
          'server.address': 'localhost',
          'server.port': home.port,
          'http.request.method': 'POST',
          'http.route': '/oauth2/token',
          'http.response.status_code': 200,
          'client.address': '192.0.2.7',
          'network.protocol.version': '1.1',
          'countersign.client_id': client.client_id,
        });
        for (const part of ['authenticate client', 'grant', 'sign access token']) {
          assert.equal(named(spans, part).parent_span_id, request.span_id, part);
        }
        assert.deepEqual(named(spans, 'authenticate client').attributes, {
          'countersign.client_id': client.client_id,
          'countersign.client_authentication_method': 'client_secret_post',
        });
        assert.deepEqual(named(spans, 'grant').attributes, {
          'countersign.grant_type': 'client_credentials',
        });
        const told = JSON.stringify(spans);
        assert.ok(!told.includes(client.client_secret) && !told.includes(String(answer.json().access_token)));
        const { resource } = request;
        assert.equal(resource['service.name'], 'countersign');
        assert.match(String(resource['service.version']), /^\d+\.\d+\.\d+/);
        assert.ok(typeof resource['process.pid'] === 'number' && typeof resource['host.name'] === 'string');
        instances.add(resource['service.instance.id']);
        const event = await admin.json('GET', `/events/${String(event_id)}`);
        assert.equal(event.trace_id, sent.trace_id);
      }
      assert.equal(instances.size, 2);
      assert.deepEqual(
        new Set(collector.lines('request').map(({ api_key }) => api_key)),
        new Set(['secret']),
      );
    });

    test('a refusal has its trace in event, log, audit file, lists and explain, and the trace its event', async () => {
      const [, { home, server }] = nodes;
      const sent = newTrace();
      const wrong = { ...client, client_secret: 'wrong' };
      const answer = await tokenAt(home, wrong, { headers: sent.headers });
      assert.equal(answer.status, 401);
      const event_id = String(answer.headers['countersign-event-id']);

      const spans = await collector.trace(sent.trace_id, 2);
      const request = serverSpan(spans);
      assert.equal(request.attributes['countersign.event_id'], event_id);
      assert.equal(request.attributes['error.type'], 'client_secret_wrong');
      assert.equal(request.attributes['http.response.status_code'], 401);
      assert.equal(request.status, 'STATUS_CODE_UNSET');
      const failed = named(spans, 'authenticate client');
      assert.equal(failed.status, 'STATUS_CODE_ERROR');
      assert.equal(failed.attributes['error.type'], 'client_secret_wrong');

      const logged = await eventOf(server, answer);
      assert.equal(logged.trace_id, sent.trace_id);
      assert.equal(logged.span_id, request.span_id);
      assert.equal((await admin.json('GET', `/events/${event_id}`)).trace_id, sent.trace_id);
      const listed = z
        .object({ items: z.array(z.object({ event_id: z.string() })) })
        .parse(await admin.json('GET', `/events?search=${sent.trace_id}`));
      assert.deepEqual(listed.items, [{ ...listed.items[0], event_id }]);
      const found = z
        .object({ events: z.array(z.looseObject({ event_id: z.string(), trace_id: z.string() })) })
        .parse(await home.json('events', '--search', sent.trace_id));
      assert.deepEqual(
        found.events.map((event) => [event.event_id, event.trace_id]),
        [[event_id, sent.trace_id]],
      );
      assert.match(
        (await home.command('events', '--search', sent.trace_id)).stdout,
        new RegExp(`trace ${sent.trace_id}`),
      );
      assert.match(
        (await home.command('explain', event_id)).stdout,
        new RegExp(`^trace_id +${sent.trace_id}$`, 'm'),
      );
      assert.equal(z.looseObject({}).parse(await home.json('explain', event_id)).trace_id, sent.trace_id);
      const audited = (await readFile(join(home.home, 'repository/logs/audit.log'), 'utf8')).split('\n');
      const line = audited.find((each) => each.includes(event_id)) ?? assert.fail('not in the audit file');
      assert.ok(line.includes(sent.trace_id));
    });

    test('of anybody else the headers count for nothing, nor do malformed ones of the proxy', async () => {
      const [{ home }] = nodes;
      const sent = newTrace();
      const { traceparent } = sent.headers;
      const cases: readonly (readonly [from: string, headers: Readonly<Record<string, string>>])[] = [
        [STRANGER, sent.headers],
        [PROXY, { traceparent: traceparent.toUpperCase() }],
        [PROXY, { traceparent: `${traceparent}-more` }],
        [PROXY, { traceparent: `ff${traceparent.slice(2)}` }],
        [PROXY, { traceparent: `${traceparent}, ${traceparent}` }],
        [PROXY, { traceparent: `00-${'0'.repeat(32)}-${sent.span_id}-01` }],
        [PROXY, { tracestate: 'proxy=1' }],
      ];
      for (const [from, headers] of cases) {
        const answer = await tokenAt(home, { ...client, client_secret: 'wrong' }, { headers, from });
        const event_id = String(answer.headers['countersign-event-id']);
        const { trace_id } = await admin.json('GET', `/events/${event_id}`);
        assert.match(String(trace_id), /^[0-9a-f]{32}$/);
        assert.notEqual(trace_id, sent.trace_id, JSON.stringify(headers));
        const request = serverSpan(await collector.trace(String(trace_id), 2));
        assert.equal(request.parent_span_id, '');
        assert.equal(request.trace_state, '');
      }
      assert.deepEqual(
        collector.lines('span').filter(({ trace_id }) => trace_id === sent.trace_id),
        [],
      );
    });

    test('what the proxy does not sample is not recorded, and its events name the trace all the same', async () => {
      const [{ home, server }] = nodes;
      const sent = newTrace();
      const headers = { traceparent: sent.headers.traceparent.replace(/01$/, '00') };
      const answer = await tokenAt(home, { ...client, client_secret: 'wrong' }, { headers });
      assert.equal((await eventOf(server, answer)).trace_id, sent.trace_id);
      const later = newTrace();
      await tokenAt(home, client, { headers: later.headers });
      await collector.trace(later.trace_id, 4);
      assert.deepEqual(
        collector.lines('span').filter(({ trace_id }) => trace_id === sent.trace_id),
        [],
      );
    });

    test('units of work, questions to the database and password hashes are parts of the request', async () => {
      const [{ home }] = nodes;
      const sent = newTrace();
      const password = randomBytes(12).toString('hex');
      const answer = await adminApiOf(home.issuer).request(
        'POST',
        '/users',
        { username: 'traced', password },
        sent.headers,
      );
      assert.equal(answer.status, 201, answer.text);
      const spans = await collector.trace(sent.trace_id, 4);
      const request = serverSpan(spans);
      assert.equal(request.name, 'POST /api/admin/v1/users');
      const commit = named(spans, 'storage commit');
      assert.equal(commit.span_kind, 'SPAN_KIND_CLIENT');
      assert.equal(commit.attributes['db.system.name'], 'postgresql');
      assert.equal(commit.attributes['countersign.outcome'], 'committed');
      assert.ok(Number(commit.attributes['db.operation.batch.size']) >= 2);
      named(spans, 'password hash');
      const read = named(spans, 'storage users.findByUsername');
      assert.equal(read.attributes['db.operation.name'], 'users.findByUsername');
      assert.ok(!JSON.stringify(spans).includes(password) && !JSON.stringify(spans).includes('traced'));
    });

    test('what is fetched is a part of the request, and its trace is told to whom the operator named', async (t) => {
      const identity = await createIdentity('CN=published');
      const jwk = {
        ...identity.certificate.x509.publicKey.export({ format: 'jwk' }),
        x5c: [Buffer.from(identity.certificate.der).toString('base64')],
      };
      const asked: (string | undefined)[] = [];
      const publisher = await serveHttps(t, publisherCertificate, (request, response) => {
        asked.push(request.headers.traceparent?.toString());
        response.writeHead(200, { 'content-type': 'application/jwk-set+json' });
        response.end(JSON.stringify({ keys: [jwk] }));
      });
      const { client_id } = await admin.register({
        client_name: 'published',
        jwks_uri: `${publisher.origin}/jwks`,
        grant_types: ['client_credentials'],
      });
      const form = { grant_type: 'client_credentials', client_id };
      for (const [index, { home }] of nodes.entries()) {
        const answer = await post(`${home.issuer}/oauth2/token`, form, { certificate: identity });
        assert.equal(answer.status, 200, answer.text);
        const fetched = await eventually(
          async () => collector.lines('span').filter(({ name }) => name === 'fetch')[index],
          (found) => found !== undefined,
        );
        assert.ok(fetched);
        assert.equal(fetched.span_kind, 'SPAN_KIND_CLIENT');
        assert.deepEqual(fetched.attributes, {
          'http.request.method': 'GET',
          'http.response.status_code': 200,
          'server.address': '127.0.0.1',
          'url.scheme': 'https',
          'countersign.purpose': 'keys',
        });
        const told = `00-${fetched.trace_id}-${fetched.span_id}-01`;
        assert.deepEqual(asked.splice(0), [index === 0 ? undefined : told]);
      }
    });

    test('the metrics of both are those of their own /metrics', async () => {
      const before = new Map<unknown, number>();
      const issued = (metric: CollectedMetric | undefined) => sumOf(metric, { type: 'token.issued' });
      const latest = (pid: unknown, name: string) =>
        collector
          .lines('metric')
          .findLast((metric) => metric.name === name && metric.resource['process.pid'] === pid);
      const pids = nodes.map(({ server }) => server.process.pid);
      const served = async (port: number, pattern: RegExp): Promise<number> => {
        const { text } = await call(`http://127.0.0.1:${port}/metrics`);
        return Number(pattern.exec(text)?.[1]);
      };
      const ISSUED = /^countersign_events_total\{type="token\.issued",outcome="success",because=""\} (\d+)$/m;
      for (const [index, { metricsPort }] of nodes.entries())
        before.set(pids[index], await served(metricsPort, ISSUED));
      const made = [3, 5];
      for (const [index, { home }] of nodes.entries()) {
        for (let count = 0; count < (made[index] ?? 0); count++) await tokenAt(home, client);
      }
      for (const [index, { metricsPort }] of nodes.entries()) {
        const pid = pids[index];
        const expected = (before.get(pid) ?? 0) + (made[index] ?? 0);
        assert.equal(await served(metricsPort, ISSUED), expected);
        const metric = await eventually(
          async () => latest(pid, 'countersign_events_total'),
          (found) => issued(found) === expected,
        );
        assert.equal(metric?.type, 'sum');
        assert.equal(metric?.monotonic, true);
        assert.equal(metric?.temporality, 'AGGREGATION_TEMPORALITY_CUMULATIVE');
        assert.equal(latest(pid, 'process_start_time_seconds')?.type, 'gauge');
        assert.equal(latest(pid, 'nodejs_heap_size_used_bytes')?.unit, 'By');
        checkHistogram(latest(pid, 'nodejs_gc_duration_seconds'));
      }
    });
  });

  describe('of a node with workers', () => {
    test('each traces, and their numbers are sent once, added up', async (t) => {
      const collector = await startCollector(program);
      t.after(() => collector.stop());
      const home = await createUnstartedHome({
        telemetry: { otlp_endpoint: `${collector.endpoint}/`, metrics_interval: 1, service_name: 'sign-in' },
      });
      const server = await home.start(undefined, undefined, '--workers', '2');
      t.after(async () => {
        await server.stop();
        await home.remove();
      });
      const client = await secretClient(adminApiOf(home.issuer));
      const instances = () =>
        new Set(collector.lines('span').map(({ resource }) => resource['service.instance.id']));
      let made = 0;
      for (; made < 200 && instances().size < 2; made++) {
        assert.equal((await tokenAt(home, client)).status, 200);
        if (made % 10 === 9) await pause(200);
      }
      assert.equal(instances().size, 2);
      for (const instance of instances()) assert.match(String(instance), / worker \d+$/);
      const counted = await eventually(
        async () => collector.lines('metric').findLast(({ name }) => name === 'countersign_events_total'),
        (metric) => sumOf(metric, { type: 'token.issued' }) === made,
      );
      assert.equal(counted?.resource['service.name'], 'sign-in');
      checkHistogram(collector.lines('metric').findLast(({ name }) => name === 'nodejs_gc_duration_seconds'));
      assert.deepEqual(
        new Set(collector.lines('metric').map(({ resource }) => resource['process.pid'])),
        new Set([server.process.pid]),
      );
    });
  });

  describe('to a receiver that fails', () => {
    let collector: Collector;
    let home: TestHome;
    let server: RunningCountersign;
    let client: Registered;
    before(async () => {
      collector = await startCollector(program);
      home = await createUnstartedHome({
        telemetry: { otlp_endpoint: collector.endpoint, metrics_interval: 1 },
      });
      server = await home.start();
      client = await secretClient(adminApiOf(home.issuer));
    });
    after(async () => {
      await server?.stop('SIGKILL');
      await home?.remove();
      await collector?.stop();
    });
    const told = (pattern: RegExp) =>
      server
        .output()
        .split('\n')
        .filter((line) => pattern.test(line)).length;
    const LOST = /"msg":"traces are not delivered: /;
    const BACK = /"msg":"traces are delivered again"/;

    for (const [what, status] of [
      ['answers 500', 500],
      ['is over its limits', 429],
      ['answers nothing', 0],
    ] as const) {
      test(`one that ${what} costs requests nothing, and is told of once, and once when it is back`, async () => {
        const before = { lost: told(LOST), back: told(BACK) };
        await collector.answer(status);
        const began = performance.now();
        for (let count = 0; count < 20; count++) assert.equal((await tokenAt(home, client)).status, 200);
        assert.ok(performance.now() - began < 10_000);
        await eventually(
          async () => told(LOST) - before.lost,
          (lines) => lines === 1,
          30_000,
        );
        const failures = () => collector.lines(status === 0 ? 'unanswered' : 'failed').length;
        const soFar = failures();
        await tokenAt(home, client);
        await eventually(
          async () => failures(),
          (count) => count > soFar + 1,
        );
        assert.equal(told(LOST) - before.lost, 1);
        assert.equal(told(BACK) - before.back, 0);
        await collector.answer(200);
        await eventually(
          async () => {
            await tokenAt(home, client);
            return told(BACK) - before.back;
          },
          (lines) => lines === 1,
          30_000,
        );
        assert.equal(told(LOST) - before.lost, 1);
      });
    }

    test('what is left at the end is sent, and one that answers nothing holds the end for no longer than seconds', async () => {
      const last = await tokenAt(home, { ...client, client_secret: 'wrong' });
      const { trace_id } = await eventOf(server, last);
      await server.stop('SIGTERM');
      serverSpan(await collector.trace(String(trace_id), 2));
      const { code, stdout } = await home.command('audit', 'verify');
      assert.equal(code, 0, stdout);

      server = await home.start();
      await collector.answer(0);
      await tokenAt(home, client);
      await pause(1_500);
      const began = performance.now();
      await server.stop('SIGTERM');
      assert.ok(performance.now() - began < 8_000, `${performance.now() - began} ms`);
      await collector.answer(200);
    });
  });

  test('to a receiver that speaks HTTPS, whose authority is a file', async (t) => {
    const home = await createUnstartedHome();
    let server: RunningCountersign | undefined;
    t.after(async () => {
      await server?.stop('SIGKILL');
      await home.remove();
    });
    const { pem, key } = await selfSigned('receiver');
    const files = {
      certificate: join(home.security, 'receiver.pem'),
      key: join(home.security, 'receiver.key'),
    };
    await writeFile(files.certificate, pem);
    await writeFile(files.key, key);
    const collector = await startCollector(program, files);
    t.after(() => collector.stop());
    const table = `\n[telemetry]\notlp_endpoint = "${collector.endpoint}"\nmetrics = false\n`;
    await home.editDeployment((text) => `${text}${table}tls_ca_file = "receiver.pem"\n`);
    server = await home.start();
    const answer = await post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials' });
    const { trace_id } = await eventOf(server, answer);
    serverSpan(await collector.trace(String(trace_id), 1));
    assert.deepEqual(collector.lines('metric'), []);

    await server.stop();
    await home.editDeployment((text) =>
      text.replace('tls_ca_file = "receiver.pem"', 'tls_ca_file = "absent.pem"'),
    );
    server = await home.start();
    await server.line(/"msg":"traces are not sent: ENOENT/);
    assert.equal((await post(`${home.issuer}/oauth2/token`, {})).status, 400);
  });
});

test('where nothing is sent, no event and no line has a trace, whatever a proxy says', async (t) => {
  const home = await createUnstartedHome({ 'transport.proxy': { trusted_addresses: [PROXY] } });
  const server = await home.start();
  t.after(async () => {
    await server.stop();
    await home.remove();
  });
  const { headers } = newTrace();
  const answer = await post(`${home.issuer}/oauth2/token`, { grant_type: 'client_credentials' }, { headers });
  const event = await eventOf(server, answer);
  assert.deepEqual(
    Object.keys(event).filter((name) => /trace|span/.test(name)),
    [],
  );
  const { stdout } = await home.command('explain', String(event.event_id));
  assert.doesNotMatch(stdout, /trace/);
});
