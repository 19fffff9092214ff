import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { describedMetrics } from '../../packages/server/src/reference/metrics-page.ts';
import { CAUSES } from '../../packages/server/src/refusal/causes.ts';
import { alerts, dashboard, dashboardExpressions, FOLDER, namedIn } from '../monitoring/expressions.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = 'docs/monitoring.md';

/** What Prometheus adds to every series by itself. */
const OF_THE_SCRAPE = ['job', 'instance'];
const UP = { name: 'up', type: 'gauge', labels: [] };

/** The data source that is chosen on the dashboard. */
const CHOSEN = /^\$\{datasource\}$/;

/** Metrics of ours that neither alerts nor the dashboard read, and why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {};

type Known = { readonly name: string; readonly type: string; readonly labels: readonly string[] };

const described: readonly Known[] = await describedMetrics();
const metrics: readonly Known[] = [...described, UP];

/** The metric that a series is of, and the labels of the series. */
function metricOf(series: string): { readonly name: string; readonly labels: readonly string[] } | undefined {
  const known = metrics.find(({ name }) => name === series);
  if (known && known.type !== 'histogram') return known;
  const [, name, suffix] = /^(\w+)_(bucket|sum|count)$/.exec(series) ?? [];
  const histogram = metrics.find((each) => each.name === name && each.type === 'histogram');
  if (!histogram) return undefined;
  return suffix === 'bucket' ? { ...histogram, labels: [...histogram.labels, 'le'] } : histogram;
}

const expressions = [
  ...(await alerts()).map(({ alert, expr }) => ({ where: alert, expr })),
  ...(await dashboardExpressions()).map((expr) => ({ where: 'dashboard', expr })),
];

test('expressions are taken apart as they are meant', () => {
  assert.deepEqual(
    namedIn('sum by (a, le) (rate(some_metric_bucket{b="x by (z)", c!~"y"}[5m])) / other_metric > 0'),
    [
      { name: 'some_metric_bucket', labels: ['a', 'le', 'b', 'c'] },
      { name: 'other_metric', labels: ['a', 'le'] },
    ],
  );
});

test('every metric and label that alerts and dashboard name is there', () => {
  const wrong = expressions.flatMap(({ where, expr }) => {
    const named = namedIn(expr);
    if (named.length === 0) return [`${where}: ${expr} names no metric`];
    const [unknown, known] = [
      named.filter(({ name }) => metricOf(name) === undefined),
      named.flatMap(({ name, labels }) => {
        const own = metricOf(name)?.labels;
        return own === undefined
          ? []
          : labels
              .filter((label) => ![...own, ...OF_THE_SCRAPE].includes(label))
              .map((label) => ({ name, label }));
      }),
    ];
    return [
      ...unknown.map(({ name }) => `${where}: there is no ${name}`),
      ...known.map(({ name, label }) => `${where}: ${name} has no label ${label}`),
    ];
  });
  assert.deepEqual(wrong, []);
});

test('causes that they name are causes', () => {
  const named = expressions.flatMap(({ expr }) =>
    Array.from(expr.matchAll(/because=~?"([^"]+)"/g), ([, causes = '']) => causes.split('|')).flat(),
  );
  assert.ok(named.length > 5);
  assert.deepEqual(
    named.filter((cause) => !Object.hasOwn(CAUSES, cause)),
    [],
  );
});

test('every metric of ours is looked at, or it is said why not', () => {
  const read = new Set(
    expressions.flatMap(({ expr }) => namedIn(expr).map(({ name }) => metricOf(name)?.name)),
  );
  const unread = metrics
    .map(({ name }) => name)
    .filter((name) => name.startsWith('countersign_') && !read.has(name));
  assert.deepEqual(unread.sort(), Object.keys(NOT_SHOWN).sort());
});

test('every alert says what it is, and the page has what to do about it, and no other', async () => {
  const page = await readFile(join(ROOT, PAGE), 'utf8');
  const headings = Array.from(page.matchAll(/^### (Countersign\w+)$/gm), ([, name = '']) => name);
  const all = await alerts();
  assert.deepEqual(headings.toSorted(), all.map(({ alert }) => alert).toSorted());
  for (const { alert, annotations } of all) {
    assert.equal(annotations.runbook_url, `${PAGE}#${alert.toLowerCase()}`);
    for (const text of [annotations.summary, annotations.description]) assert.notEqual(text.trim(), '');
  }
});

test('every alert has a unit test that it fires and one that it does not', async () => {
  const tests = await readFile(join(FOLDER, 'rules-test.yaml'), 'utf8');
  for (const { alert } of await alerts()) {
    for (const name of [`${alert} fires`, `${alert} does not`]) {
      assert.ok(tests.includes(`  - name: ${name}\n`), name);
    }
  }
});

test('the dashboard can be imported beside any data source, and its panels do not overlap', async () => {
  const { panels, templating } = await dashboard();
  assert.deepEqual(
    templating.list.map(({ name }) => name),
    ['datasource', 'job', 'instance'],
  );
  const taken = new Map<string, string>();
  for (const { title, type, gridPos, datasource, targets = [] } of panels) {
    if (type !== 'row') {
      assert.match(datasource?.uid ?? '', CHOSEN, title);
      assert.ok(targets.length > 0, title);
    }
    for (const target of targets) assert.match(target.datasource.uid, CHOSEN, title);
    assert.ok(gridPos.x + gridPos.w <= 24, title);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        assert.equal(taken.get(`${x} ${y}`), undefined, `${title} stands on another panel`);
        taken.set(`${x} ${y}`, title);
      }
    }
  }
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
});
