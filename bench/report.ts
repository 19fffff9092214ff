import type { Measured, Measurement, Rounds } from './measure.ts';
import { median, type Spread, spreadOf } from './median.ts';
import type { Starts } from './starts.ts';
import type { WorkloadName } from './workloads/names.ts';

/** What is printed of a target. */
export type TargetSummary = {
  readonly target: string;
  /** Of the rounds. */
  readonly requests_per_second: Spread;
  readonly p50_ms: Spread;
  readonly p99_ms: Spread;
  /** Microseconds of the server's processor time for one request; tells more than the rate on a busy machine. */
  readonly server_us_per_request: Spread | undefined;
  /** Memory of the server and the processes it started after the last round, in MiB. */
  readonly resident_mib: number | undefined;
  /** Shares of the time in which each had a processor. */
  readonly server_busy: number | undefined;
  readonly load_busy: number;
  /** By reference; the ratios within each round, which a machine that slows down meanwhile does not bend. */
  readonly rate_ratio: Readonly<Record<string, Spread>>;
  /** The same for requests by the server's processor time: what the rates would be if it had a processor to itself. */
  readonly cpu_ratio: Readonly<Record<string, Spread>>;
};

export type WorkloadSummary = {
  readonly workload: WorkloadName;
  readonly targets: readonly TargetSummary[];
  readonly left_out: Readonly<Record<string, string>>;
};

export type StartSummary = {
  readonly target: string;
  /** From the start of the process to its first token. */
  readonly seconds: Spread | undefined;
  readonly resident_mib: Spread | undefined;
};

/** The target of `--before`. */
export const BEFORE = 'countersign-before';

/** What the others are compared with. */
export const REFERENCES = ['bare+sign', 'limit', 'oidc-provider', BEFORE] as const;

const MIB = 1024 ** 2;

const rateOf = ({ requests, seconds }: Measurement): number => requests / seconds;
const thriftOf = ({ requests, serverSeconds }: Measurement): number | undefined =>
  serverSeconds === undefined || serverSeconds === 0 ? undefined : requests / serverSeconds;

/** The numbers there are among some. */
const known = (values: readonly (number | undefined)[]): readonly number[] =>
  values.filter((value) => value !== undefined);

const spread = (values: readonly number[]): Spread =>
  spreadOf(values) ?? { median: Number.NaN, lowest: Number.NaN, highest: Number.NaN };

/** The ratios of one target's `value` to each reference that was measured too. */
function ratios(
  own: readonly Measurement[],
  rounds: Rounds,
  value: (run: Measurement) => number | undefined,
): Record<string, Spread> {
  return Object.fromEntries(
    REFERENCES.flatMap((reference) => {
      const perRound = (rounds.get(reference) ?? []).flatMap((other, round) => {
        const run = own[round];
        const [mine, theirs] = [run && value(run), value(other)];
        return mine === undefined || theirs === undefined ? [] : [mine / theirs];
      });
      const found = spreadOf(perRound);
      return found ? [[reference, found]] : [];
    }),
  );
}

/** Medians, spreads and ratios of one workload. */
export function summarise({ workload, rounds, leftOut }: Measured): WorkloadSummary {
  const targets = [...rounds].map(([target, runs]): TargetSummary => {
    const shares = known(
      runs.map(({ serverSeconds, seconds }) =>
        serverSeconds === undefined ? undefined : serverSeconds / seconds,
      ),
    );
    const resident = runs.at(-1)?.residentBytes;
    return {
      target,
      requests_per_second: spread(runs.map(rateOf)),
      p50_ms: spread(runs.map(({ p50 }) => p50)),
      p99_ms: spread(runs.map(({ p99 }) => p99)),
      server_us_per_request: spreadOf(
        known(
          runs.map((run) => {
            const thrift = thriftOf(run);
            return thrift === undefined ? undefined : 1e6 / thrift;
          }),
        ),
      ),
      resident_mib: resident === undefined ? undefined : resident / MIB,
      server_busy: shares.length > 0 ? median(shares) : undefined,
      load_busy: median(runs.map(({ busy }) => busy)),
      rate_ratio: ratios(runs, rounds, rateOf),
      cpu_ratio: ratios(runs, rounds, thriftOf),
    };
  });
  return { workload, targets, left_out: Object.fromEntries(leftOut) };
}

/** What the starts took. */
export const summariseStarts = (starts: Starts): readonly StartSummary[] =>
  [...starts].map(([target, all]) => ({
    target,
    seconds: spreadOf(all.map(({ seconds }) => seconds)),
    resident_mib: spreadOf(
      known(all.map(({ residentBytes }) => (residentBytes === undefined ? undefined : residentBytes / MIB))),
    ),
  }));
