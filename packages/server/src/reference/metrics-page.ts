import { cell, table } from '../../../../docs/site/markdown.ts';
import { measureEventQueue } from '../event/event-recorder.ts';
import { createMetrics } from '../event/metrics.ts';
import { measureEnds } from '../expiry/measure-ends.ts';
import { measureConnections, measureReach } from '../server/database-watch.ts';
import { measureBuild } from '../server/measure-build.ts';
import { measureWorkers } from '../server/measure-workers.ts';
import { measureWebhooks } from '../webhook/webhook-metrics.ts';

const OURS = 'countersign_';

const INTRODUCTION = `# Metrics

\`/metrics\` answers in the Prometheus text format, on a listener of its own that is never where clients are:
\`[metrics] port\` and \`bind\` ([deployment.toml](deployment-toml.md)). With workers the numbers of all are added up. What to
watch, a dashboard and rules for alerts: [monitoring](monitoring.md).

Whatever clients send, the number of series is bounded: labels are of what the server has (endpoints, grants, methods,
causes), never of what was sent. A histogram has the series \`_bucket\` (label \`le\`), \`_sum\` and \`_count\`.

This page is written from the registry the server fills, so it is complete.
`;

/** One metric as the page and those who check the names of others see it. */
export type DescribedMetric = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
};

/** What the text format says of each metric; its labels where it has samples. */
function described(text: string): readonly DescribedMetric[] {
  const types = new Map(
    Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name = '', type = '']) => [name, type]),
  );
  return Array.from(text.matchAll(/^# HELP (\S+) (.+)$/gm), ([, name = '', help = '']) => {
    const samples = Array.from(
      text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm')),
    );
    const labels = samples.flatMap(([, written = '']) =>
      Array.from(written.matchAll(/(\w+)="/g), ([, label = '']) => label),
    );
    // Every histogram has that one.
    const named = new Set(labels).difference(new Set(['le']));
    return { name, type: types.get(name) ?? '', help, labels: Array.from(named) };
  });
}

const rowOf = ({ name, type, help, labels }: DescribedMetric): readonly string[] => [
  `\`${name}\``,
  type,
  labels.map((label) => `\`${label}\``).join(', '),
  cell(help),
];

/** Every metric that the server fills, by name, each with its labels. */
export async function describedMetrics(): Promise<readonly DescribedMetric[]> {
  const metrics = createMetrics();
  measureReach(metrics, { state: () => 'reached', clockOffset: () => 0 });
  measureConnections(metrics, () => ({ in_use: 0, idle: 1, waiting: 0, max: 10 }));
  measureWorkers(metrics, { serving: () => 1 });
  measureBuild(metrics);
  measureEventQueue(metrics, { queueLength: () => 0 });
  measureEnds(
    metrics,
    () => new Map([['server', 1]]),
    () => 0,
  );
  // A labelled metric shows its labels once it has a sample.
  metrics.events.of({ type: 'token.issued', outcome: 'success', because: '' });
  const webhooks = measureWebhooks(metrics);
  webhooks.count('on-call', 'delivered');
  webhooks.deadLetters(new Map([['on-call', 0]]));
  metrics.plugInUp.set({ plug_in: 'example.ts' }, 1);
  metrics.certificateHeadersDropped.inc({ header: 'client-cert' });
  metrics.requestDuration.of({ endpoint: 'token', outcome: 'success' }).observe(0);
  metrics.handshakes.of({ outcome: 'success', version: 'TLSv1.3' });
  metrics.tokensIssued.of({
    grant_type: 'client_credentials',
    token_endpoint_auth_method: 'tls_client_auth',
  });
  metrics.outboundRequests.of({ purpose: 'keys', outcome: 'success' });
  metrics.outboundDuration.of({ purpose: 'keys' }).observe(0);
  metrics.caches.of('clients', () => 0);
  return described(await metrics.registry.metrics()).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
}

/** The reference of metrics, Markdown: those of the server, then those of the Node.js process. */
export async function metricsPage(): Promise<string> {
  const all = await describedMetrics();
  const heads = ['metric', 'type', 'labels', 'what it says'];
  return [
    INTRODUCTION,
    `## Of the server\n\n${table(heads, all.filter(({ name }) => name.startsWith(OURS)).map(rowOf))}\n`,
    `## Of the process\n\nThose of [prom-client](https://github.com/siimon/prom-client) for Node.js.\n\n${table(
      heads,
      all.filter(({ name }) => !name.startsWith(OURS)).map((metric) => rowOf({ ...metric, labels: [] })),
    )}\n`,
  ].join('\n');
}
