import type { LoadResult, Scenario } from './load.ts';

/** One target's run in one round. */
export type Measurement = LoadResult & {
  /** Processor time of the server over the run, seconds; undefined where the system does not say. */
  readonly serverSeconds: number | undefined;
};

/** The runs of one scenario, by target in the order they ran; all targets have as many. */
export type Rounds = ReadonlyMap<string, readonly Measurement[]>;

/** What is printed of a target. */
export type TargetSummary = {
  readonly target: string;
  /** Medians over the rounds. */
  readonly requests_per_second: number;
  readonly lowest: number;
  readonly highest: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** Microseconds of the server's processor time for one request; tells more than the rate on a busy machine. */
  readonly server_us_per_request: number | undefined;
  readonly load_busy: number;
  /** Medians of the ratios within each round, which a machine that slows down meanwhile does not bend. */
  readonly ratio: Readonly<Record<string, number>>;
};

export type ScenarioSummary = { readonly scenario: Scenario; readonly targets: readonly TargetSummary[] };

/** What the others are compared with. */
export const REFERENCES = ['bare+sign', 'oidc-provider'] as const;

/** From this share of its processor on, the load generator may be what limits the rate. */
export const LOAD_BUSY_LIMIT = 0.9;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

const rateOf = ({ requests, seconds }: LoadResult): number => requests / seconds;

function ratioTo(own: readonly Measurement[], reference: readonly Measurement[]): number {
  return median(own.map((run, round) => rateOf(run) / rateOf(reference[round] ?? run)));
}

/** Medians and ratios of one scenario. */
export function summarise(scenario: Scenario, rounds: Rounds): ScenarioSummary {
  const targets = [...rounds].map(([target, runs]): TargetSummary => {
    const rates = runs.map(rateOf);
    const costs = runs.flatMap(({ serverSeconds, requests }) =>
      serverSeconds === undefined ? [] : [(serverSeconds / requests) * 1e6],
    );
    return {
      target,
      requests_per_second: median(rates),
      lowest: Math.min(...rates),
      highest: Math.max(...rates),
      p50_ms: median(runs.map(({ p50 }) => p50)),
      p99_ms: median(runs.map(({ p99 }) => p99)),
      server_us_per_request: costs.length > 0 ? median(costs) : undefined,
      load_busy: median(runs.map(({ busy }) => busy)),
      ratio: Object.fromEntries(
        REFERENCES.flatMap((reference) => {
          const referenceRuns = rounds.get(reference);
          return referenceRuns ? [[reference, ratioTo(runs, referenceRuns)]] : [];
        }),
      ),
    };
  });
  return { scenario, targets };
}

const TITLES: Record<Scenario, string> = {
  'keep-alive': 'Kept-alive connections',
  handshake: 'A full TLS handshake for each request',
};

const COLUMNS: readonly { readonly title: string; readonly cell: (row: TargetSummary) => string }[] = [
  { title: 'requests/s', cell: (row) => row.requests_per_second.toFixed(0) },
  { title: '(lowest-highest)', cell: (row) => `${row.lowest.toFixed(0)}-${row.highest.toFixed(0)}` },
  { title: 'p50 ms', cell: (row) => row.p50_ms.toFixed(2) },
  { title: 'p99 ms', cell: (row) => row.p99_ms.toFixed(2) },
  { title: 'server µs/request', cell: (row) => row.server_us_per_request?.toFixed(0) ?? '-' },
  { title: 'load busy', cell: (row) => `${(row.load_busy * 100).toFixed(0)} %` },
  ...REFERENCES.map((reference) => ({
    title: `/ ${reference}`,
    cell: (row: TargetSummary) => row.ratio[reference]?.toFixed(2) ?? '-',
  })),
];

/** A scenario as a table for reading. */
export function table({ scenario, targets }: ScenarioSummary): string {
  const rows = [
    ['target', ...COLUMNS.map(({ title }) => title)],
    ...targets.map((row) => [row.target, ...COLUMNS.map(({ cell }) => cell(row))]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const limited = targets.filter(({ load_busy }) => load_busy > LOAD_BUSY_LIMIT).map(({ target }) => target);
  const warning =
    limited.length > 0
      ? [`The load generator was at its limit for ${limited.join(', ')}: their rates are lower bounds.`]
      : [];
  return [TITLES[scenario], ...lines, ...warning].join('\n');
}
