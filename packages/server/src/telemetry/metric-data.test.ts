import assert from 'node:assert/strict';
import test from 'node:test';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client';
import { metricDataOf } from './metric-data.ts';

const SINCE: [number, number] = [1, 0];
const NOW: [number, number] = [2, 0];

async function told(make: (registry: Registry) => void) {
  const registry = new Registry();
  make(registry);
  return metricDataOf(await registry.getMetricsAsJSON(), SINCE, NOW);
}

test('a counter is a monotonic sum since the process began, by its labels', async () => {
  const { metrics } = await told((registry) => {
    const counter = new Counter({
      name: 'made_total',
      help: 'What was made.',
      labelNames: ['type'],
      registers: [registry],
    });
    counter.inc({ type: 'a' }, 3);
    counter.inc({ type: 'b' }, 4);
  });
  assert.deepEqual(metrics, [
    {
      descriptor: { name: 'made_total', description: 'What was made.', unit: '', valueType: 1 },
      aggregationTemporality: 1,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: [
        { startTime: SINCE, endTime: NOW, attributes: { type: 'a' }, value: 3 },
        { startTime: SINCE, endTime: NOW, attributes: { type: 'b' }, value: 4 },
      ],
    },
  ]);
});

test('a gauge is a gauge, with the unit that its name ends in', async () => {
  const { metrics } = await told((registry) => {
    new Gauge({ name: 'held_bytes', help: 'Held.', registers: [registry] }).set(5);
  });
  assert.equal(metrics[0]?.dataPointType, DataPointType.GAUGE);
  assert.equal(metrics[0]?.descriptor.unit, 'By');
  assert.deepEqual(
    metrics[0]?.dataPoints.map(({ value }) => value),
    [5],
  );
});

test('a histogram has what fell between two bounds, each combination of labels apart', async () => {
  const { metrics } = await told((registry) => {
    const histogram = new Histogram({
      name: 'took_seconds',
      help: 'How long it took.',
      labelNames: ['endpoint'],
      buckets: [0.1, 1],
      registers: [registry],
    });
    for (const value of [0.05, 0.5, 0.7, 9]) histogram.observe({ endpoint: 'token' }, value);
    histogram.observe({ endpoint: 'par' }, 1);
  });
  assert.equal(metrics[0]?.descriptor.unit, 's');
  assert.deepEqual(
    metrics[0]?.dataPoints.map(({ attributes, value }) => [attributes, value]),
    [
      [{ endpoint: 'token' }, { buckets: { boundaries: [0.1, 1], counts: [1, 2, 1] }, sum: 10.25, count: 4 }],
      [{ endpoint: 'par' }, { buckets: { boundaries: [0.1, 1], counts: [0, 1, 0] }, sum: 1, count: 1 }],
    ],
  );
});

test('what was never counted is not sent, and a summary is named as left out', async () => {
  const { metrics, left } = await told((registry) => {
    new Counter({ name: 'never_total', help: 'Never.', labelNames: ['type'], registers: [registry] });
    new Summary({ name: 'summed', help: 'Summed.', registers: [registry] }).observe(1);
  });
  assert.deepEqual(metrics, []);
  assert.deepEqual(left, ['summed']);
});
