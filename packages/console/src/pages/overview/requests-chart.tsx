import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Histogram } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { type Bar, BarChart } from '../../components/chart.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Failed, Loading } from '../../components/states.tsx';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RANGES = [
  { name: '1 hour', span: HOUR, bucket: 2 * MINUTE, everyLabel: 5 },
  { name: '24 hours', span: 24 * HOUR, bucket: HOUR, everyLabel: 4 },
  { name: '7 days', span: 7 * 24 * HOUR, bucket: 6 * HOUR, everyLabel: 4 },
] as const;

const EVERY_MS = 15_000;

const hourMinute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const dayHour = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });

function barsOf(histogram: Histogram, since: number, range: (typeof RANGES)[number]): Bar[] {
  const count = Math.ceil(range.span / range.bucket);
  return Array.from({ length: count }, (_, index) => {
    const time = since + index * range.bucket;
    const countOf = (...outcomes: readonly string[]) =>
      histogram.items
        .filter((item) => item.time === time && outcomes.includes(item.outcome))
        .reduce((sum, item) => sum + item.count, 0);
    return {
      label: (range.span > 24 * HOUR ? dayHour : hourMinute).format(time),
      parts: [
        { name: 'ok', value: countOf('success'), tone: 'good' },
        { name: 'refused', value: countOf('refused'), tone: 'bad' },
        { name: 'failed', value: countOf('failure'), tone: 'warn' },
      ],
    };
  });
}

/** How many requests came and how they ended, over a period the person chooses. */
export function RequestsChart() {
  const [chosen, setChosen] = useState<string>('24 hours');
  const range = RANGES.find(({ name }) => name === chosen) ?? RANGES[1];
  const since = Math.floor((Date.now() - range.span) / range.bucket + 1) * range.bucket;
  const { data, error, refetch } = useQuery({
    ...queries.histogram({ since, bucket: range.bucket }),
    refetchInterval: EVERY_MS,
  });
  return (
    <section className="card">
      <header className="card-head">
        <h2>Requests and refusals</h2>
        <Segmented
          legend="Period"
          options={RANGES.map(({ name }) => name)}
          chosen={chosen}
          onChoose={setChosen}
        />
      </header>
      {error && !data && <Failed error={error} retry={refetch} />}
      {data ? (
        <BarChart
          title={`Requests and refusals, the last ${range.name}`}
          bars={barsOf(data, since, range)}
          everyLabel={range.everyLabel}
        />
      ) : (
        !error && <Loading rows={3} />
      )}
    </section>
  );
}
