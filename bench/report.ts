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
  /** Shares of the time in which each had a processor. */
  readonly server_busy: number | undefined;
  readonly load_busy: number;
  /** By reference; medians of the ratios within each round, which a machine that slows down meanwhile does not bend. */
  readonly rate_ratio: Readonly<Record<string, number>>;
  /** The same for requests by the server's processor time: what the rates would be if it had a processor to itself. */
  readonly cpu_ratio: Readonly<Record<string, number>>;
};

export type ScenarioSummary = { readonly scenario: Scenario; readonly targets: readonly TargetSummary[] };

/** What the others are compared with. */
export const REFERENCES = ['bare+sign', 'oidc-provider'] as const;

/** From this share of its processor on, the load generator may be what limits the rate. */
export const LOAD_BUSY_LIMIT = 0.9;

/** Below this share of its processor a server under full load was kept waiting by other work on the machine. */
export const SERVER_BUSY_LIMIT = 0.85;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

const rateOf = ({ requests, seconds }: Measurement): number => requests / seconds;
const thriftOf = ({ requests, serverSeconds }: Measurement): number | undefined =>
  serverSeconds === undefined ? undefined : requests / serverSeconds;

/** The ratios of one target's `value` to each reference that was measured too. */
function ratios(
  own: readonly Measurement[],
  rounds: Rounds,
  value: (run: Measurement) => number | undefined,
): Record<string, number> {
  return Object.fromEntries(
    REFERENCES.flatMap((reference) => {
      const perRound = (rounds.get(reference) ?? []).flatMap((other, round) => {
        const run = own[round];
        const [mine, theirs] = [run && value(run), value(other)];
        return mine === undefined || theirs === undefined ? [] : [mine / theirs];
      });
      return perRound.length > 0 ? [[reference, median(perRound)]] : [];
    }),
  );
}

/** Medians and ratios of one scenario. */
export function summarise(scenario: Scenario, rounds: Rounds): ScenarioSummary {
  const targets = [...rounds].map(([target, runs]): TargetSummary => {
    const rates = runs.map(rateOf);
    const costs = runs.flatMap(({ serverSeconds, requests }) =>
      serverSeconds === undefined ? [] : [(serverSeconds / requests) * 1e6],
    );
    const shares = runs.flatMap(({ serverSeconds, seconds }) =>
      serverSeconds === undefined ? [] : [serverSeconds / seconds],
    );
    return {
      target,
      requests_per_second: median(rates),
      lowest: Math.min(...rates),
      highest: Math.max(...rates),
      p50_ms: median(runs.map(({ p50 }) => p50)),
      p99_ms: median(runs.map(({ p99 }) => p99)),
      server_us_per_request: costs.length > 0 ? median(costs) : undefined,
      server_busy: shares.length > 0 ? median(shares) : undefined,
      load_busy: median(runs.map(({ busy }) => busy)),
      rate_ratio: ratios(runs, rounds, rateOf),
      cpu_ratio: ratios(runs, rounds, thriftOf),
    };
  });
  return { scenario, targets };
}

const TITLES: Record<Scenario, string> = {
  'keep-alive': 'Kept-alive connections',
  handshake: 'A full TLS handshake for each request',
};

const percent = (share: number | undefined): string =>
  share === undefined ? '-' : `${(share * 100).toFixed(0)} %`;

const COLUMNS: readonly { readonly title: string; readonly cell: (row: TargetSummary) => string }[] = [
  { title: 'requests/s', cell: (row) => row.requests_per_second.toFixed(0) },
  { title: '(lowest-highest)', cell: (row) => `${row.lowest.toFixed(0)}-${row.highest.toFixed(0)}` },
  { title: 'p50 ms', cell: (row) => row.p50_ms.toFixed(2) },
  { title: 'p99 ms', cell: (row) => row.p99_ms.toFixed(2) },
  { title: 'server µs/request', cell: (row) => row.server_us_per_request?.toFixed(0) ?? '-' },
  { title: 'server busy', cell: (row) => percent(row.server_busy) },
  { title: 'load busy', cell: (row) => percent(row.load_busy) },
  ...REFERENCES.map((reference) => ({
    title: `rate / ${reference}`,
    cell: (row: TargetSummary) => row.rate_ratio[reference]?.toFixed(2) ?? '-',
  })),
  ...REFERENCES.map((reference) => ({
    title: `cpu / ${reference}`,
    cell: (row: TargetSummary) => row.cpu_ratio[reference]?.toFixed(2) ?? '-',
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
  return [TITLES[scenario], ...lines, ...warnings(targets)].join('\n');
}

/** What keeps the rates from being the servers' own. */
function warnings(targets: readonly TargetSummary[]): string[] {
  const namesOf = (chosen: readonly TargetSummary[]) => chosen.map(({ target }) => target).join(', ');
  const limited = targets.filter(({ load_busy }) => load_busy > LOAD_BUSY_LIMIT);
  const waiting = targets.filter(
    ({ server_busy = 1, load_busy }) => server_busy < SERVER_BUSY_LIMIT && load_busy <= LOAD_BUSY_LIMIT,
  );
  return [
    ...(limited.length > 0
      ? [`The load generator was at its limit for ${namesOf(limited)}: their rates are lower bounds.`]
      : []),
    ...(waiting.length > 0
      ? [`Other work on the machine held up ${namesOf(waiting)} or the load: compare by cpu, not by rate.`]
      : []),
  ];
}
