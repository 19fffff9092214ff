import { Histogram, type Registry } from 'prom-client';

/** Seconds, from what a kept-alive connection needs to where people have gone away. */
const BOUNDS: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What one series measured: told from its first value on. */
export class Duration {
  /** By the first bound that is not exceeded; beyond the last one none is counted. */
  readonly counts: number[] = BOUNDS.map(() => 0);
  count = 0;
  sum = 0;

  observe(seconds: number): void {
    this.count++;
    this.sum += seconds;
    for (let index = 0; index < BOUNDS.length; index++) {
      if (seconds > (BOUNDS[index] ?? 0)) continue;
      this.counts[index] = (this.counts[index] ?? 0) + 1;
      return;
    }
  }
}

/** A histogram of seconds whose series are taken once and held by those who measure. */
export type Durations<Label extends string> = {
  /** The series of these labels, always the same one. */
  of(labels: Readonly<Record<Label, string>>): Duration;
  /** Every series that was taken. */
  all(): Iterable<Measured<Label>>;
};

type Measured<Label extends string> = {
  readonly labels: Readonly<Record<Label, string>>;
  readonly duration: Duration;
};
type Told = Measured<string>;

/**
 * A histogram that is told from what others hold: putting labels together for each value, as prom-client does, costs more
 * than everything else that is measured of a request.
 */
class HeldHistogram extends Histogram {
  readonly #config: { readonly name: string; readonly help: string };
  readonly #series: () => Iterable<Told>;

  constructor(config: { name: string; help: string; labelNames: string[] }, series: () => Iterable<Told>) {
    super({ ...config, buckets: [...BOUNDS], registers: [] });
    this.#config = config;
    this.#series = series;
  }

  /** What prom-client asks a histogram for, and takes apart for other processes. */
  async getForPromString() {
    const { name, help } = this.#config;
    const values = Array.from(this.#series())
      .filter(({ duration }) => duration.count > 0)
      .flatMap(({ labels, duration: { counts, count, sum } }) => {
        let upTo = 0;
        const part = (
          metricName: string,
          more: Readonly<Record<string, string | number>>,
          value: number,
        ) => ({
          metricName: `${name}_${metricName}`,
          labels: { ...more, ...labels },
          sharedLabels: {},
          value,
        });
        return [
          ...BOUNDS.map((le, index) => {
            upTo += counts[index] ?? 0;
            return part('bucket', { le }, upTo);
          }),
          part('bucket', { le: '+Inf' }, count),
          part('sum', {}, sum),
          part('count', {}, count),
        ];
      });
    return { name, help, type: 'histogram', values, aggregator: 'sum' };
  }
}

/** Adds a histogram of durations to a registry. @param labels their names */
export function createDurations<Label extends string>(
  registry: Registry,
  { name, help, labels }: { readonly name: string; readonly help: string; readonly labels: readonly Label[] },
): Durations<Label> {
  const series = new Map<string, Measured<Label>>();
  registry.registerMetric(new HeldHistogram({ name, help, labelNames: [...labels] }, () => series.values()));
  return {
    of(values) {
      const key = JSON.stringify(labels.map((label) => values[label]));
      const known = series.get(key);
      if (known) return known.duration;
      const duration = new Duration();
      series.set(key, { labels: { ...values }, duration });
      return duration;
    },
    all: () => series.values(),
  };
}
