import { type Attributes, type HrTime, ValueType } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';

/** What one value of a metric is, as prom-client tells it. */
export type MeasuredValue = {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  /** Of a histogram: the name with `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string;
};

/** One metric with all its values, as prom-client tells it. */
export type Measured = {
  readonly name: string;
  readonly help: string;
  readonly type: unknown;
  readonly values: readonly MeasuredValue[];
};

/** The ending of a name that says its unit, and what UCUM calls that. */
const UNITS = [
  ['_seconds', 's'],
  ['_bytes', 'By'],
] as const;

const unitOf = (name: string): string => {
  const base = name.replace(/_total$/, '');
  return UNITS.find(([ending]) => base.endsWith(ending))?.[1] ?? '';
};

const attributesOf = ({ labels }: MeasuredValue): Attributes =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) =>
      value === undefined || name === 'le' ? [] : [[name, String(value)]],
    ),
  );

/** The values of one histogram put together by their labels: cumulative buckets become those between two bounds. */
function histograms({ name, values }: Measured): { attributes: Attributes; histogram: Histogram }[] {
  const found = new Map<
    string,
    { attributes: Attributes; upTo: Map<number, number>; sum: number; count: number }
  >();
  for (const value of values) {
    const attributes = attributesOf(value);
    const key = JSON.stringify(Object.entries(attributes).sort());
    const held = found.get(key) ?? { attributes, upTo: new Map(), sum: 0, count: 0 };
    found.set(key, held);
    if (value.metricName === `${name}_sum`) held.sum = value.value;
    else if (value.metricName === `${name}_count`) held.count = value.value;
    else {
      const { le } = value.labels;
      if (le !== undefined && le !== '+Inf') held.upTo.set(Number(le), value.value);
    }
  }
  return Array.from(found.values(), ({ attributes, upTo, sum, count }) => {
    const boundaries = [...upTo.keys()].sort((one, other) => one - other);
    const cumulative = [...boundaries.map((bound) => upTo.get(bound) ?? 0), count];
    const counts = cumulative.map((upToHere, index) => upToHere - (cumulative[index - 1] ?? 0));
    return { attributes, histogram: { buckets: { boundaries, counts }, sum, count } };
  });
}

/**
 * Metrics as prom-client tells them, as OTLP has them (the data model's own way from Prometheus: counters are monotonic
 * sums, cumulative since the process began). Names and labels are those of `/metrics`.
 * @param since when counting began
 * @returns the metrics, and the names of those of a kind that OTLP has no equal of here: summaries
 */
export function metricDataOf(
  measured: readonly Measured[],
  since: HrTime,
  now: HrTime,
): { readonly metrics: MetricData[]; readonly left: readonly string[] } {
  const metrics: MetricData[] = [];
  const left: string[] = [];
  const point = <T>(attributes: Attributes, value: T): DataPoint<T> => ({
    startTime: since,
    endTime: now,
    attributes,
    value,
  });
  for (const each of measured) {
    const { name, help, values } = each;
    const common = {
      descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    const points = () => values.map((value) => point(attributesOf(value), value.value));
    switch (String(each.type)) {
      case 'counter':
        metrics.push({
          ...common,
          dataPointType: DataPointType.SUM,
          isMonotonic: true,
          dataPoints: points(),
        });
        break;
      case 'gauge':
        metrics.push({ ...common, dataPointType: DataPointType.GAUGE, dataPoints: points() });
        break;
      case 'histogram':
        metrics.push({
          ...common,
          dataPointType: DataPointType.HISTOGRAM,
          dataPoints: histograms(each).map(({ attributes, histogram }) => point(attributes, histogram)),
        });
        break;
      default:
        left.push(name);
    }
  }
  return { metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0), left };
}
