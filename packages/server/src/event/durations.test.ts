import assert from 'node:assert/strict';
import test from 'node:test';
import { Histogram, Registry } from 'prom-client';
import { createDurations } from './durations.ts';

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NAME = 'taken_seconds';
const HELP = 'Taken.';

test('is told as a histogram of prom-client is, as text and to other processes', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const durations = createDurations(ours, { name: NAME, help: HELP, labels: ['what', 'how'] });
  const histogram = new Histogram({
    name: NAME,
    help: HELP,
    labelNames: ['what', 'how'],
    buckets: BUCKETS,
    registers: [theirs],
  });
  durations.of({ what: 'never', how: 'measured' });
  for (const seconds of [0, 0.001, 0.0011, 0.3, 2.5, 10, 10.1, 99]) {
    for (const labels of [
      { what: 'a', how: 'b' },
      { what: '"', how: '\n' },
    ]) {
      durations.of(labels).observe(seconds);
      histogram.observe(labels, seconds);
    }
  }
  assert.equal(await ours.metrics(), await theirs.metrics());
  // Of exemplars there are none.
  const parts = async (registry: Registry) =>
    JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()).replaceAll(',"exemplar":null', ''));
  assert.deepEqual(await parts(ours), await parts(theirs));
});

test('without labels there is one series', async () => {
  const registry = new Registry();
  const durations = createDurations(registry, { name: NAME, help: HELP, labels: [] });
  durations.of({}).observe(0.2);
  durations.of({}).observe(0.3);
  assert.match(await registry.metrics(), /^taken_seconds_bucket\{le="0\.25"\} 1$.*^taken_seconds_count 2$/ms);
});
