import { setTimeout as delay } from 'node:timers/promises';
import type { Examination } from './examination.ts';
import { type Finding, type Found, failed, messageOf, warning } from './finding.ts';

/** One thing that is looked at. Several checks may have one name: they are of one matter. */
export type Check = {
  readonly name: string;
  /** Whether it asks others over the network: such checks run together, and not at all offline. */
  readonly asksOthers: boolean;
  /** Milliseconds after which it is given up. */
  readonly limit: number;
  readonly run: (examination: Examination) => Promise<readonly Found[]>;
};

const LIMIT_MS = 20_000;

type CheckOptions = Partial<Pick<Check, 'asksOthers' | 'limit'>>;

/** @param run what it throws is taken for its finding */
export const check = (
  name: string,
  run: Check['run'],
  { asksOthers = false, limit = LIMIT_MS }: CheckOptions = {},
): Check => ({ name, asksOthers, limit, run });

/** Does one check: it ends, whatever it meets. */
export async function carriedOut(
  { name, limit, run }: Check,
  examination: Examination,
): Promise<readonly Finding[]> {
  const late: readonly Found[] = [
    warning('check_timed_out', `not done within ${limit / 1000} seconds, and given up`),
  ];
  const ending = new AbortController();
  const attempt = async (): Promise<readonly Found[]> => {
    try {
      return await run(examination);
    } catch (error) {
      return [failed('check_failed', messageOf(error))];
    } finally {
      ending.abort();
    }
  };
  const outOfTime = delay(limit, late, { signal: ending.signal }).catch(() => late);
  const found = await Promise.race([attempt(), outOfTime]);
  return found.map((finding) => ({ check: name, ...finding }));
}

/** What several checks say alike is said by the first of them: a store that cannot be used is met by each that needs it. */
function withoutRepetition(findings: readonly Finding[]): readonly Finding[] {
  const said = new Set<string>();
  return findings.filter(({ outcome, detail }) => {
    if (outcome === 'ok' || !said.has(detail)) {
      if (outcome !== 'ok') said.add(detail);
      return true;
    }
    return false;
  });
}

/**
 * Does all checks and puts what they came to in the order of the checks. Those that ask others run together, after those
 * that do not, so that nobody waits for an answer while this process is at work.
 */
export async function carryOut(
  checks: readonly Check[],
  examination: Examination,
): Promise<readonly Finding[]> {
  const results = new Map<Check, readonly Finding[]>();
  const run = async (each: Check) => void results.set(each, await carriedOut(each, examination));
  for (const each of checks) if (!each.asksOthers) await run(each);
  if (!examination.offline) await Promise.all(checks.filter(({ asksOthers }) => asksOthers).map(run));
  return withoutRepetition(checks.flatMap((each) => results.get(each) ?? []));
}
