import type { Spread } from './median.ts';
import { BEFORE, REFERENCES, type StartSummary, type TargetSummary, type WorkloadSummary } from './report.ts';
import { WORKLOADS } from './workloads/workloads.ts';

/** From this share of its processor on, the load generator may be what limits the rate. */
export const LOAD_BUSY_LIMIT = 0.9;

/** Below this share of its processor a server under full load was kept waiting by other work on the machine. */
export const SERVER_BUSY_LIMIT = 0.85;

type Column<Row> = { readonly title: string; readonly cell: (row: Row) => string };

const percent = (share: number | undefined): string =>
  share === undefined ? '-' : `${(share * 100).toFixed(0)} %`;

const middle = (spread: Spread | undefined, digits: number): string => spread?.median.toFixed(digits) ?? '-';

const range = (spread: Spread | undefined, digits: number): string =>
  spread ? `${spread.lowest.toFixed(digits)}-${spread.highest.toFixed(digits)}` : '-';

const COLUMNS: readonly Column<TargetSummary>[] = [
  { title: 'requests/s', cell: (row) => middle(row.requests_per_second, 0) },
  { title: '(lowest-highest)', cell: (row) => range(row.requests_per_second, 0) },
  { title: 'p50 ms', cell: (row) => middle(row.p50_ms, 2) },
  { title: 'p99 ms', cell: (row) => middle(row.p99_ms, 2) },
  { title: '(lowest-highest)', cell: (row) => range(row.p99_ms, 1) },
  { title: 'server µs/request', cell: (row) => middle(row.server_us_per_request, 0) },
  { title: '(lowest-highest)', cell: (row) => range(row.server_us_per_request, 0) },
  { title: 'MiB', cell: (row) => row.resident_mib?.toFixed(0) ?? '-' },
  { title: 'server busy', cell: (row) => percent(row.server_busy) },
  { title: 'load busy', cell: (row) => percent(row.load_busy) },
];

/** The ratios to those references that were measured. */
const ratioColumns = (rows: readonly TargetSummary[]): readonly Column<TargetSummary>[] =>
  REFERENCES.filter(
    (reference) => reference !== BEFORE && rows.some(({ target }) => target === reference),
  ).flatMap((reference) => [
    { title: `rate / ${reference}`, cell: (row) => middle(row.rate_ratio[reference], 2) },
    { title: `cpu / ${reference}`, cell: (row) => middle(row.cpu_ratio[reference], 2) },
  ]);

/** Rows as lines of the same width, the first column to the left. */
function aligned<Row extends { readonly target: string }>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): readonly string[] {
  const cells = [
    ['target', ...columns.map(({ title }) => title)],
    ...rows.map((row) => [row.target, ...columns.map(({ cell }) => cell(row))]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  return cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
}

/** What keeps the rates from being the servers' own. */
function warnings(targets: readonly TargetSummary[]): readonly string[] {
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
      ? [
          `${namesOf(waiting)} did not use a whole processor: held up by other work on the machine, or by a disk or a database. Compare by cpu too.`,
        ]
      : []),
  ];
}

const ratio = (spread: Spread | undefined): string => `${middle(spread, 3)} (${range(spread, 3)})`;

/** What the change against the other checkout is. */
const change = (targets: readonly TargetSummary[]): readonly string[] =>
  targets
    .filter(({ target, rate_ratio }) => target === 'countersign' && rate_ratio[BEFORE] !== undefined)
    .map(
      ({ target, rate_ratio, cpu_ratio }) =>
        `${target} / ${BEFORE}: rate ${ratio(rate_ratio[BEFORE])}, cpu ${ratio(cpu_ratio[BEFORE])}; more is better.`,
    );

/** A workload as a table for reading. */
export function table({ workload, targets, left_out }: WorkloadSummary): string {
  return [
    `${workload}: ${WORKLOADS[workload].title}`,
    ...(targets.length > 0 ? aligned(targets, [...COLUMNS, ...ratioColumns(targets)]) : []),
    ...change(targets),
    ...warnings(targets),
    ...Object.entries(left_out).map(([target, reason]) => `Without ${target}. ${reason}`),
  ].join('\n');
}

const START_COLUMNS: readonly Column<StartSummary>[] = [
  { title: 'seconds', cell: ({ seconds }) => middle(seconds, 2) },
  { title: '(lowest-highest)', cell: ({ seconds }) => range(seconds, 2) },
  { title: 'MiB', cell: ({ resident_mib }) => middle(resident_mib, 0) },
];

/** The starts as a table for reading. */
export const startTable = (starts: readonly StartSummary[]): string =>
  ['From the start of the process to its first token', ...aligned(starts, START_COLUMNS)].join('\n');
