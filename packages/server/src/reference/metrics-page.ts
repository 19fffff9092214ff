import { cell, table } from '../../../../docs/site/markdown.ts';
import { createMetrics } from '../event/metrics.ts';
import { measureReach } from '../server/database-watch.ts';
import { measureWorkers } from '../server/measure-workers.ts';

const OURS = 'countersign_';

const INTRODUCTION = `# Metrics

\`/metrics\` answers in the Prometheus text format, on a listener of its own that is never where clients are:
\`[metrics] port\` and \`bind\` ([deployment.toml](deployment-toml.md)). With workers the numbers of all are added up. What to
watch, and rules for alerts: [monitoring](monitoring.md).

This page is written from the registry the server fills, so it is complete.
`;

type Described = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
};

/** What the text format says of each metric; its labels where it has samples. */
function described(text: string): readonly Described[] {
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
    return { name, type: types.get(name) ?? '', help, labels: Array.from(new Set(labels)) };
  });
}

const rowOf = ({ name, type, help, labels }: Described): readonly string[] => [
  `\`${name}\``,
  type,
  labels.map((label) => `\`${label}\``).join(', '),
  cell(help),
];

/** The reference of metrics, Markdown: those of the server, then those of the Node.js process. */
export async function metricsPage(): Promise<string> {
  const metrics = createMetrics();
  measureReach(metrics, { state: () => 'reached', clockOffset: () => 0 });
  measureWorkers(metrics, { serving: () => 1 });
  // A labelled metric shows its labels once it has a sample.
  metrics.events.inc({ type: 'token.issued', outcome: 'success', because: '' });
  metrics.plugInUp.set({ plug_in: 'example.ts' }, 1);
  metrics.certificateHeadersDropped.inc({ header: 'client-cert' });
  const all = described(await metrics.registry.metrics()).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
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
