import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RequestHistogram } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { type Bar, BarChart } from '../../components/chart.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { hourTime, weekdayTime } from '../../components/time.tsx';
import { text } from '../../words/words.tsx';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RANGES = [
  { name: text('audit.requests.hour'), span: HOUR, bucket: 2 * MINUTE, everyLabel: 5 },
  { name: text('audit.requests.day'), span: 24 * HOUR, bucket: HOUR, everyLabel: 4 },
  { name: text('audit.requests.week'), span: 7 * 24 * HOUR, bucket: 6 * HOUR, everyLabel: 4 },
] as const;
const AT_FIRST = RANGES[1];

const EVERY_MS = 15_000;

/** What is asked by the console itself, by probes, and for nothing that is there. */
const NO_CLIENTS: ReadonlySet<string> = new Set(['admin', 'console', 'health', 'other']);

/** Whose requests are shown: those of clients and people, all, or those to one endpoint. */
type Which = { readonly of: 'clients' | 'all' } | { readonly endpoint: string };

const isAmong = (which: Which, endpoint: string): boolean => {
  if ('endpoint' in which) return which.endpoint === endpoint;
  return which.of === 'all' || !NO_CLIENTS.has(endpoint);
};

function barsOf(
  { items }: RequestHistogram,
  since: number,
  range: (typeof RANGES)[number],
  which: Which,
): Bar[] {
  const counted = items.filter(({ endpoint }) => isAmong(which, endpoint));
  return Array.from({ length: Math.ceil(range.span / range.bucket) }, (_, index) => {
    const time = since + index * range.bucket;
    const countOf = (outcome: string) =>
      counted
        .filter((item) => item.time === time && item.outcome === outcome)
        .reduce((sum, item) => sum + item.count, 0);
    const at = new Date(time).toISOString();
    return {
      label: (range.span > 24 * HOUR ? weekdayTime : hourTime)(at),
      parts: [
        { name: text('audit.requests.ok'), value: countOf('success'), tone: 'good' },
        { name: text('audit.requests.refused'), value: countOf('refused'), tone: 'bad' },
        { name: text('audit.requests.failed'), value: countOf('failure'), tone: 'warn' },
      ],
    };
  });
}

const whichOf = (value: string): Which =>
  value === 'clients' || value === 'all' ? { of: value } : { endpoint: value.slice('endpoint '.length) };

/** How many requests were answered and how they ended, each of them counted, over a period the person chooses. */
export function RequestsChart() {
  const [chosen, setChosen] = useState<string>(AT_FIRST.name);
  const [value, setValue] = useState('clients');
  const range = RANGES.find(({ name }) => name === chosen) ?? AT_FIRST;
  const since = Math.floor((Date.now() - range.span) / range.bucket + 1) * range.bucket;
  const { data, error, refetch } = useQuery({
    ...queries.requests({ since, bucket: range.bucket }),
    refetchInterval: EVERY_MS,
  });
  const which = whichOf(value);
  const endpoints = new Set(data?.items.map(({ endpoint }) => endpoint));
  if ('endpoint' in which) endpoints.add(which.endpoint);
  const bars = data && barsOf(data, since, range, which);
  const count = bars?.flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.value, 0);
  return (
    <section className="card">
      <header className="card-head">
        <h2>{text('audit.requests')}</h2>
        <select
          aria-label={text('audit.requests.which')}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        >
          <option value="clients">{text('audit.requests.clients')}</option>
          <option value="all">{text('audit.requests.all')}</option>
          {Array.from(endpoints)
            .toSorted()
            .map((endpoint) => (
              <option key={endpoint} value={`endpoint ${endpoint}`}>
                {text('audit.requests.endpoint', { endpoint })}
              </option>
            ))}
        </select>
        <Segmented
          legend={text('common.period')}
          options={RANGES.map(({ name }) => name)}
          chosen={chosen}
          onChoose={setChosen}
        />
      </header>
      {error && !data && <Failed error={error} retry={refetch} />}
      {bars && count !== undefined ? (
        <>
          <BarChart
            title={text('audit.requests.title', { period: range.name })}
            bars={bars}
            everyLabel={range.everyLabel}
          />
          <p className="chart-note">{text('audit.requests.exact', { count })}</p>
        </>
      ) : (
        !error && <Loading rows={3} />
      )}
    </section>
  );
}
