import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before, describe } from 'node:test';
import { stringify } from 'yaml';
import { adminApiOf } from '../../packages/server/test/admin-api.ts';
import { createIdentity } from '../../packages/server/test/client-identity.ts';
import { createTestHome } from '../../packages/server/test/countersign-process.ts';
import { eventually } from '../../packages/server/test/eventually.ts';
import { freePort } from '../../packages/server/test/free-port.ts';
import { scrapeMetrics } from '../../packages/server/test/scraped-metrics.ts';
import { post } from '../../packages/server/test/token-client.ts';
import { dashboardExpressions, FOLDER, RULES_FILE } from './expressions.ts';
import { promtool, whyNoPromtool } from './promtool.ts';

/** promtool is compiled the first time. */
const COMPILING_MS = 3_600_000;
const RULE_TESTS = join(FOLDER, 'rules-test.yaml');

/** What a server answers at `/metrics` once it issued, refused, and failed at a handshake. @param options of `serve` */
async function scrapedAfterTraffic(...options: readonly string[]): Promise<string> {
  const port = await freePort();
  const home = await createTestHome({ metrics: { enable: true, port } });
  try {
    const server = await home.start(undefined, undefined, ...options);
    try {
      const identity = await createIdentity('CN=checked');
      const { client_id } = await adminApiOf(home.issuer).register({
        client_name: 'checked',
        token_endpoint_auth_method: 'self_signed_tls_client_auth',
        certificates: [identity.pem],
        grant_types: ['client_credentials'],
      });
      const token = (form: Readonly<Record<string, string>>) =>
        post(
          `${home.issuer}/oauth2/token`,
          { grant_type: 'client_credentials', ...form },
          {
            agent: new Agent({ cert: identity.cert, key: identity.key }),
          },
        );
      assert.equal((await token({ client_id })).status, 200);
      assert.equal((await token({ client_id: 'nobody' })).status, 401);
      connect(home.port, '127.0.0.1')
        .on('error', () => {})
        .resume()
        .end('GET / HTTP/1.0\r\n\r\n');
      const scraped = () => scrapeMetrics(port);
      await eventually(
        async () => (await scraped()).value('countersign_handshakes_total', { outcome: 'failure' }),
        (failed) => failed === 1,
      );
      const { text, value } = await scraped();
      assert.equal(value('countersign_tokens_issued_total'), 1);
      assert.equal(value('countersign_refusals_total', { because: 'client_unknown' }), 1);
      return text;
    } finally {
      await server.stop();
    }
  } finally {
    await home.remove();
  }
}

describe('monitoring, by promtool', { skip: await whyNoPromtool(), timeout: COMPILING_MS }, () => {
  let run: Awaited<ReturnType<typeof promtool>>;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-monitoring-'));
    run = await promtool();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const options of [[], ['--workers', '2']]) {
    test(`promtool check metrics has nothing to say of serve ${options.join(' ')}`, async () => {
      const text = await scrapedAfterTraffic(...options);
      assert.deepEqual(await run(['check', 'metrics'], text), { code: 0, stdout: '', stderr: '' });
    });
  }

  test('promtool check metrics complains of a gauge that is named like a counter', async () => {
    const text = '# HELP some_total Some.\n# TYPE some_total gauge\nsome_total 1\n';
    const { code, stdout, stderr } = await run(['check', 'metrics'], text);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /some_total.*non-counter metrics should not have "_total" suffix/);
  });

  test('promtool check rules', async (context) => {
    const { code, stdout, stderr } = await run(['check', 'rules', '--lint=all', '--lint-fatal', RULES_FILE]);
    assert.equal(code, 0, stdout + stderr);
    context.diagnostic(stdout.trim().split('\n').at(-1) ?? '');
  });

  test('promtool test rules: each alert fires when it must, and not when it must not', async (context) => {
    const { code, stdout, stderr } = await run(['test', 'rules', RULE_TESTS]);
    assert.equal(code, 0, stdout + stderr);
    context.diagnostic((stdout + stderr).trim().split('\n').at(-1) ?? '');
  });

  test('a rule that is made laxer, or stricter, fails its tests', async () => {
    const rules = await readFile(RULES_FILE, 'utf8');
    const tests = join(folder, 'rules-test.yaml');
    await writeFile(tests, await readFile(RULE_TESTS, 'utf8'));
    for (const [from, to] of [
      ['countersign_database_reached == 0', 'countersign_database_reached == 2'],
      ['up{job="countersign"} == 0', 'up == 0'],
      ['< 604800', '< 604802'],
    ] as const) {
      assert.ok(rules.includes(from), from);
      await writeFile(join(folder, 'rules.yaml'), rules.replace(from, to));
      const { code } = await run(['test', 'rules', tests]);
      assert.notEqual(code, 0, to);
    }
  });

  test('every expression of the dashboard is PromQL', async () => {
    const expressions = await dashboardExpressions();
    assert.ok(expressions.length > 40, `${expressions.length}`);
    const file = join(folder, 'dashboard-rules.yaml');
    const rules = expressions.map((expr, index) => ({ record: `panel:target:${index}`, expr }));
    await writeFile(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { code, stdout, stderr } = await run(['check', 'rules', file]);
    assert.equal(code, 0, stdout + stderr);
    await writeFile(file, stringify({ groups: [{ name: 'x', rules: [{ record: 'a:b', expr: 'sum(' }] }] }));
    assert.notEqual((await run(['check', 'rules', file])).code, 0);
  });
});
