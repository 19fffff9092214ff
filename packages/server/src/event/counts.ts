import { Counter, type Registry } from 'prom-client';

/** What one series counted: whoever holds it pays an addition and nothing else. */
export type Count = { value: number };

/** A counter whose series are taken once and held by those who count, or found again by a look into a map a label. */
export type Counts<Label extends string> = {
  /** The series of these labels, always the same one. It is told from then on, with 0 at first: a rise from nothing is seen. */
  of(labels: Readonly<Record<Label, string>>): Count;
};

/** The series that have the same values of some labels, by that of the next one. */
type Series = { readonly count: Count; readonly byNext: Map<string, Series> };

const noSeries = (): Series => ({ count: { value: 0 }, byNext: new Map() });

/**
 * Adds a counter to a registry.
 * @param labels their names
 */
export function createCounts<Label extends string>(
  registry: Registry,
  { name, help, labels }: { readonly name: string; readonly help: string; readonly labels: readonly Label[] },
): Counts<Label> {
  const all = noSeries();
  const told: { readonly labels: Readonly<Record<Label, string>>; readonly count: Count }[] = [];
  new Counter<Label>({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, count } of told) this.inc(labels, count.value);
    },
  });
  const added = (values: Readonly<Record<Label, string>>): Count => {
    let series = all;
    for (const label of labels) {
      const next = series.byNext.get(values[label]) ?? noSeries();
      series.byNext.set(values[label], next);
      series = next;
    }
    told.push({ labels: { ...values }, count: series.count });
    return series.count;
  };
  return {
    of(values) {
      let series: Series | undefined = all;
      for (const label of labels) {
        series = series.byNext.get(values[label]);
        if (series === undefined) return added(values);
      }
      return series.count;
    },
  };
}
