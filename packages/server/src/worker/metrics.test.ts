import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { createMetrics, type Metrics } from '../event/metrics.ts';
import { measureBuild } from '../server/measure-build.ts';
import { createNodeMetrics, type Measured } from './metrics.ts';

/** What the metrics of a worker are asked over; as little of the channel as is used. */
const workerOf = ({ registry }: Metrics): Measured => ({
  ask: async (name: string) => {
    assert.equal(name, 'metrics');
    // What crosses between processes is copied.
    return structuredClone(await registry.getMetricsAsJSON());
  },
});

function node(t: TestContext, count: number) {
  const own = createMetrics();
  const processes = Array.from({ length: count }, createMetrics);
  for (const each of [own, ...processes]) measureBuild(each);
  const workers = processes.map(workerOf);
  const metrics = createNodeMetrics(
    own.registry,
    () => workers,
    () => {},
  );
  t.after(() => metrics.close());
  const lines = async (name: string) =>
    (await metrics.metrics()).split('\n').filter((line) => line.startsWith(name));
  return { own, processes, workers, metrics, lines };
}

test('counters and histograms of all processes are added up, and what is once a node is told once', async (t) => {
  const { processes, lines } = node(t, 2);
  for (const { refusals, requestDuration, auditWritable, connections } of processes) {
    refusals.of({ because: 'code_reused' }).value += 2;
    requestDuration.of({ endpoint: 'token', outcome: 'success' }).observe(0.002);
    auditWritable.set(1);
    connections.set(3);
  }
  assert.deepEqual(await lines('countersign_refusals_total{because="code_reused"}'), [
    'countersign_refusals_total{because="code_reused"} 4',
  ]);
  const [first, second] = await lines('countersign_http_request_duration_seconds_bucket');
  assert.match(first ?? '', /le="0.001".* 0$/);
  assert.match(second ?? '', /le="0.0025".* 2$/);
  assert.match((await lines('countersign_http_request_duration_seconds_sum')).join(), / 0\.004$/);
  assert.deepEqual(await lines('countersign_connections'), ['countersign_connections 6']);
  assert.match((await lines('countersign_build_info')).join(), /^[^,]*,[^,]* 1$/);
  processes[1]?.auditWritable.set(0);
  assert.deepEqual(await lines('countersign_audit_writable'), ['countersign_audit_writable 0']);
});

test('of a worker that ended stays what it counted, and nothing that it was', async (t) => {
  const { processes, workers, metrics, lines } = node(t, 2);
  const [ending] = processes;
  assert.ok(ending && workers[0]);
  ending.tokensIssued.of({ grant_type: 'password', token_endpoint_auth_method: 'none' }).value = 5;
  ending.requestDuration.of({ endpoint: 'token', outcome: 'refused' }).observe(1.5);
  ending.connections.set(4);
  const issued = 'countersign_tokens_issued_total{grant_type="password",token_endpoint_auth_method="none"}';
  assert.deepEqual(await lines('countersign_connections'), ['countersign_connections 4']);
  const [gone] = workers.splice(0, 1);
  assert.ok(gone);
  metrics.ended(gone);
  const fresh = createMetrics();
  workers.push(workerOf(fresh));
  assert.deepEqual(await lines(issued), [`${issued} 5`]);
  assert.deepEqual(await lines('countersign_connections'), ['countersign_connections 0']);
  fresh.tokensIssued.of({ grant_type: 'password', token_endpoint_auth_method: 'none' }).value = 2;
  fresh.requestDuration.of({ endpoint: 'token', outcome: 'refused' }).observe(1.5);
  assert.deepEqual(await lines(issued), [`${issued} 7`]);
  assert.match((await lines('countersign_http_request_duration_seconds_count')).join(), / 2$/);
});
