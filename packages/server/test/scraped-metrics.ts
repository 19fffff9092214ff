import assert from 'node:assert/strict';
import { call } from './token-client.ts';

/** What `/metrics` answered at one moment. */
export type ScrapedMetrics = {
  readonly text: string;
  /** How many series there are, but for those of the Node.js process. */
  readonly series: number;
  /**
   * The sum of the series of this name that have these labels, among others; undefined where there are none.
   * @param name with `_bucket`, `_sum` or `_count` for a histogram
   */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
};

const labelsOf = (written: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from(written.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label = '', value = '']) => [
      label,
      value,
    ]),
  );

/** Asks a server for its metrics. */
export async function scrapeMetrics(port: number): Promise<ScrapedMetrics> {
  const { status, text } = await call(`http://127.0.0.1:${port}/metrics`);
  assert.equal(status, 200, text);
  const series = Array.from(
    text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm),
    ([, name = '', labels = '', value = '']) => ({ name, labels: labelsOf(labels), value: Number(value) }),
  );
  return {
    text,
    series: series.filter(({ name }) => name.startsWith('countersign_')).length,
    value(name, labels = {}) {
      const found = series.filter(
        (each) =>
          each.name === name &&
          Object.entries(labels).every(([label, value]) => each.labels[label] === value),
      );
      return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
    },
  };
}
