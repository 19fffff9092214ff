import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const FOLDER = import.meta.dirname;
export const RULES_FILE = join(FOLDER, 'rules.yaml');

const Rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string(),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
          annotations: z.strictObject({
            summary: z.string(),
            description: z.string(),
            runbook_url: z.string(),
          }),
        }),
      ),
    }),
  ),
});

const DataSource = z.object({ type: z.string(), uid: z.string() });
const Panel = z.object({
  id: z.number(),
  title: z.string(),
  type: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  datasource: DataSource.optional(),
  targets: z.array(z.object({ expr: z.string(), datasource: DataSource })).optional(),
});
const Dashboard = z.object({
  title: z.string(),
  uid: z.string(),
  schemaVersion: z.number(),
  panels: z.array(Panel),
  templating: z.object({
    list: z.array(z.object({ name: z.string(), type: z.string(), definition: z.string().optional() })),
  }),
});

/** One alert of the rules that are committed. */
export type Alert = z.infer<typeof Rules>['groups'][number]['rules'][number];

/** The alerts. @throws ZodError when the file is not made of alerts, each with everything it must say */
export async function alerts(): Promise<readonly Alert[]> {
  const { groups } = Rules.parse(parse(await readFile(RULES_FILE, 'utf8')));
  return groups.flatMap(({ rules }) => rules);
}

/** The dashboard. @throws ZodError when it is none that Grafana imports */
export const dashboard = async (): Promise<z.infer<typeof Dashboard>> =>
  Dashboard.parse(JSON.parse(await readFile(join(FOLDER, 'dashboard.json'), 'utf8')));

/** Every expression of the dashboard, as Prometheus is asked it: what Grafana puts in its place is there. */
export async function dashboardExpressions(): Promise<readonly string[]> {
  const { panels } = await dashboard();
  return panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) =>
      expr
        .replaceAll('$__rate_interval', '5m')
        .replaceAll('$job', 'countersign')
        .replaceAll('$instance', '.*'),
    ),
  );
}

/** A metric that an expression reads, and the labels that it is narrowed to, or summed by. */
export type NamedMetric = { readonly name: string; readonly labels: readonly string[] };

const OF_THE_LANGUAGE = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/**
 * What an expression of PromQL names; what the parser of Prometheus says of it, `npm run monitoring:check` asks. Labels that
 * stand in `by (…)` belong to every metric of the expression.
 */
export function namedIn(expression: string): readonly NamedMetric[] {
  const withoutTexts = expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  const grouped = Array.from(
    withoutTexts.matchAll(/\b(\w+)\s*\(([\w\s,]*)\)/g),
    ([, word = '', list = '']) =>
      OF_THE_LANGUAGE.has(word) ? list.split(',').map((label) => label.trim()) : [],
  ).flat();
  const rest = withoutTexts.replaceAll(/\b(?:by|without|on|ignoring)\s*\([\w\s,]*\)/g, '');
  const metrics = rest.matchAll(/\b([a-z_]+_[a-z0-9_]+|up)\b(?!\s*\()(?:\{([^}]*)\})?/g);
  return Array.from(metrics, ([, name = '', selector = '']) => ({
    name,
    labels: [
      ...grouped,
      ...Array.from(selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g), ([, label = '']) => label),
    ],
  }));
}
